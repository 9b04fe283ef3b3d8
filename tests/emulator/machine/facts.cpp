// Small programs that tell a fact of the machine: hostname, systemd-detect-virt, ovn-appctl.
#include "options.hpp"
#include "programs.hpp"
#include "reports.hpp"
#include "units.hpp"

namespace emulated {

namespace {

/// The canonical name that /etc/hosts has for our own name, as the resolver finds it.
std::string resolved_name(const World& world, const std::string& own) {
  for (const std::string& line : split(read_text(world, "/etc/hosts"), '\n')) {
    Words words;
    for (std::string word : split(line.substr(0, line.find('#')), ' '))
      for (const std::string& part : split(word, '\t'))
        if (!part.empty())
          words.push_back(part);
    for (std::size_t i = 1; i < words.size(); ++i)
      if (words[i] == own)
        return words[1];
  }
  throw Refused(1, "hostname: Name or service not known");
}

std::string own_name(const World& world) {
  const Words lines = split(read_text(world, "/etc/hostname"), '\n');
  return lines.empty() ? "" : lines.front();
}

std::string addresses(const World& world) {
  std::string text;
  for (const auto& [name, interface] : world.data.at("interfaces").items()) {
    const std::string address = interface.value("address", "");
    if (!address.empty())
      text += address.substr(0, address.find('/')) + " ";
  }
  return text;
}

}  // namespace

Outcome hostname(World& world, const Words& arguments) {
  const Options options = parse_options(
      arguments,
      {{"fqdn", 'f'}, {"long"}, {"short", 's'}, {"domain", 'd'}, {"all-ip-addresses", 'I'}},
      [](const std::string& option) {
        return Refused(255, "hostname: unrecognized option '" + option + "'");
      });
  if (!options.words.empty())
    throw Refused(1, "emulated hostname: does not set the name");
  const std::string own = own_name(world);
  if (options.has("all-ip-addresses"))
    return {.output = addresses(world) + "\n"};
  if (options.has("short"))
    return {.output = own.substr(0, own.find('.')) + "\n"};
  if (options.has("domain")) {
    const std::string name = resolved_name(world, own);
    const std::size_t dot = name.find('.');
    return {.output = (dot == std::string::npos ? "" : name.substr(dot + 1)) + "\n"};
  }
  return {.output = (options.has("fqdn") || options.has("long") ? resolved_name(world, own) : own) +
                    "\n"};
}

Outcome systemd_detect_virt(World& world, const Words& arguments) {
  const Options options = parse_options(
      arguments, {{"container", 'c'}, {"vm", 'v'}, {"quiet", 'q'}}, [](const std::string& option) {
        return Refused(1, "systemd-detect-virt: unrecognized option '" + option + "'");
      });
  const std::string container = world.data.value("container", "none");
  const std::string machine = world.data.value("vm", "none");
  const std::string found = options.has("container") ? container
                            : options.has("vm")      ? machine
                            : container != "none"    ? container
                                                     : machine;
  return {.exit = found == "none" ? 1 : 0, .output = options.has("quiet") ? "" : found + "\n"};
}

Outcome ovn_appctl(World& world, const Words& arguments) {
  const Options options = parse_options(
      arguments, {{"target=", 't'}, {"timeout=", 'T'}, {"restart"}}, [](const std::string& option) {
        return Refused(1, "ovn-appctl: unrecognized option '" + option + "'");
      });
  const std::string target = options.get("target");
  if (target != "ovn-controller" || options.words.size() != 1)
    throw Refused(1, "emulated ovn-appctl: -t ovn-controller exit | connection-status only");
  if (!is_active(world, "ovn-controller.service"))
    throw Refused(1,
                  "ovn-appctl: cannot read pidfile \"/var/run/ovn/ovn-controller.pid\" (No such "
                  "file or directory)");
  if (options.words.front() == "exit") {
    if (options.has("restart"))
      world.data["units"]["ovn-controller.service"]["killed"] = true;
    stop_unit(world, "ovn-controller.service");
    return {};
  }
  if (options.words.front() == "connection-status")
    return {.output = is_chassis(world) ? "connected\n" : "not connected\n"};
  throw Refused(
      2,
      "\"" + options.words.front() +
          "\" is not a valid command (use \"list-commands\" to see a list of valid "
          "commands)\novn-appctl: /var/run/ovn/ovn-controller.ctl: server returned an error");
}

}  // namespace emulated
