// The contract of ovs-vsctl: one list of calls with their outcomes, held by the emulated one and by
// the real one on a database of its own. uuids are written U; JSON rows are in any order.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <regex>

#include <unistd.h>

#include "ovs_schema.hpp"
#include "programs.hpp"
#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Ended;
using emulated::Json;
using emulated::Words;
using emulated::World;

namespace {

struct Case {
  Words arguments = {};
  std::string output = {};
  std::string error = {};  // after "ovs-vsctl: "; not empty: status 1
  int exit = 0;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {{"init"}},
      {{"--format=json", "list", "Bridge", "--", "list", "SSL"},
       R"({"data":[],"headings":["_uuid","auto_attach","controller","datapath_id","datapath_type","datapath_version","external_ids","fail_mode","flood_vlans","flow_tables","ipfix","mcast_snooping_enable","mirrors","name","netflow","other_config","ports","protocols","rstp_enable","rstp_status","sflow","status","stp_enable"]})"
       "\n"
       R"({"data":[],"headings":["_uuid","bootstrap_ca_cert","ca_cert","certificate","external_ids","private_key"]})"
       "\n"},
      {{"add-br", "br-int"}},
      {{"add-br", "br-int"},
       "",
       "cannot create a bridge named br-int because a bridge named br-int already exists"},
      {{"--may-exist",
        "add-br",
        "br-int",
        "--",
        "set",
        "Bridge",
        "br-int",
        "fail_mode=\"secure\"",
        "protocols=\"OpenFlow13\",\"OpenFlow15\"",
        "other_config:\"disable-in-band\"=\"true\""}},
      {{"--format=json",
        "--columns=name,fail_mode,protocols,other_config,ports,datapath_type",
        "list",
        "Bridge"},
       R"({"data":[["br-int","secure",["set",["OpenFlow13","OpenFlow15"]],["map",[["disable-in-band","true"]]],["uuid","U"],""]],"headings":["name","fail_mode","protocols","other_config","ports","datapath_type"]})"
       "\n"},
      {{"--columns=name,other_config,ports,fail_mode,external_ids", "list", "Bridge", "br-int"},
       "name                : br-int\nother_config        : {disable-in-band=\"true\"}\nports      "
       "         : [U]\n"
       "fail_mode           : secure\nexternal_ids        : {}\n"},
      {{"set",
        "open",
        ".",
        "external_ids:a=b",
        "external_ids:c=\"d e\"",
        "external_ids:e=f,g",
        "external_ids:n=5"}},
      {{"get", "open", ".", "external_ids"}, "{a=b, c=\"d e\", e=\"f,g\", n=\"5\"}\n"},
      {{"get", "open", ".", "external_ids:c", "external-ids:a"}, "\"d e\"\nb\n"},
      {{"get", "open", ".", "external_ids:zz"},
       "",
       "no key \"zz\" in Open_vSwitch record \".\" column external_ids"},
      {{"--if-exists", "get", "open", ".", "external_ids:zz"}, "\n"},
      {{"remove", "open", ".", "external_ids", "nosuch", "c", "a=other"}},
      {{"get", "open", ".", "external_ids"}, "{a=b, e=\"f,g\", n=\"5\"}\n"},
      {{"remove", "open", ".", "external_ids", "a", "e", "n"}},
      {{"set", "open", ".", "external_ids:\"ovn-remote\"=\"ssl:10.0.0.1:6642,ssl:10.0.0.2:6642\""}},
      {{"get", "open", ".", "external_ids"},
       "{ovn-remote=\"ssl:10.0.0.1:6642,ssl:10.0.0.2:6642\"}\n"},
      {{"set", "open", ".", "external_ids:ovn-remote=ssl:10.0.0.9:6642"}},
      {{"get", "open", ".", "external_ids:ovn-remote"}, "\"ssl:10.0.0.9:6642\"\n"},
      {{"set", "open", ".", "foo=bar"},
       "",
       "Open_vSwitch does not contain a column whose name matches \"foo\""},
      {{"set", "Bridge", "nosuch", "fail_mode=secure"}, "", "no row \"nosuch\" in table Bridge"},
      {{"--if-exists", "set", "Bridge", "nosuch", "fail_mode=secure"}},
      {{"set", "Bridge", "br-int", "fail_mode=wrong"},
       "",
       "constraint violation: wrong is not one of the allowed values ([secure, standalone])"},
      {{"set", "Bridge", "br-int", "stp_enable=maybe"},
       "",
       "\"maybe\" is not a valid boolean (use \"true\" or \"false\")"},
      {{"set", "Bridge", "br-int", "name=other"},
       "",
       "cannot modify read-only column name in table Bridge"},
      {{"set", "Bridge", "br-int", "fail_mode"},
       "",
       "fail_mode: argument does not end in \"=\" followed by a value."},
      {{"set", "Bridge", "br-int", "other_config:x="},
       "",
       "other_config:x=: argument does not end in \"=\" followed by a value."},
      {{"set", "open", ".", "next_cfg=abc"}, "", "\"abc\" is not a valid integer or range"},
      {{"set", "Bridge", "br-int"}, "", "'set' command requires at least 3 arguments"},
      {{"list", "Nosuch"}, "", "unknown table \"Nosuch\""},
      {{"--columns=nope", "list", "Bridge"},
       "",
       "Bridge does not contain a column whose name matches \"nope\""},
      {{"frob"}, "", "unknown command 'frob'; use --help for help"},
      {{"--frob", "list", "Bridge"}, "", "unrecognized option '--frob'"},
      {{"--id=@x", "add-br", "br9"}, "", "'add-br' command has no '--id' option"},
      {{"add-br", "a", "b", "c", "d"}, "", "'add-br' command takes at most 3 arguments"},
      {{"--timeout=x", "list-br"}, "", "value x on -t or --timeout is invalid"},
      {{"set", "Bridge", "br-int", "other_config=a=b,c=d"}},
      {{"add", "Bridge", "br-int", "other_config", "c=new"}},
      {{"get", "Bridge", "br-int", "other_config"}, "{a=b, c=new}\n"},
      {{"add",
        "Bridge",
        "br-int",
        "protocols",
        "OpenFlow14",
        "--",
        "get",
        "Bridge",
        "br-int",
        "protocols"},
       "[OpenFlow13, OpenFlow14, OpenFlow15]\n"},
      {{"remove",
        "Bridge",
        "br-int",
        "protocols",
        "OpenFlow13",
        "--",
        "get",
        "Bridge",
        "br-int",
        "protocols"},
       "[OpenFlow14, OpenFlow15]\n"},
      {{"clear",
        "Bridge",
        "br-int",
        "protocols",
        "fail_mode",
        "--",
        "get",
        "Bridge",
        "br-int",
        "protocols",
        "fail_mode"},
       "[]\n[]\n"},
      {{"--may-exist",
        "add-port",
        "br-int",
        "eth1",
        "--",
        "set",
        "Port",
        "eth1",
        "external_ids:charm-ovn-chassis=br-int"}},
      {{"add-port", "br-int", "eth1"},
       "",
       "cannot create a port named eth1 because a port named eth1 already exists on bridge br-int"},
      {{"--may-exist", "add-port", "br-int", "eth1"}},
      {{"add-port", "nobr", "eth7"}, "", "no bridge named nobr"},
      {{"add-br", "eth1"},
       "",
       "cannot create a bridge named eth1 because a port named eth1 already exists on bridge "
       "br-int"},
      {{"list-ports", "br-int"}, "eth1\n"},
      {{"port-to-br", "eth1"}, "br-int\n"},
      {{"--format=json", "--columns=_uuid,name,external_ids", "list", "Port", "eth1"},
       R"({"data":[[["uuid","U"],"eth1",["map",[["charm-ovn-chassis","br-int"]]]]],"headings":["_uuid","name","external_ids"]})"
       "\n"},
      {{"--format=json", "--columns=name", "find", "Interface", "type=internal"},
       R"({"data":[["br-int"]],"headings":["name"]})"
       "\n"},
      {{"--may-exist", "add-br", "br-ex", "--", "--may-exist", "add-port", "br-ex", "eth1"},
       "",
       "\"--may-exist add-port br-ex eth1\" but eth1 is actually attached to bridge br-int"},
      {{"list-br"}, "br-int\n"},
      {{"add-port", "br-int", "p9", "--", "del-br", "nobr"}, "", "no bridge named nobr"},
      {{"list-ports", "br-int"}, "eth1\n"},
      {{"del-port", "eth9"}, "", "no port named eth9"},
      {{"--if-exists", "del-port", "br-int", "eth9"}},
      {{"--if-exists", "del-port", "br-int", "eth1", "--", "list-ports", "br-int"}},
      {{"br-exists", "nobr"}, "", "", 2},
      {{"br-exists", "br-int"}},
      {{"br-set-external-id", "br-int", "tombstoned", "true"}},
      {{"br-get-external-id", "br-int", "tombstoned"}, "true\n"},
      {{"br-get-external-id", "br-int"}, "tombstoned=true\n"},
      {{"br-set-external-id", "br-int", "tombstoned", "--", "br-get-external-id", "br-int"}},
      {{"set-ssl", "/k", "/c", "/ca"}},
      {{"--format=json", "list", "SSL"},
       R"({"data":[[["uuid","U"],false,"/ca","/c",["map",[]],"/k"]],"headings":["_uuid","bootstrap_ca_cert","ca_cert","certificate","external_ids","private_key"]})"
       "\n"},
      {{"get-ssl"}, "Private key: /k\nCertificate: /c\nCA Certificate: /ca\nBootstrap: false\n"},
      {{"set-ssl", "/k", "/c"}, "", "'set-ssl' command requires at least 3 arguments"},
      {{"del-ssl", "--", "get-ssl"}},
      {{"--id=@m",
        "create",
        "Manager",
        "target=\"ptcp:6640:127.0.0.1\"",
        "--",
        "add",
        "Open_vSwitch",
        ".",
        "manager_options",
        "@m"},
       "U\n"},
      {{"add",
        "Open_vSwitch",
        ".",
        "manager_options",
        "@m",
        "--",
        "--id=@m",
        "create",
        "Manager",
        "target=\"ptcp:6641\""},
       "U\n"},
      {{"get-manager"}, "ptcp:6640:127.0.0.1\nptcp:6641\n"},
      {{"--id=@n", "create", "Manager", "target=ptcp:1"},
       "",
       "ptcp:1: unexpected \":\" parsing string"},
      {{"add", "Open_vSwitch", ".", "manager_options", "@none"},
       "",
       "row id \"@none\" is referenced but never created (e.g. with \"-- --id=@none create ...\")"},
      {{"--format=json", "--columns=target,is_connected,status", "list", "Manager"},
       R"({"data":[["ptcp:6640:127.0.0.1",false,["map",[]]],["ptcp:6641",false,["map",[]]]],"headings":["target","is_connected","status"]})"
       "\n"},
      {{"del-manager", "--", "get-manager"}},
      {{"del-br", "br-int"}},
      {{"--format=json", "--columns=name", "list", "Interface"},
       R"({"data":[],"headings":["name"]})"
       "\n"},
  };
  return all;
}

/// uuids as U, rows of JSON tables sorted.
std::string normalised(const std::string& text) {
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  std::string result;
  for (const std::string& line : emulated::split(std::regex_replace(text, uuid, "U"), '\n')) {
    Json table = Json::parse(line, nullptr, false);
    if (table.is_object())
      std::sort(table["data"].begin(), table["data"].end());
    result += (table.is_object() ? table.dump() : line) + "\n";
  }
  return result;
}

template <typename Run>
void hold(const Case& one, const Run& run) {
  Words arguments = {"--no-wait"};
  arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
  const Ended ended = run(arguments);
  INFO("ovs-vsctl " << emulated::join(arguments, " "));
  CHECK(ended.exit == (one.error.empty() ? one.exit : 1));
  CHECK(normalised(ended.output) == normalised(one.output));
  CHECK(ended.error == (one.error.empty() ? "" : "ovs-vsctl: " + one.error + "\n"));
}

/// A database server of the real Open vSwitch in a folder of its own.
class RealDatabase {
 public:
  RealDatabase() {
    REQUIRE(emulated::run_process({"/usr/bin/ovsdb-tool",
                                   "create",
                                   path("db"),
                                   "/usr/share/openvswitch/vswitch.ovsschema"})
                .exit == 0);
    REQUIRE(emulated::run_process({"/usr/sbin/ovsdb-server",
                                   path("db"),
                                   "--remote=punix:" + path("socket"),
                                   "--pidfile=" + path("pid"),
                                   "--unixctl=" + path("ctl"),
                                   "--detach",
                                   "--no-chdir"})
                .exit == 0);
  }

  RealDatabase(const RealDatabase&) = delete;
  RealDatabase& operator=(const RealDatabase&) = delete;

  ~RealDatabase() {
    const std::string pid = emulated::read_text({.root = ""}, path("pid"));
    if (!pid.empty())
      ::kill(std::stoi(pid), SIGTERM);
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] Ended run(const Words& arguments) const {
    Words words = {"/usr/bin/ovs-vsctl", "--db=unix:" + path("socket"), "--timeout=10"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    Ended ended = emulated::run_process(words);
    if (emulated::starts_with(ended.error, "/usr/bin/"))  // getopt prints argv[0]
      ended.error.erase(0, std::string("/usr/bin/").size());
    return ended;
  }

 private:
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_ = emulated::temporary_folder();
};

World running_switch() {
  World world{.data = emulated::fresh_world(0)};
  world.data["packages"]["openvswitch-common"] = {{"version", "3.3.0"}, {"status", "installed"}};
  for (const std::string unit : {"ovsdb-server.service", "ovs-vswitchd.service"})
    world.data["units"][unit] = {{"file", "static"}, {"active", "active"}, {"starts", 1}};
  return world;
}

Ended run_emulated(World& world, const Words& arguments) {
  try {
    const World before = world;
    const emulated::Outcome outcome =
        emulated::run_program(world, {.program = "ovs-vsctl", .arguments = arguments});
    return {.exit = outcome.exit, .output = outcome.output, .error = outcome.error};
  } catch (const emulated::Refused& refused) {
    return {.exit = refused.exit(), .error = std::string(refused.what()) + "\n"};
  }
}

bool has_real_switch() {
  return ::access("/usr/bin/ovs-vsctl", X_OK) == 0 && ::access("/usr/sbin/ovsdb-server", X_OK) == 0;
}

}  // namespace

TEST_CASE("the emulated ovs-vsctl holds the contract", "[emulator][ovs][contract]") {
  World world = running_switch();

  for (const Case& one : cases())
    hold(one, [&](const Words& arguments) { return run_emulated(world, arguments); });
}

TEST_CASE("the real ovs-vsctl holds the contract", "[emulator][ovs][contract]") {
  if (!has_real_switch()) {
    WARN(
        "skipped: openvswitch-switch is not installed on this host, so the contract was held by "
        "the emulated one only");
    return;
  }
  const RealDatabase database;

  for (const Case& one : cases())
    hold(one, [&](const Words& arguments) { return database.run(arguments); });
}

TEST_CASE("every column of the emulated schema is one of the real schema",
          "[emulator][ovs][contract]") {
  const std::string path = "/usr/share/openvswitch/vswitch.ovsschema";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: openvswitch-switch is not installed on this host");
    return;
  }
  const Json schema = Json::parse(emulated::read_text({.root = ""}, path));

  for (const emulated::ovs::Table& table : emulated::ovs::tables())
    for (const emulated::ovs::Column& column : table.columns) {
      INFO(table.name << "." << column.name);
      CHECK(schema["tables"][table.name]["columns"].contains(column.name));
    }
}
