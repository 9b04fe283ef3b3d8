// metadata.yaml and the table of keys against the readers and publishers; and readers against any
// databag at all.

#include <random>
#include <set>

#include <yaml-cpp/yaml.h>

#include "bags.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::bags;

namespace {

using Keys = std::set<std::string>;

Keys table_keys(const std::string& endpoint, const std::string& direction) {
  Keys keys;
  for (const RelationKey& row : relation_keys()) {
    if (row.endpoint == endpoint && row.direction == direction) {
      keys.insert(row.key);
    }
  }
  return keys;
}

Keys keys_of(const Databag& bag) {
  Keys keys;
  for (const auto& [key, value] : bag) {
    keys.insert(key);
  }
  return keys;
}

struct Endpoint {
  const char* name;
  void (*read)(const RemoteUnits&);
  Databag bag;
};

const std::vector<Endpoint>& endpoints() {
  static const std::vector<Endpoint> all{
      {"amqp", [](const RemoteUnits& r) { static_cast<void>(read_amqp(r)); }, rabbit},
      {"cloud-compute",
       [](const RemoteUnits& r) { static_cast<void>(read_cloud_compute(r)); },
       controller},
      {"cloud-credentials",
       [](const RemoteUnits& r) { static_cast<void>(read_cloud_credentials(r)); },
       keystone},
      {"image-service",
       [](const RemoteUnits& r) { static_cast<void>(read_image_service(r)); },
       {{"glance-api-server", "http://10.10.0.31:9292"}}},
      {"ironic-api",
       [](const RemoteUnits& r) { static_cast<void>(read_ironic_api(r)); },
       {{"ironic-api-ready", "True"}}},
      {"ovsdb",
       [](const RemoteUnits& r) { static_cast<void>(read_ovsdb(r)); },
       {{"bound-address", "\"10.10.0.41\""}}},
      {"certificates",
       [](const RemoteUnits& r) {
         static_cast<void>(
             read_certificates(r, UnitName("nova-compute/3"), HostName("node4.maas")));
       },
       vault},
      {"neutron-plugin",
       [](const RemoteUnits& r) { static_cast<void>(read_neutron_plugin(r)); },
       {{"metadata-shared-secret", "5d0b"}, {"subordinate_configuration", R"({"nova": {}})"}}},
  };
  return all;
}

/// The bag with one key damaged: cut, doubled, a character changed, or a value of another form.
Databag damaged(Databag bag, std::mt19937& random) {
  static const std::vector<std::string> others{"",
                                               "None",
                                               "null",
                                               "\"",
                                               "\"\\u12\"",
                                               "{}",
                                               "[]",
                                               "[[[[",
                                               "-1",
                                               "\xff\xfe",
                                               "true",
                                               "9999999999"};
  auto at = bag.begin();
  std::advance(at, random() % bag.size());
  std::string& value = at->second;
  const std::size_t position = random() % (value.size() + 1);
  switch (random() % 4) {
    case 0:
      value.resize(position);
      break;
    case 1:
      value.insert(position, 1, static_cast<char>(random() % 256));
      break;
    case 2:
      value = others[random() % others.size()];
      break;
    default:
      bag.erase(at);
  }
  return bag;
}

}  // namespace

TEST_CASE("the endpoints of metadata.yaml are those of the table", "[relations][contract]") {
  const YAML::Node metadata = YAML::LoadFile(NCC_SOURCE_DIR "/metadata.yaml");
  Keys promised;
  for (const char* role : {"provides", "requires", "peers"}) {
    for (const auto& entry : metadata[role]) {
      promised.insert(entry.first.Scalar());
    }
  }
  Keys spoken;
  for (const RelationKey& row : relation_keys()) {
    spoken.insert(row.endpoint);
  }

  CHECK(promised == spoken);
  CHECK(metadata["summary"].as<std::string>().size() <= 72);
  CHECK(metadata["name"].as<std::string>() == "nova-compute");
}

TEST_CASE("every endpoint says whether it is optional, but the peers", "[relations][contract]") {
  const YAML::Node metadata = YAML::LoadFile(NCC_SOURCE_DIR "/metadata.yaml");
  for (const char* role : {"provides", "requires"}) {
    for (const auto& entry : metadata[role]) {
      INFO(entry.first.Scalar());
      CHECK_NOTHROW(entry.second["optional"].as<bool>());
    }
  }
}

TEST_CASE("a row of the table is there once, with a meaning", "[relations][contract]") {
  std::set<std::tuple<std::string, std::string, std::string>> rows;
  for (const RelationKey& row : relation_keys()) {
    INFO(row.endpoint << " " << row.key);
    CHECK(rows.emplace(row.endpoint, row.direction, row.key).second);
    CHECK((std::string(row.direction) == "reads" || std::string(row.direction) == "writes"));
    CHECK(std::string(row.meaning).size() > 1);
  }
}

TEST_CASE("what is published is in the table, and the other way round", "[relations][contract]") {
  OurSide us{UnitName("nova-compute/3"), HostName("node4.maas")};
  us.live_migration = true;
  us.resize = true;
  us.migration_address = "10.20.0.14";
  us.certificate_id = "0b6cdd92-6a2d-4c38-8b3c-4d1f6a2b9a11";
  us.reached = {.number = 1, .run = "4f2a9c01", .want = Want::tombstoned};
  us.claims = shards::Claims{};
  Keys peers = keys_of(publish_compute_peer(us));
  peers.insert({"shard-granted/<shard>/<unit>", "shard-fenced/<unit>"});     // shards_test.cpp
  peers.insert({"capacity", "wanted-units", "spare-units", "nodes-begun"});  // e2e/test_capacity.py

  CHECK(keys_of(publish_cloud_compute(us)) == table_keys("cloud-compute", "writes"));
  CHECK(keys_of(publish_amqp(us)) == table_keys("amqp", "writes"));
  CHECK(keys_of(publish_cloud_credentials(us)) == table_keys("cloud-credentials", "writes"));
  CHECK(keys_of(publish_certificates(us)) == table_keys("certificates", "writes"));
  CHECK(peers == table_keys("compute-peer", "writes"));
  CHECK(keys_of(publish_neutron_plugin(us)) == table_keys("neutron-plugin", "writes"));
}

TEST_CASE("a key that the table does not name has no influence", "[relations][contract]") {
  // A line break is refused in every key of one line, so a key that is read shows itself.
  for (const Endpoint& endpoint : endpoints()) {
    for (const auto& [key, value] : endpoint.bag) {
      const std::string k = key;
      const std::string field =
          wrong_key([&] { endpoint.read(one("unit/0", with(endpoint.bag, k, "a\nb"))); });
      INFO(endpoint.name << ": " << key);
      const bool in_table = table_keys(endpoint.name, "reads").contains(key);
      const bool numbered = key.ends_with("_0");
      const bool own_prefix = key.starts_with("nova-compute_3.");
      const bool fallback = key == "private-address" || key == "service_tenant" || key == "domain";
      if (in_table && !fallback) {
        CHECK(field != "no error");
      } else if (!in_table && !numbered && !own_prefix) {
        CHECK(field == "no error");
      }
    }
  }
}

TEST_CASE("no databag makes a reader throw anything but ConfigError", "[relations][property]") {
  std::mt19937 random(11);
  for (const Endpoint& endpoint : endpoints()) {
    for (int round = 0; round < 1500; ++round) {
      Databag bag = endpoint.bag;
      for (std::size_t times = random() % 4; times > 0 && !bag.empty(); --times) {
        bag = damaged(bag, random);
      }
      const RemoteUnits remote{true, {{"unit/0", bag}, {"unit/1", endpoint.bag}}};
      try {
        endpoint.read(remote);
      } catch (const ConfigError& error) {
        CHECK(std::string(error.what()).starts_with(std::string(endpoint.name) + ": "));
        CHECK(std::string(error.what()).find('\n') == std::string::npos);
      }
    }
  }
}

TEST_CASE("cos-agent gets rules, a dashboard and the text files of node_exporter",
          "[relations][contract]") {
  const Databag bag =
      publish_cos_agent({.alert_rules = R"({"groups": [{"name": "room", "rules": [{"alert": "Full",
                          "expr": "a{%%juju_topology%%} == 0 and b{%%juju_topology%%,c=\"d\"} > 1",
                          "labels": {"severity": "warning"}}]}]})",
                         .dashboard = "/Td6WFoA",
                         .model = "east",
                         .model_uuid = "5e000000-0000-4000-8000-000000000001"},
                        "compute-b");

  CHECK(keys_of(bag) == table_keys("cos-agent", "writes"));
  CHECK(bag.at("config") ==
        R"({"dashboards":["/Td6WFoA"],"log_alert_rules":{},"log_slots":[],)"
        R"("metrics_alert_rules":{"groups":[{"name":"east_5e000000_compute-b_room_rules","rules":[)"
        R"({"alert":"Full","expr":"a{juju_model=\"east\",)"
        R"(juju_model_uuid=\"5e000000-0000-4000-8000-000000000001\",)"
        R"(juju_application=\"compute-b\"} == 0 and b{juju_model=\"east\",)"
        R"(juju_model_uuid=\"5e000000-0000-4000-8000-000000000001\",)"
        R"(juju_application=\"compute-b\",c=\"d\"} > 1",)"
        R"("labels":{"juju_application":"compute-b","juju_charm":"nova-compute",)"
        R"("juju_model":"east","juju_model_uuid":"5e000000-0000-4000-8000-000000000001",)"
        R"("severity":"warning"}}]}]},)"
        R"("metrics_scrape_jobs":[{"job_name":"compute-b_0_textfile","metrics_path":"/metrics",)"
        R"("params":{"collect[]":["textfile"]},)"
        R"("static_configs":[{"targets":["localhost:9100"]}]}]})");
  CHECK(publish_cos_agent({}, "nova-compute").empty());
}
