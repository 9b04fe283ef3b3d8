#pragma once
// A View made quick to ask: newest migrations by server, affinity groups, gates. Points into the
// View, which outlives it.

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "drain.hpp"

namespace ncc::drain {

/// What a source's service says about starting moves from it.
struct Gate {
  std::string reason = {};      // empty: moves may be started
  bool final = false;           // it will not open again in this run
  bool dead = false;            // with final: what is in flight will not arrive either
  std::string force_down = {};  // uuid of the service that must be forced down first
};

class Index {
 public:
  Index(const View& view, const std::vector<Source>& sources, const Options& options);

  /// Its newest migration; nullptr when there is none.
  [[nodiscard]] const openstack::Migration* newest(std::string_view server) const;
  /// Its newest migration in flight; in mode evacuate only evacuations, the others died with the
  /// host.
  [[nodiscard]] const openstack::Migration* in_flight(std::string_view server) const;
  /// The hard affinity group whose members are all on `host`, this server one of them; nullptr: it
  /// has none. Nova's filter accepts only hosts of other members, so it cannot be moved.
  [[nodiscard]] const openstack::ServerGroup* binding_group(std::string_view server,
                                                            const std::string& host) const;

  [[nodiscard]] const Gate& gate(const std::string& host) const { return gates_.at(host); }

  [[nodiscard]] bool is_source(const std::string& host) const { return gates_.contains(host); }

  /// A compute service's cell does not answer.
  [[nodiscard]] const openstack::Service* unknown_service() const { return unknown_; }

  /// Seconds that this server or host has been seen as it is now.
  [[nodiscard]] std::int64_t age(const std::string& key) const;

  [[nodiscard]] const View& view() const { return view_; }

  [[nodiscard]] const Options& options() const { return options_; }

 private:
  using Newest = std::unordered_map<std::string_view, const openstack::Migration*>;

  void read_migrations();
  void read_groups();
  void read_services(const std::vector<Source>& sources);
  [[nodiscard]] Gate gate_of(const Source& source, bool outage) const;
  [[nodiscard]] Gate gate_of_service(const openstack::Service& service, bool outage) const;
  [[nodiscard]] Gate evacuation_gate(const openstack::Service& service) const;

  const View& view_;
  const Options& options_;
  Newest newest_ = {};
  Newest in_flight_ = {};

  struct Bound {
    const openstack::ServerGroup* group = nullptr;
    std::string host = {};
  };

  std::unordered_map<std::string_view, Bound> bound_ = {};
  std::unordered_map<std::string, Gate> gates_ = {};
  const openstack::Service* unknown_ = nullptr;
};

}  // namespace ncc::drain
