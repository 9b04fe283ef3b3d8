#include "juju.hpp"
#include "words/entries.hpp"

namespace ncc::juju {
namespace {

using Environment = std::map<std::string, std::string>;

/// hooks/install of /var/lib/juju/agents/unit-a-0/charm/hooks/install: the last two parts.
std::string last_two_parts(const std::string& path) {
  const auto name = path.rfind('/');
  if (name == std::string::npos || name == 0) {
    return path;
  }
  const auto folder = path.rfind('/', name - 1);
  return folder == std::string::npos ? path : path.substr(folder + 1);
}

/// What stands after `folder` in hooks/install or actions/verify.
std::string name_below(const std::string& folder, const std::string& dispatch_path) {
  return dispatch_path.rfind(folder, 0) == 0 ? dispatch_path.substr(folder.size()) : std::string();
}

}  // namespace

Context read_context(const Environment& environment, const std::string& argv0) {
  const auto value = [&](const char* name) { return entry_of(environment, name); };
  const std::string given = value("JUJU_DISPATCH_PATH");
  const std::string path = given.empty() ? last_two_parts(argv0) : given;
  return {.charm_dir = value("JUJU_CHARM_DIR"),
          .unit = value("JUJU_UNIT_NAME"),
          .dispatch_path = path,
          .hook = name_below("hooks/", path),
          .action = name_below("actions/", path),
          .relation = value("JUJU_RELATION"),
          .relation_id = value("JUJU_RELATION_ID"),
          .remote_unit = value("JUJU_REMOTE_UNIT"),
          .departing_unit = value("JUJU_DEPARTING_UNIT"),
          .model_name = value("JUJU_MODEL_NAME"),
          .model_uuid = value("JUJU_MODEL_UUID"),
          .availability_zone = value("JUJU_AVAILABILITY_ZONE"),
          .version = value("JUJU_VERSION")};
}

}  // namespace ncc::juju
