#include "domains.hpp"

#include "nova_compute.hpp"
#include "options.hpp"
#include "programs.hpp"
#include "reports.hpp"
#include "units.hpp"

namespace emulated {

namespace {

/// What nova-compute read when it started, else what it would read.
Json nova_config(const World& world) {
  const Json& units = world.data.at("units");
  const std::string unit = "nova-compute.service";
  const Json state = units.contains(unit) ? units.at(unit) : Json::object();
  return state.contains("config") ? state.at("config") : read_nova(world);
}

/// Empty: libvirt has no domain of such a server.
std::string domain_state(const Json& server) {
  static const std::map<std::string, std::string> states = {{"BUILD", ""},
                                                            {"DELETED", ""},
                                                            {"SHELVED_OFFLOADED", ""},
                                                            {"PAUSED", "paused"},
                                                            {"SHELVED", "shut off"},
                                                            {"SHUTOFF", "shut off"},
                                                            {"SOFT_DELETED", "shut off"},
                                                            {"SUSPENDED", "shut off"}};
  const auto found = states.find(server.value("status", ""));
  if (found != states.end())
    return found->second;
  return server.value("old_status", "") == "SHUTOFF" &&
                 server.value("status", "") == "VERIFY_RESIZE"
             ? "shut off"
             : "running";
}

Json domain(const std::string& uuid, const std::string& state) {
  return {{"uuid", uuid}, {"name", "instance-" + uuid.substr(0, 8)}, {"state", state}};
}

std::string domain_table(const Json& domains) {
  std::string text = " Id   Name   State\n--------------------\n";
  for (const Json& one : domains)
    text += " -    " + one.at("name").get<std::string>() + "   " + one.value("state", "shut off") +
            "\n";
  return text;
}

}  // namespace

Json all_domains(const World& world) {
  Json domains = world.data.at("domains");
  const Json cloud = cloud_state(world);
  const Json config = nova_config(world);
  if (cloud.is_null() || config.contains("driver"))  // Ironic's servers are machines
    return domains;
  const std::string host = config.at("host");
  for (const Json& server : cloud.value("servers", Json::array())) {
    const std::string state = domain_state(server);
    if (server.value("host", Json()) == host && !state.empty())
      domains.push_back(domain(server.at("id"), state));
  }
  for (const Json& uuid : cloud.value("left_guests", Json::object()).value(host, Json::array()))
    domains.push_back(domain(uuid, "shut off"));
  return domains;
}

Outcome virsh(World& world, const Words& arguments) {
  Options options = parse_options(
      arguments,
      {{"connect=", 'c'},
       {"quiet", 'q'},
       {"readonly", 'r'},
       {"all"},
       {"uuid"},
       {"name"},
       {"inactive"},
       {"state-running"}},
      [](const std::string& option) {
        return Refused(
            1, "error: command or option '" + option + "' is not known to the emulated virsh");
      });
  if (options.words != Words{"list"})
    throw Refused(1, "error: unknown command: '" + join(options.words, " ") + "'");
  if (!is_active(world, "libvirtd.service"))
    throw Refused(1,
                  "error: failed to connect to the hypervisor\nerror: Failed to connect socket to "
                  "'/var/run/libvirt/libvirt-sock': No such file or directory");
  Json domains = Json::array();
  for (const Json& domain : all_domains(world)) {
    const bool running = domain.value("state", "shut off") != "shut off";
    if (options.has("all") || running != options.has("inactive"))
      domains.push_back(domain);
  }
  if (!options.has("uuid") && !options.has("name"))
    return {.output = domain_table(domains) + "\n"};
  std::string text;
  for (const Json& domain : domains)
    text += (options.has("uuid") ? domain.at("uuid") : domain.at("name")).get<std::string>() + "\n";
  return {.output = text + "\n"};
}

}  // namespace emulated
