#include "machine.hpp"

#include <algorithm>

#include <arpa/inet.h>

#include "process.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> ask(const Machine& machine,
                             const std::string& verb,
                             const std::string& argument = "") {
  std::vector<std::string> argv = words_of(machine.command);
  argv.push_back(verb);
  argv.push_back(machine.name);
  if (!argument.empty())
    argv.push_back(argument);
  return lines_of(output_of(argv));
}

std::string first_line(const Machine& machine, const std::string& verb) {
  const std::vector<std::string> lines = ask(machine, verb);
  if (lines.empty())
    throw Refused(machine.command + " " + verb + " " + machine.name + ": printed nothing");
  return lines[0];
}

std::string dashed(std::string unit) {
  std::replace(unit.begin(), unit.end(), '/', '-');
  return "unit-" + unit;
}

const Machine& machine_of(const Model& model, const Unit& unit) {
  return model.machines.at(unit.machine);
}

Json made_up_network(const Machine& machine) {
  const int number = std::stoi(machine.name);
  char mac[32];
  snprintf(mac, sizeof mac, "52:54:00:00:%02x:%02x", number / 256 % 256, number % 256);
  return network_entry(
      "10.10." + std::to_string(number / 200) + "." + std::to_string(number % 200 + 10) + "/16",
      "eth0",
      mac);
}

Json driver_network(const Machine& machine, const std::string& binding) {
  const std::vector<std::string> lines =
      ask(machine, "address", binding.empty() ? "juju-info" : binding);
  std::vector<std::string> words;
  for (const std::string& line : lines)
    for (const std::string& word : words_of(line))
      words.push_back(word);
  if (words.empty())
    throw Refused(machine.command + " address " + machine.name + " " + binding +
                  ": printed nothing");
  return network_entry(
      words[0], words.size() > 1 ? words[1] : "eth0", words.size() > 2 ? words[2] : "");
}

}  // namespace

Machine create_machine(const std::string& name,
                       const std::string& command,
                       const fs::path& model_folder) {
  Machine machine{.name = name};
  machine.command = command;
  if (!command.empty())
    ask(machine, "create");
  refresh_machine(machine, model_folder);
  return machine;
}

void refresh_machine(Machine& machine, const fs::path& model_folder) {
  if (machine.command.empty()) {
    machine.root = fs::absolute(model_folder / "machines" / machine.name);
    machine.tools_host = machine.tools_inside = machine.root + "/var/lib/juju/tools";
    return;
  }
  machine.root = first_line(machine, "path");
  machine.enter = ask(machine, "enter");
  const std::vector<std::string> tools = ask(machine, "tools");
  if (tools.size() < 2 || machine.enter.empty())
    throw Refused(machine.command +
                  ": `enter` and `tools` must print an argv prefix and two folders");
  machine.tools_host = tools[0];
  machine.tools_inside = tools[1];
}

void destroy_machine(const Machine& machine) {
  if (!machine.command.empty())
    ask(machine, "destroy");
}

void tell_driver(const Machine& machine, const std::string& verb, const std::string& word) {
  if (machine.command.empty())
    return;
  std::vector<std::string> argv = words_of(machine.command);
  argv.insert(argv.end(), {verb, machine.name});
  if (!word.empty())
    argv.push_back(word);
  const int status = exit_of(argv);
  if (status != 0 && status != 2)
    throw Refused(machine.command + " " + verb + ": exit status " + std::to_string(status));
}

std::string agent_folder(const Model& model, const Unit& unit) {
  const Machine& machine = machine_of(model, unit);
  return (machine.command.empty() ? machine.root : "") + "/var/lib/juju/agents/" +
         dashed(unit.name);
}

std::string tool_folder(const Model& model, const Unit& unit) {
  const Machine& machine = machine_of(model, unit);
  return (machine.command.empty() ? machine.root : "") + "/var/lib/juju/tools/" + dashed(unit.name);
}

std::string shared_folder_host(const Model& model, const Unit& unit) {
  return machine_of(model, unit).tools_host + "/" + dashed(unit.name);
}

std::string shared_folder_inside(const Model& model, const Unit& unit) {
  return machine_of(model, unit).tools_inside + "/" + dashed(unit.name);
}

const Json& network_of(Model& model, const Unit& unit, const std::string& binding) {
  Machine& machine = model.machines.at(unit.machine);
  const auto known = machine.network.find(binding);
  if (known != machine.network.end())
    return known->second;
  return machine.network[binding] =
             machine.command.empty() ? made_up_network(machine) : driver_network(machine, binding);
}

std::string network_cidr(const std::string& address) {
  const std::size_t slash = address.find('/');
  const std::string host = address.substr(0, slash);
  const int family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const int width = family == AF_INET ? 32 : 128;
  unsigned char bytes[16] = {};
  const int prefix = slash == std::string::npos ? width : std::stoi(address.substr(slash + 1));
  if (inet_pton(family, host.c_str(), bytes) != 1 || prefix < 0 || prefix > width)
    throw Refused("invalid address " + go_quoted(address));
  for (int bit = prefix; bit < width; ++bit)
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  char text[INET6_ADDRSTRLEN];
  return std::string(inet_ntop(family, bytes, text, sizeof text)) + "/" + std::to_string(prefix);
}

Json network_entry(const std::string& address,
                   const std::string& interface,
                   const std::string& mac) {
  return {{"address", address.substr(0, address.find('/'))},
          {"cidr", network_cidr(address)},
          {"interface", interface},
          {"mac", mac}};
}

}  // namespace local_juju
