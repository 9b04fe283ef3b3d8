#include "scenario/machine.hpp"

#include <algorithm>
#include <cstdio>

#include "cloud/internal.hpp"
#include "nova_compute.hpp"
#include "ovs_database.hpp"
#include "programs.hpp"
#include "scenario/reports.hpp"
#include "unit_files.hpp"

namespace ncc::scenario {

namespace {

using Words = std::vector<std::string>;

constexpr const char* drain = "nova-compute-drain";
constexpr const char* wake = "nova-compute-wake";

const std::set<std::string>& known_packages() {
  static const std::set<std::string> names{"ca-certificates",
                                           "genisoimage",
                                           "haproxy",
                                           "libvirt-clients",
                                           "neutron-ovn-metadata-agent",
                                           "nova-api-metadata",
                                           "nova-common",
                                           "nova-compute",
                                           "nova-compute-ironic",
                                           "nova-compute-qemu",
                                           "openvswitch-switch",
                                           "ovn-host",
                                           "prometheus-node-exporter",
                                           "ubuntu-cloud-keyring"};
  return names;
}

bool is_instance(const std::string& name) {
  return name.find('@') != std::string::npos;
}

/// Its unit file is the charm's own; those of instances have no [Install] section.
bool is_local(const std::string& name) {
  return name == drain || name == wake || is_instance(name);
}

/// The unit file, of an instance its template.
std::string unit_path(const std::string& name) {
  return "/etc/systemd/system/" + name.substr(0, name.find('@') + 1) +
         (is_instance(name) ? "" : name) + ".service";
}

std::logic_error unknown(const Words& words) {
  std::string text = "the machine has no such call:";
  for (const std::string& word : words) {
    text += " " + word;
  }
  return std::logic_error(text);
}

ProcessResult refused(const std::string& text) {
  return {.exit_code = 1, .error_output = text};
}

bool begins_with(const Words& words, const Words& beginning) {
  return words.size() >= beginning.size() &&
         std::equal(beginning.begin(), beginning.end(), words.begin());
}

ProcessResult dpkg_query(const Words& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (!begins_with(words, {"--show"}) || dashes == words.end()) {
    throw unknown(words);
  }
  ProcessResult result;
  for (auto name = dashes + 1; name != words.end(); ++name) {
    if (!known_packages().contains(*name)) {
      throw unknown({"dpkg-query", *name});
    }
    const std::string version = *name == "nova-common" ? "3:29.2.0-0ubuntu1" : "1.0";
    result.output += *name + "\tinstalled\t" + version + "\n";
  }
  return result;
}

ProcessResult getent(const Words& words) {
  if (words != Words{"passwd", "nova"}) {
    throw unknown(words);
  }
  return {.output = "nova:x:64060:64060::/var/lib/nova:/bin/false\n"};
}

}  // namespace

std::string fresh_uuid(Stage& stage) {
  std::uint64_t mixed = ++stage.uuids * 0x9e3779b97f4a7c15ULL;
  mixed ^= mixed >> 29U;
  char text[37];
  std::snprintf(text,
                sizeof text,
                "%08x-0000-4000-8000-%012llx",
                static_cast<unsigned>(mixed & 0xffffffffU),
                static_cast<unsigned long long>(stage.uuids));
  return text;
}

Machine fresh_machine(const std::string& fqdn, int number) {
  Machine machine{.fqdn = fqdn, .address = "10.20.0." + std::to_string(10 + number)};
  machine.files["/etc/os-release"].content = "ID=ubuntu\nVERSION_ID=\"24.04\"\n";
  machine.files["/proc/meminfo"].content = "MemTotal:       16384000 kB\n";
  machine.files["/proc/sys/kernel/random/boot_id"].content = "boot-" + std::to_string(number);
  machine.files["/run/systemd/system/.keep"] = {};
  for (const std::string interface : {"eth0", "eth1"}) {
    machine.files["/sys/class/net/" + interface + "/address"].content =
        "52:54:00:00:00:0" + interface.substr(3) + "\n";
  }
  for (const char* daemon : {"libvirtd",
                             "neutron-ovn-metadata-agent",
                             "nova-api-metadata",
                             "nova-compute",
                             "openvswitch-switch",
                             "ovn-controller",
                             "ovn-host"}) {
    machine.daemons[daemon] = {};
  }
  Json& row = emulated::switch_row(machine.ovs);
  row["external_ids"] = {{"system-id", "as-installed"}, {"hostname", fqdn}};
  row["ovs_version"] = Json::array({"3.3.0"});
  return machine;
}

bool is_active(const Machine& machine, const std::string& daemon) {
  const auto found = machine.daemons.find(daemon);
  return found != machine.daemons.end() && found->second.active;
}

ProcessResult Programs::run(const Command& command) {
  const Words words(command.argv.begin() + 1, command.argv.end());
  const std::string& program = command.argv[0];
  if (program == "/usr/bin/dpkg-query") {
    return dpkg_query(words);
  }
  if (program == "/usr/bin/getent") {
    return getent(words);
  }
  if (program == "/usr/bin/hostname" && words == Words{"--fqdn"}) {
    return {.output = machine_.fqdn + "\n"};
  }
  if (program == "/usr/bin/systemctl") {
    return systemctl(words);
  }
  if (program == "/usr/bin/ovs-vsctl") {
    return ovs_vsctl(words);
  }
  if (program == "/usr/bin/ovn-sbctl") {
    return ovn_sbctl(words);
  }
  if (program == "/usr/bin/virsh" && words == Words{"list", "--all", "--uuid"}) {
    return virsh();
  }
  if (program == "/usr/bin/juju-exec") {
    return juju_exec(words);
  }
  throw unknown(command.argv);
}

ProcessResult Programs::systemctl(const Words& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  const Words names(dashes == words.end() ? dashes : dashes + 1, words.end());
  if (words.at(0) == "show") {
    return show(names);
  }
  std::string what = "systemctl";
  for (const std::string& word : words) {
    what += " " + word;
  }
  reaper_.pass("before " + what);
  for (const std::string& name : names) {
    if (!exists(name) && (words[0] != "stop" || !is_active(machine_, name))) {
      return refused("Failed: Unit " + name + ".service not found.");
    }
    if (is_local(name) && !machine_.daemons.contains(name)) {
      machine_.daemons[name] = {false, false, false};
    }
    if (words[0] != "mask" && words[0] != "unmask" && words[0] != "stop" && words[0] != "disable" &&
        machine_.daemons[name].masked) {
      return refused("Failed: Unit " + name + ".service is masked.");
    }
    act(words[0], name);
  }
  if (names.empty() && words != Words{"daemon-reload"}) {
    throw unknown(words);
  }
  report(stage_, machine_);
  reaper_.pass("after " + what);
  return {};
}

bool Programs::exists(const std::string& name) const {
  return is_local(name) ? machine_.files.contains(unit_path(name))
                        : machine_.daemons.contains(name);
}

ProcessResult Programs::show(const Words& names) const {
  ProcessResult result;
  for (const std::string& full : names) {
    const std::string name = full.substr(0, full.rfind('.'));
    const auto found = machine_.daemons.find(name);
    const Daemon daemon =
        found == machine_.daemons.end() ? Daemon{false, false, false} : found->second;
    const std::string load = !exists(name) ? "not-found" : daemon.masked ? "masked" : "loaded";
    const std::string file = daemon.masked       ? "masked"
                             : is_instance(name) ? "static"
                             : daemon.enabled    ? "enabled"
                                                 : "disabled";
    result.output += "Id=" + full + "\nLoadState=" + load +
                     "\nActiveState=" + (daemon.active ? "active" : "inactive") +
                     "\nUnitFileState=" + (exists(name) ? file : "") + "\n\n";
  }
  return result;
}

void Programs::act(const std::string& verb, const std::string& name) {
  Daemon& daemon = machine_.daemons[name];
  if (verb == "start") {
    start(name);
  } else if (verb == "stop") {
    stop(name);
  } else if (verb == "restart") {
    stop(name);
    start(name);
  } else if (verb == "enable" || verb == "disable") {
    daemon.enabled = verb == "enable" && !is_instance(name);
  } else if (verb == "mask" || verb == "unmask") {
    if (name == drain) {
      throw std::logic_error("its unit file is in the way: " + name);
    }
    daemon.masked = verb == "mask";
  } else {
    throw unknown({"systemctl", verb, name});
  }
}

/// nova-compute of a template's instance: without a file that its command names, or refused
/// by the cloud, it ends at once.
void Programs::start_instance(const std::string& name) {
  const emulated::UnitFile file =
      emulated::parse_unit_file(machine_.files.at(unit_path(name)).content, name + ".service");
  if (!emulated::is_played(file)) {
    throw unknown(file.command);
  }
  Words texts;
  for (const std::string& path : emulated::config_files(file.command)) {
    if (!machine_.files.contains(path)) {
      machine_.daemons[name].active = false;
      return;
    }
    texts.push_back(machine_.files.at(path).content);
  }
  const Json start = ironic_start(emulated::nova_config(texts, machine_.fqdn));
  try {
    start_compute(stage_.cloud, start);
    machine_.told[name] = start;
  } catch (const fake_cloud::StateError&) {
    machine_.daemons[name].active = false;
  }
  settle(stage_.cloud);
}

void Programs::stop_instance(const std::string& name) {
  if (const Json told = std::exchange(machine_.told[name], Json()); !told.is_null()) {
    stop_compute(stage_.cloud, told.at("host"));
  }
}

/// ovn-controller is PartOf ovn-host, which needs it.
void Programs::start(const std::string& name) {
  const bool was = std::exchange(machine_.daemons[name].active, true);
  if (name == "ovn-host" && !machine_.daemons["ovn-controller"].masked) {
    start("ovn-controller");
  }
  if (name == "nova-compute" && !was) {
    start_nova_compute(stage_, machine_);
  }
  if (is_instance(name) && !was) {
    start_instance(name);
  }
  if (name == drain) {
    machine_.due = stage_.passed;
  }
}

void Programs::stop(const std::string& name) {
  const bool was = std::exchange(machine_.daemons[name].active, false);
  if (name == "ovn-host") {
    stop("ovn-controller");
  }
  if (name == "nova-compute" && was) {
    stop_nova_compute(stage_, machine_);
  }
  if (is_instance(name) && was) {
    stop_instance(name);
  }
}

ProcessResult Programs::ovs_vsctl(const Words& words) {
  const bool effect = std::find(words.begin(), words.end(), "--no-wait") != words.end();
  if (!is_active(machine_, "openvswitch-switch")) {
    return refused("ovs-vsctl: database connection failed");
  }
  if (!effect && !machine_.ovs_listing.empty()) {
    return {.output = machine_.ovs_listing};
  }
  if (effect) {
    reaper_.pass("before ovs-vsctl");
  }
  emulated::World world;
  world.data = {{"ovs", std::move(machine_.ovs)},
                {"units",
                 {{"ovsdb-server.service", {{"active", "active"}}},
                  {"ovs-vswitchd.service", {{"active", "active"}}}}}};
  ProcessResult result;
  try {
    const emulated::Outcome outcome = emulated::ovs_vsctl(world, words);
    result = {outcome.exit, outcome.output, outcome.error};
  } catch (const emulated::Refused& error) {
    result = {error.exit(), "", error.what()};
  }
  machine_.ovs = std::move(world.data["ovs"]);
  machine_.ovs_listing = effect ? "" : result.output;
  if (effect) {
    report(stage_, machine_);
    reaper_.pass("after ovs-vsctl");
  }
  return result;
}

/// find TABLE COLUMN="VALUE"... of the southbound database, which is the cloud's list of agents.
ProcessResult Programs::ovn_sbctl(const Words& words) const {
  static const std::string columns = "--columns=";
  const auto find = std::find(words.begin(), words.end(), "find");
  if (words.end() - find < 3 || !(find - 1)->starts_with(columns)) {
    throw unknown(words);
  }
  const std::string shown = (find - 1)->substr(columns.size());
  Json found = Json::array();
  for (const Bag& row : southbound_rows(stage_, *(find + 1))) {
    if (std::all_of(find + 2, words.end(), [&](const std::string& condition) {
          const std::size_t equals = condition.find('=');
          return '"' + row.at(condition.substr(0, equals)) + '"' == condition.substr(equals + 1);
        })) {
      found.push_back(Json::array({row.at(shown)}));
    }
  }
  return {.output = Json{{"headings", {shown}}, {"data", found}}.dump() + "\n"};
}

ProcessResult Programs::virsh() const {
  if (!is_active(machine_, "libvirtd")) {
    return refused("error: failed to connect to the hypervisor");
  }
  ProcessResult result;
  for (const std::string& id : domains_of(stage_.cloud.state, machine_.fqdn)) {
    result.output += id + "\n";
  }
  return result;
}

/// The hook comes when the unit is free: nobody waits for it here.
ProcessResult Programs::juju_exec(const Words& words) {
  if (words.size() != 3 || words[0] != "-u" ||
      !words[2].starts_with("JUJU_DISPATCH_PATH=hooks/update-status /")) {
    throw unknown(words);
  }
  reaper_.pass("before juju-exec");
  unit_.events.push_back({.hook = "update-status"});
  reaper_.pass("after juju-exec");
  return {};
}

}  // namespace ncc::scenario
