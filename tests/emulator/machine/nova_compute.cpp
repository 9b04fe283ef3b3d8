#include "nova_compute.hpp"

#include <filesystem>

#include "packages.hpp"
#include "service_effects.hpp"
#include "unit_files.hpp"

namespace emulated {

namespace {

constexpr const char* packaged = "nova-compute.service";
constexpr int no_program = 203;  // systemd.exec(5): EXEC

/// Values of `--OPTION=VALUE` and `--OPTION VALUE`, in order.
Words values_of(const Words& command, const std::string& option) {
  Words values;
  for (std::size_t i = 1; i < command.size(); ++i) {
    if (starts_with(command[i], "--" + option + "="))
      values.push_back(command[i].substr(option.size() + 3));
    else if (command[i] == "--" + option && i + 1 < command.size())
      values.push_back(command[++i]);
  }
  return values;
}

/// The unit's command; empty for the package's own unit.
Words command_of(const World& world, const std::string& unit) {
  const Json& state = world.data.at("units").at(unit);
  return state.contains("text") ? parse_unit_file(state.at("text").get<std::string>(), unit).command
                                : Words();
}

/// The last one that is not empty.
std::string last_value(const Words& texts, const std::string& section, const std::string& key) {
  std::string value;
  for (const std::string& text : texts)
    if (const std::string found = ini_value(text, section, key); !found.empty())
      value = found;
  return value;
}

}  // namespace

bool is_nova_compute(const std::string& unit, const Json& state) {
  return state.value("played", false) || (unit == packaged && !state.contains("text"));
}

Words config_files(const Words& command) {
  const Words named = values_of(command, "config-file");
  return named.empty() ? Words{"/etc/nova/nova.conf", "/etc/nova/nova-compute.conf"} : named;
}

Json nova_config(const Words& texts, const std::string& fqdn) {
  std::string host = last_value(texts, "DEFAULT", "host");
  if (host.empty())
    host = split(fqdn, '.').front();
  Json config = {{"host", host},
                 {"messaging", !last_value(texts, "DEFAULT", "transport_url").empty()}};
  if (last_value(texts, "DEFAULT", "compute_driver") != "ironic.IronicDriver")
    return config;
  config["driver"] = "ironic";
  for (const std::string key : {"shard", "conductor_group"})
    if (const std::string value = last_value(texts, "ironic", key); !value.empty())
      config[key] = value;
  return config;
}

Json read_nova(const World& world, const Words& files) {
  Words texts;
  for (const std::string& file : files)
    texts.push_back(read_text(world, file));
  return nova_config(texts, world.data.at("fqdn"));
}

void start_nova(World& world, const std::string& unit) {
  Json& state = world.data["units"][unit];
  const Words command = command_of(world, unit);
  if (command.empty()) {
    state["config"] = read_nova(world);
    return;
  }
  state.erase("config");
  const Words files = config_files(command);
  if (!is_installed(world, "nova-compute"))
    return fail_nova(world, unit, no_program, command[0] + ": No such file or directory");
  for (const std::string& file : files)
    if (!std::filesystem::exists(world.root + file))
      return fail_nova(world, unit, 1, "Failed to find some config files: " + file);
  state["config"] = read_nova(world, files);
}

void fail_nova(World& world, const std::string& unit, int status, const std::string& why) {
  Json& state = world.data["units"][unit];
  state["active"] = "failed";
  state["result"] = "exit-code";
  state["exit_status"] = status;
  journal(world, {{"failed", unit}, {"reason", why}});
  const Words logs = values_of(command_of(world, unit), "log-file");
  const std::string log = logs.empty() ? "/var/log/nova/nova-compute.log" : logs.back();
  write_text(world,
             log,
             read_text(world, log) + "ERROR oslo_service.service Error starting thread: " +
                 "InvalidConfiguration: " + why + "\n");
}

}  // namespace emulated
