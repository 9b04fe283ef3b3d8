// Storage and resources.
#include "machine.hpp"
#include "store.hpp"
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

/// Attached as the unit sees it: also from its storage-attached hook on.
bool attached(const ToolRun& run, const Storage& storage) {
  return storage.unit == run.context.unit.name &&
         (storage.attached || storage.id == run.context.event.storage);
}

std::string storage_list(ToolRun& run) {
  run.no_more_than(1);
  const std::string name = run.arguments.words.empty() ? "" : run.arguments.words[0] + "/";
  Json ids = Json::array();
  for (const auto& [id, storage] : run.context.model.storage)
    if (attached(run, storage) && id.rfind(name, 0) == 0)
      ids.push_back(id);
  return run.print(ids);
}

std::string storage_get(ToolRun& run) {
  run.no_more_than(1);
  const std::string id = run.arguments.get("storage", run.context.event.storage);
  if (id.empty())
    throw UsageError("no storage instance specified");
  const auto found = run.context.model.storage.find(id);
  if (found == run.context.model.storage.end() || !attached(run, found->second))
    throw UsageError("invalid value " + go_quoted(id) + " for option -s: storage not found");
  const Json values = {{"kind", found->second.kind}, {"location", found->second.location}};
  if (run.arguments.words.empty())
    return run.print(values);
  if (!values.contains(run.arguments.words[0]))
    throw ToolError("invalid storage attribute " + go_quoted(run.arguments.words[0]));
  return run.print(values[run.arguments.words[0]]);
}

std::string storage_add(ToolRun& run) {
  if (run.arguments.words.empty())
    throw UsageError("storage add requires a storage directive");
  for (const std::string& word : run.arguments.words) {
    const std::string name = word.substr(0, word.find('='));
    const std::string count =
        word.find('=') == std::string::npos ? "1" : word.substr(name.size() + 1);
    if (!run.context.application().charm.storage.contains(name))
      throw ToolError("storage " + go_quoted(name) + " not found");
    if (count.empty() || count.size() > 4 ||
        count.find_first_not_of("0123456789") != std::string::npos)
      throw UsageError("cannot parse directives: only count can be specified");
    run.context.storage_add.insert(
        run.context.storage_add.end(), static_cast<std::size_t>(std::stoi(count)), name);
  }
  return "";
}

std::string resource_get(ToolRun& run) {
  if (run.arguments.words.empty())
    throw UsageError("missing required resource name");
  run.no_more_than(1);
  const std::string& name = run.arguments.words[0];
  const Application& application = run.context.application();
  const auto uploaded = application.resources.find(name);
  if (uploaded == application.resources.end() || uploaded->second.path.empty())
    throw ToolError("could not download resource: resource " + go_quoted(name) + " not found");
  const std::string inside = agent_folder(run.context.model, run.context.unit) + "/resources/" +
                             name + "/" + application.charm.resources.at(name);
  const std::filesystem::path path = host_path(run.context, inside);
  std::filesystem::create_directories(path.parent_path());
  write_file(path, read_file(uploaded->second.path));
  std::filesystem::permissions(path, std::filesystem::perms{0644});
  return inside;
}

}  // namespace

std::vector<Tool> storage_tools() {
  return {{"storage-list", false, "smart", {}, storage_list},
          {"storage-get", false, "smart", {{"storage", "s", false}}, storage_get},
          {"storage-add", false, "", {}, storage_add},
          {"resource-get", false, "", {}, resource_get}};
}

}  // namespace local_juju
