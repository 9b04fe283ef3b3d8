// config.yaml and actions.yaml against the code that reads them.

#include <random>
#include <set>

#include <yaml-cpp/yaml.h>

#include "config.hpp"
#include "support/catch.hpp"

using namespace ncc;

namespace {

YAML::Node load(const std::string& name) {
  return YAML::LoadFile(NCC_SOURCE_DIR "/" + name);
}

/// Defaults as config-get gives them.
std::map<std::string, std::string> defaults() {
  std::map<std::string, std::string> values;
  for (const auto& entry : load("config.yaml")["options"]) {
    if (const YAML::Node value = entry.second["default"]) {
      values[entry.first.Scalar()] = value.Scalar();
    }
  }
  return values;
}

/// A value of each Juju type that this type can hold and a careless operator may give.
std::string odd_value(std::mt19937& random) {
  static const std::string pieces = "{}[]:,=^-+%/\"'\n\t #&*!|>~0189abzAZ.\\\x01\xc3";
  std::string text;
  const std::size_t length = random() % 12;
  for (std::size_t i = 0; i < length; ++i) {
    text += pieces[random() % pieces.size()];
  }
  return text;
}

}  // namespace

TEST_CASE("config.yaml holds the options that are read, in the same order", "[config][contract]") {
  std::vector<std::string> options;
  for (const auto& entry : load("config.yaml")["options"]) {
    options.push_back(entry.first.Scalar());
  }

  CHECK(options == option_names());
}

TEST_CASE("every option has a Juju type and a description", "[config][contract]") {
  const std::set<std::string> types{"string", "int", "float", "boolean"};
  for (const auto& entry : load("config.yaml")["options"]) {
    INFO(entry.first.Scalar());
    CHECK(types.contains(entry.second["type"].as<std::string>()));
    CHECK(entry.second["description"].as<std::string>().size() > 20);
  }
}

TEST_CASE("defaults fit their types", "[config][contract]") {
  for (const auto& entry : load("config.yaml")["options"]) {
    const YAML::Node value = entry.second["default"];
    const std::string type = entry.second["type"].as<std::string>();
    INFO(entry.first.Scalar());
    if (value && type == "boolean") {
      CHECK_NOTHROW(value.as<bool>());
    } else if (value && type == "int") {
      CHECK_NOTHROW(value.as<long long>());
    } else if (value && type == "float") {
      CHECK_NOTHROW(value.as<double>());
    }
  }
}

TEST_CASE("options of type int and float refuse words, booleans too", "[config][contract]") {
  for (const auto& entry : load("config.yaml")["options"]) {
    INFO(entry.first.Scalar());
    if (entry.second["type"].as<std::string>() != "string") {
      CHECK(read_config({{entry.first.Scalar(), "word"}}).problems.size() == 1);
    }
  }
}

TEST_CASE("the defaults are read without a problem", "[config][contract]") {
  const Config config = read_config(defaults());

  CHECK(config.problems.empty());
  CHECK(config.virt_type == "auto");
  CHECK(config.openstack_origin == "distro");
  CHECK(config.rabbit_user == "nova");
  CHECK(config.rabbit_vhost == "openstack");
  CHECK(config.force_raw_images);
  CHECK(config.reserved_host_memory_mb == 512);
  CHECK(config.live_migration_completion_timeout == 800);
  CHECK(config.default_availability_zone == "nova");
  CHECK(config.openstack_metadata_workers == 2);
  CHECK(config.sysctl.at("net.nf_conntrack_max") == "1000000");
  CHECK_FALSE(config.disable_mlockall.has_value());
}

TEST_CASE("problems come together, in the order of config.yaml", "[config][unit]") {
  const Config config =
      read_config({{"virt-type", "x"}, {"debug", "x"}, {"ovn-monitor-all", "x"}, {"sysctl", "x"}});

  REQUIRE(config.problems.size() == 4);
  CHECK(config.problems[0].starts_with("debug: "));
  CHECK(config.problems[1].starts_with("virt-type: "));
  CHECK(config.problems[2].starts_with("sysctl: "));
  CHECK(config.problems[3].starts_with("ovn-monitor-all: "));
}

TEST_CASE("no value makes read_config throw, and a problem is one line", "[config][property]") {
  std::mt19937 random(7);
  for (const std::string& option : option_names()) {
    for (int i = 0; i < 100; ++i) {
      const std::string value = odd_value(random);
      INFO(option << "=" << value);
      const Config config = read_config({{option, value}});
      for (const std::string& problem : config.problems) {
        CHECK(problem.find_first_of("\r\n") == std::string::npos);
      }
    }
  }
}

TEST_CASE("every action refuses parameters that it does not know", "[config][contract]") {
  const YAML::Node actions = load("actions.yaml");

  std::set<std::string> names;
  for (const auto& entry : actions) {
    names.insert(entry.first.Scalar());
    INFO(entry.first.Scalar());
    CHECK_FALSE(entry.second["additionalProperties"].as<bool>());
    CHECK(entry.second["description"].as<std::string>().size() > 20);
  }
  CHECK(names == std::set<std::string>{"capacity",          "create-node",    "delete-node",
                                       "disable",           "enable",         "handover",
                                       "instance-count",    "ironic-status",  "list-compute-nodes",
                                       "migrate",           "node-name",      "pause",
                                       "register-to-cloud", "release",        "remove-from-cloud",
                                       "reserve",           "reshard",        "resume",
                                       "scale-in",          "scalein-end",    "scalein-recover",
                                       "scalein-start",     "scalein-status", "verify"});
}
