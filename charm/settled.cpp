// The note of a ready unit, for update-status: one line with the services that must run.

#include <algorithm>

#include "charm/charm.hpp"
#include "host.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

std::string note_of(const std::string& unit) {
  std::string name = unit;
  std::replace(name.begin(), name.end(), '/', '-');
  return "/run/nova-compute-charm/" + name + ".settled";
}

}  // namespace

void remember_settled(const std::string& unit, const Model& model, const Platform& platform) {
  std::vector<std::string> names;
  for (const auto& [name, state] : decide(model).services) {
    if (state == ServiceState::running) {
      names.push_back(name);
    }
  }
  platform.files.write(note_of(unit), join(names, " ") + "\n", {});
}

void forget_settled(const std::string& unit, const Platform& platform) {
  platform.files.remove(note_of(unit));
}

bool is_settled(const std::string& unit, const Platform& platform) {
  const std::optional<std::string> note = platform.files.read(note_of(unit));
  if (!note) {
    return false;
  }
  const std::vector<std::string> names = split(*note);
  const std::map<std::string, host::Service> seen =
      host::services(platform.processes, {names.begin(), names.end()});
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    const auto found = seen.find(name);
    return found != seen.end() && found->second.active;
  });
}

}  // namespace ncc::charm
