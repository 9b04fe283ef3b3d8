// machine-driver: makes, shows and removes emulated machines in the folder $LOCAL_MACHINES. Run
// with no argument for its verbs.
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "machine_folder.hpp"
#include "power.hpp"
#include "reports.hpp"
#include "units.hpp"

namespace {

using emulated::Json;
using emulated::Machine;
using emulated::Words;
using emulated::World;

std::string beside(const std::string& program) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / program).string();
}

Machine existing(const Machine& machine) {
  if (!std::filesystem::exists(machine.root() + "/run/emulator/world.json"))
    throw std::runtime_error("no machine " + machine.name);
  return machine;
}

int create(const Machine& machine, const Words&) {
  emulated::create_machine(machine, beside("machine-tool"));
  return 0;
}

int destroy(const Machine& machine, const Words&) {
  if (emulated::destroy_machine(machine))
    return 0;
  std::cerr << "machine-driver: no machine " << machine.name << '\n';
  return 1;
}

int enter(const Machine& machine, const Words&) {
  const std::string folder = existing(machine).folder;
  std::cout << beside("machine-enter") << '\n' << folder << '\n';
  return 0;
}

int path(const Machine& machine, const Words&) {
  std::cout << existing(machine).root() << '\n';
  return 0;
}

int address(const Machine& machine, const Words& arguments) {
  const World world = emulated::load_world(existing(machine).root());
  const std::string interface = world.data.at("bindings").value(arguments.at(0), "eth0");
  const std::string text = world.data.at("interfaces").at(interface).value("address", "");
  if (text.empty())
    throw std::runtime_error("interface " + interface + " of machine " + machine.name +
                             " has no address");
  std::cout << text << ' ' << interface << '\n';
  return 0;
}

int tools(const Machine& machine, const Words&) {
  const std::string outside = emulated::tools_outside(existing(machine));
  std::cout << outside << '\n' << emulated::tools_inside() << '\n';
  return 0;
}

/// Without a patch: prints it. A patch is applied as RFC 7396 says; `-` reads it from stdin.
int show_world(const Machine& machine, const Words& arguments) {
  const std::string root = existing(machine).root();
  const emulated::Lock lock(root);
  World world = emulated::load_world(root);
  world.lock = &lock;
  emulated::settle_units(world);
  if (arguments.empty()) {
    std::cout << world.data.dump(2) << '\n';
    return 0;
  }
  std::string text = arguments[0] == "-" ? "" : arguments[0];
  for (std::string line; arguments[0] == "-" && std::getline(std::cin, line);)
    text += line + "\n";
  world.data.merge_patch(Json::parse(text));
  emulated::settle_hardware(world);
  emulated::report(world);
  emulated::save_world(world);
  return 0;
}

/// Changes the machine and tells the cloud.
template <typename... Changes>
int change(const Machine& machine, Changes... changes) {
  const std::string root = existing(machine).root();
  const emulated::Lock lock(root);
  World world = emulated::load_world(root);
  world.lock = &lock;
  ((changes(world), emulated::report(world)), ...);
  emulated::save_world(world);
  return 0;
}

int reboot(const Machine& machine, const Words&) {
  return change(machine, emulated::shut_down, emulated::boot);
}

int power(const Machine& machine, const Words& arguments) {
  if (arguments[0] == "off")
    return change(machine, emulated::cut_power);
  if (arguments[0] == "on")
    return change(machine, emulated::boot);
  throw std::runtime_error("power is on or off, not " + arguments[0]);
}

int show_journal(const Machine& machine, const Words&) {
  std::cout << emulated::read_text({.root = existing(machine).root()}, "/run/emulator/journal");
  return 0;
}

int show_computes(const Machine& machine, const Words&) {
  std::cout << emulated::read_text({.root = existing(machine).root()}, "/run/emulator/computes");
  return 0;
}

struct Verb {
  std::string arguments = {};
  std::string help = {};
  std::size_t least = 0;
  std::size_t most = 0;
  int (*run)(const Machine&, const Words&) = nullptr;
};

const std::map<std::string, Verb>& verbs() {
  static const std::map<std::string, Verb> table = {
      {"computes",
       {"",
        "every start and end of a nova-compute on any machine of the folder, a JSON line each",
        0,
        0,
        show_computes}},
      {"create", {"", "make a fresh machine", 0, 0, create}},
      {"destroy", {"", "remove it and all its files", 0, 0, destroy}},
      {"enter",
       {"",
        "the words in front of a command that runs it inside: ... [--cwd FOLDER] [--] PROGRAM "
        "ARGUMENT...",
        0,
        0,
        enter}},
      {"path", {"", "its root folder as the host sees it", 0, 0, path}},
      {"address", {" BINDING", "IP/prefix and interface", 1, 1, address}},
      {"tools", {"", "folder of hook tools and sockets: on the host, then inside", 0, 0, tools}},
      {"world",
       {" [PATCH]", "show its state, or merge JSON into it (- reads stdin)", 0, 1, show_world}},
      {"reboot", {"", "services end; those that are enabled and not masked start", 0, 0, reboot}},
      {"power", {" on|off", "off is as if the cable were pulled; on boots", 1, 1, power}},
      {"journal",
       {"",
        "every call of an emulated program and every report to the cloud, a JSON line each",
        0,
        0,
        show_journal}},
  };
  return table;
}

int usage() {
  std::cerr << "usage, with LOCAL_MACHINES set to a folder:\n";
  for (const auto& [name, verb] : verbs())
    std::cerr << "  machine-driver " << name << " MACHINE" << verb.arguments << "   " << verb.help
              << '\n';
  return 2;
}

}  // namespace

int main(int argc, char* argv[]) {
  const char* const machines = std::getenv("LOCAL_MACHINES");
  const auto verb = argc > 2 ? verbs().find(argv[1]) : verbs().end();
  if (machines == nullptr || verb == verbs().end())
    return usage();
  const Words arguments(argv + 3, argv + argc);
  if (arguments.size() < verb->second.least || arguments.size() > verb->second.most)
    return usage();
  try {
    return verb->second.run(
        emulated::machine_at(std::filesystem::absolute(machines).string(), argv[2]), arguments);
  } catch (const std::exception& problem) {
    std::cerr << "machine-driver: " << problem.what() << '\n';
    return 1;
  }
}
