#include <nlohmann/json.hpp>

#include "bags.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::bags;

namespace {

const std::string cert_key = "nova-compute_3.server.cert";
const std::string answers_key = "nova-compute_3.processed_requests";

Need<Certificates> read(const RemoteUnits& remote) {
  return read_certificates(remote, UnitName("nova-compute/3"), HostName("node4.maas"));
}

Need<Certificates> read(const Databag& bag) {
  return read(one("vault/0", bag));
}

std::string answers(const std::string& name, const std::string& cert) {
  return nlohmann::json{{name, {{"cert", cert}, {"key", key_pem}}}}.dump();
}

}  // namespace

TEST_CASE("vault's databag gives our certificate, its key and the CAs", "[relations][unit]") {
  const Need<Certificates> need = read(vault);

  REQUIRE(need.value);
  CHECK(need.value->certificate == node4_pem);
  CHECK(need.value->key.reveal() == key_pem);
  CHECK(need.value->ca == ca_pem + node5_pem);
}

TEST_CASE("a self-signed root comes without chain", "[relations][unit]") {
  CHECK(read(without(vault, "chain")).value->ca == ca_pem);
}

TEST_CASE("PEM as JSON string is the same", "[relations][unit]") {
  CHECK(read(with(vault, "ca", nlohmann::json(ca_pem).dump())).value->ca == ca_pem + node5_pem);
}

TEST_CASE("the certificate is awaited by its name", "[relations][unit]") {
  const std::string waiting = "no server certificate for node4.maas yet";

  CHECK(read(without(vault, cert_key)).missing == waiting);
  CHECK(read(without(vault, "nova-compute_3.server.key")).missing == waiting);
  CHECK(read(with(vault, "nova-compute_4.server.cert", "x")).value);
  CHECK(read(without(vault, "ca")).missing == "no ca yet");
  CHECK(read(RemoteUnits{}).missing == "no ca yet");
}

TEST_CASE("a certificate for another name is not taken", "[relations][unit]") {
  CHECK(read(with(vault, cert_key, node5_pem)).missing ==
        "no server certificate for node4.maas yet, only one for node5.maas");
}

TEST_CASE("processed_requests is the other way to answer", "[relations][unit]") {
  const Databag bag = without(vault, cert_key);

  CHECK(read(with(bag, answers_key, answers("node4.maas", node4_pem))).value->certificate ==
        node4_pem);
  CHECK(read(with(bag, answers_key, answers("node5.maas", node5_pem))).missing ==
        "no server certificate for node4.maas yet");
  CHECK(read(with(with(vault, cert_key, node5_pem), answers_key, answers("node4.maas", node4_pem)))
            .value);
}

TEST_CASE("the unit that has our certificate is found, in any order of units", "[relations][ha]") {
  const Databag stale = with(vault, cert_key, node5_pem);

  CHECK(
      read({true, {{"vault/0", stale}, {"vault/1", {}}, {"vault/2", vault}}}).value->certificate ==
      node4_pem);
  CHECK(
      read({true, {{"vault/0", vault}, {"vault/1", stale}, {"vault/2", {}}}}).value->certificate ==
      node4_pem);
}

TEST_CASE("a wrong value of vault is named", "[relations][unit]") {
  using Row = std::tuple<std::string, std::string>;
  const auto [key, value] = GENERATE(table<std::string, std::string>(
      {Row{"ca", "text"},
       Row{"chain", "text"},
       Row{cert_key, "text"},
       Row{cert_key, ca_pem},
       Row{cert_key, nameless_pem},
       Row{answers_key, "text"},
       Row{answers_key, R"({"node4.maas": "text"})"},
       Row{answers_key, R"({"node4.maas": {"cert": 1, "key": 2}})"},
       Row{answers_key, R"({"node4.maas": {"cert": "text", "key": "text"}})"}}));

  CHECK(wrong_key([&, k = key, v = value] { static_cast<void>(read(with(vault, k, v))); }) ==
        "certificates: " + key);
}

TEST_CASE("a key that is none is named with its certificate", "[relations][unit]") {
  CHECK(wrong_key([] {
          static_cast<void>(read(with(vault, "nova-compute_3.server.key", node5_pem)));
        }) == "certificates: " + cert_key);
}

TEST_CASE("the common name is read from the subject", "[relations][unit]") {
  CHECK(common_name_of(node4_pem) == "node4.maas");
  CHECK(common_name_of("chain of\n" + node5_pem + node4_pem) == "node5.maas");
  CHECK_FALSE(common_name_of(nameless_pem));
  CHECK_FALSE(common_name_of(""));
  CHECK_FALSE(common_name_of(key_pem));
  CHECK_FALSE(common_name_of("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"));
}

TEST_CASE("a certificate cut off anywhere has no other name", "[relations][property]") {
  const std::string end = "-----END CERTIFICATE-----";
  for (std::size_t length = 0; length < node4_pem.size(); ++length) {
    const auto name = common_name_of(node4_pem.substr(0, length) + end);
    CHECK((!name || *name == "node4.maas"));
  }
}
