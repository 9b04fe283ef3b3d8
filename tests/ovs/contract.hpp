#pragma once
// What read, changes and apply promise together, on any switch that answers to ovs-vsctl: the real
// database (contract_test.cpp) or an emulated one. The switch begins empty, as after `ovs-vsctl
// init`.

#include <random>
#include <set>
#include <string>
#include <vector>

#include "ovs.hpp"
#include "support/catch.hpp"

namespace ncc::ovs::contract {

inline Settings read_or_fail(ProcessRunner& runner) {
  const auto settings = read(runner);
  REQUIRE(settings);
  return *settings;
}

/// Applies `wish`; afterwards nothing is left to change.
inline Settings settle(ProcessRunner& runner, const Settings& wish) {
  ovs::apply(runner, ovs::changes(read_or_fail(runner), wish));
  Settings after = read_or_fail(runner);
  CHECK(changes(after, wish) == std::vector<std::string>{});
  return after;
}

inline Settings chassis_wish() {
  Settings wish{.owns_bridges = true};
  wish.external_ids = {{"ovn-remote", "ssl:10.0.0.1:6642,ssl:[fd00::2]:6642"},
                       {"ovn-encap-type", "geneve"},
                       {"ovn-bridge-mappings", "physnet1:br-ex"},
                       {"ovn-cms-options", std::nullopt}};
  wish.bridges["br-int"] = {.external_ids = {{mark, "managed"}},
                            .other_config = {{"disable-in-band", "true"}},
                            .protocols = {"OpenFlow13", "OpenFlow15"},
                            .datapath_type = "system",
                            .fail_mode = "secure"};
  wish.bridges["br-ex"] = {.external_ids = {{mark, "managed"}},
                           .datapath_type = "system",
                           .fail_mode = "standalone",
                           .ports = {{"eth1", {{mark, "br-ex"}}}}};
  wish.ssl = {.private_key = "/etc/ovn/key_host",
              .certificate = "/etc/ovn/cert_host",
              .ca_cert = "/etc/ovn/ovn-chassis.crt"};
  wish.managers = {"ptcp:6640:127.0.0.1"};
  return wish;
}

/// An empty switch becomes a chassis, and our part of it can be taken away again.
inline void check_chassis(ProcessRunner& runner) {
  const Settings wish = chassis_wish();

  const Settings after = settle(runner, wish);

  CHECK(after.external_ids.at("ovn-remote") == "ssl:10.0.0.1:6642,ssl:[fd00::2]:6642");
  CHECK(after.external_ids.count("ovn-cms-options") == 0);
  CHECK(after.bridges == wish.bridges);
  CHECK(after.ssl == wish.ssl);
  CHECK(after.managers == wish.managers);

  Settings retired{.owns_bridges = true};
  for (const auto& [key, value] : wish.external_ids) {
    retired.external_ids[key] = std::nullopt;
  }
  const Settings bare = settle(runner, retired);
  CHECK(bare.external_ids.empty());
  CHECK(bare.bridges.empty());
}

/// What carries no mark survives a complete wish, and a second manager does not drop the first.
inline void check_others_survive(ProcessRunner& runner) {
  Settings others;
  others.bridges["br-other"] = {.ports = {{"tap7", {}}}};
  others.managers = {"ptcp:6641:127.0.0.1"};
  settle(runner, others);
  settle(runner, chassis_wish());

  const Settings after = settle(runner, {.owns_bridges = true});

  CHECK(after.bridges.size() == 1);
  CHECK(after.bridges.at("br-other").ports.count("tap7") == 1);
  CHECK(after.managers == std::set<std::string>{"ptcp:6640:127.0.0.1", "ptcp:6641:127.0.0.1"});
}

/// Random wishes over few names, so that they meet each other's traces; texts hold what needs
/// quoting.
class Wishes {
 public:
  explicit Wishes(unsigned seed) : random_(seed) {}

  Settings next() {
    Settings wish{.owns_bridges = true};
    for (const char* key : {"a", "ovn-remote", "key with, \"all\" = {}:"}) {
      if (flip()) {
        wish.external_ids[key] = flip() ? std::optional<std::string>(text()) : std::nullopt;
      }
    }
    std::set<std::string> free_ports = {"eth1", "eth2", "eth3"};
    for (const char* name : {"br-a", "br-b", "br-c"}) {
      if (flip()) {
        wish.bridges[name] = bridge(name, free_ports);
      }
    }
    if (flip()) {
      wish.ssl = {.private_key = "/k" + number(), .certificate = "/c", .ca_cert = "/a"};
    }
    if (flip()) {
      wish.managers.insert("ptcp:664" + number() + ":[::1]");
    }
    return wish;
  }

 private:
  bool flip() { return random_() % 2 == 0; }

  std::string number() { return std::to_string(random_() % 3); }

  std::string text() {
    constexpr const char* alphabet[] = {"a", ",", ":", " ", "\"", "\\", "=",  "{",
                                        "}", "[", "]", "'", "#",  "\n", "\t", "é",
                                        "!", "<", ">", "(", "@",  "-",  "1"};
    std::string result;
    for (auto length = random_() % 8; length > 0; --length) {
      result += alphabet[random_() % std::size(alphabet)];
    }
    return result;
  }

  Bridge bridge(const std::string& name, std::set<std::string>& free_ports) {
    Bridge bridge{.external_ids = {{mark, "managed"}}};
    if (flip()) {
      bridge.external_ids["note"] = text();
      bridge.other_config["note"] = text();
    }
    if (flip()) {
      bridge.protocols = {"OpenFlow15", "OpenFlow13"};
      bridge.datapath_type = flip() ? "system" : "netdev";
      bridge.fail_mode = flip() ? "secure" : "standalone";
    }
    while (!free_ports.empty() && flip()) {
      bridge.ports[*free_ports.begin()] = {{mark, name}};
      free_ports.erase(free_ports.begin());
    }
    return bridge;
  }

  std::mt19937 random_;
};

/// One switch lives through all wishes: after each, everything wished for is there and nothing is
/// left to change.
inline void check_random_wishes(ProcessRunner& runner, unsigned seed, int count) {
  Wishes wishes(seed);
  for (int i = 0; i < count; ++i) {
    CAPTURE(seed, i);
    const Settings wish = wishes.next();
    const Settings after = settle(runner, wish);
    for (const auto& [key, value] : wish.external_ids) {
      CHECK((value ? after.external_ids.at(key) == value : after.external_ids.count(key) == 0));
    }
    CHECK(after.bridges.size() == wish.bridges.size());
    CHECK((!wish.ssl || after.ssl == wish.ssl));
  }
}

}  // namespace ncc::ovs::contract
