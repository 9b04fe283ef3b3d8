#include "test_world.hpp"

#include <cstdlib>
#include <fstream>

namespace local_juju {
namespace {

namespace fs = std::filesystem;

fs::path temporary_folder() {
  std::string name = fs::temp_directory_path() / "local-juju-XXXXXX";
  if (mkdtemp(name.data()) == nullptr)
    throw Refused("no temporary folder");
  return name;
}

constexpr const char* dispatch = R"sh(#!/bin/bash
OUT=@OUT@
event=${JUJU_DISPATCH_PATH#*/}
if [ -f "on/$event" ]; then . "on/$event"; fi
)sh";

constexpr const char* options = R"(options:
  debug: {type: boolean, default: false}
  number: {type: int, default: 5}
  share: {type: float, default: 5.0}
  text: {type: string, default: "a<b"}
  unset: {type: string}
  token: {type: secret}
)";

constexpr const char* actions = R"(backup:
  description: Makes a backup
  params:
    target: {type: string, default: disk}
    count: {type: integer, minimum: 1}
strict:
  params: {size: {type: integer}}
  additionalProperties: false
  required: [size]
)";

}  // namespace

std::string test_metadata(const std::string& name) {
  return "name: " + name + R"(
summary: a charm
description: for tests
requires:
  db: mysql
provides:
  website: {interface: http, limit: 1}
  plug: {interface: plug, scope: container}
peers:
  cluster: ring
extra-bindings:
  mgmt:
)";
}

World::World(const std::string& juju) : folder(temporary_folder()), store(folder / "model") {
  fs::create_directories(folder / "out");
  fs::create_directories(folder / "counterparts");
  store.lock();
  model = store.load();
  model.juju = juju;
  model.counterparts = folder / "counterparts";
}

World::~World() {
  fs::remove_all(folder);
}

std::string World::pack(const std::string& name,
                        const std::map<std::string, std::string>& scripts,
                        const Files& more) const {
  std::string program = dispatch;
  program.replace(program.find("@OUT@"), 5, folder / "out");
  Files files{{"metadata.yaml", {test_metadata(name)}},
              {"config.yaml", {options}},
              {"actions.yaml", {actions}},
              {"manifest.yaml", {"bases: [{name: ubuntu, channel: 24.04/stable}]\n"}},
              {"dispatch", {program, 0755}}};
  for (const auto& [event, text] : scripts)
    files["on/" + event] = {text + "\n"};
  for (const auto& [path, file] : more)
    files[path] = file;
  std::erase_if(files, [](const auto& item) { return item.second.text.empty(); });
  const std::string archive = folder / (name + ".charm");
  pack_archive(archive, files);
  return archive;
}

void World::deploy_charm(const std::string& name,
                         const std::map<std::string, std::string>& scripts,
                         int units,
                         const Files& more) {
  deploy(model, store, {.archive = pack(name, scripts, more), .units = units});
  settle();
}

void World::counterpart(const std::string& name, const Json& document) {
  write_file(folder / "counterparts" / (name + ".json"), document.dump());
}

void World::settle() {
  local_juju::settle(model, store, false);
}

void World::retry() {
  for (auto& [name, unit] : model.units)
    unit.retry = unit.error;
  settle();
}

std::vector<Json> World::journal() const {
  std::ifstream in(folder / "model/log.jsonl");
  std::vector<Json> entries;
  for (std::string line; std::getline(in, line);)
    entries.push_back(Json::parse(line));
  return entries;
}

Texts World::events(const std::string& unit, const std::string& result) const {
  Texts names;
  for (const Json& entry : journal())
    if (entry["unit"] == unit && (result.empty() || entry["result"] == result))
      names.push_back(entry["event"].get<std::string>() +
                      (entry.contains("remote") ? " " + entry["remote"].get<std::string>() : ""));
  return names;
}

std::string World::log(const std::string& unit) const {
  std::string name = "unit-" + unit + ".log";
  name.replace(name.find('/'), 1, "-");
  return read_file(folder / "model" / name);
}

std::string World::out(const std::string& name) const {
  const fs::path path = folder / "out" / name;
  return fs::exists(path) ? read_file(path) : "";
}

void World::forget() {
  fs::remove(folder / "model/log.jsonl");
  fs::remove_all(folder / "out");
  fs::create_directories(folder / "out");
}

Reply World::call(const std::string& unit,
                  const std::string& tool,
                  const Texts& arguments,
                  const Event& event,
                  const std::optional<std::string>& input) {
  const Journal journal(store.folder());
  Context context{model, model.units.at(unit), journal, event};
  return run_tool(context, {tool, arguments, folder, input});
}

Json World::exec(const std::string& unit, const std::string& text) {
  const int id = enqueue_commands(model, unit, text, 0);
  settle();
  return model.tasks.at(id).results;
}

Task World::act(const std::string& unit, const std::string& action, const Json& params) {
  const int id = enqueue(model, unit, action, params, 0);
  settle();
  return model.tasks.at(id);
}

std::string World::charm_file(const std::string& unit, const std::string& path) const {
  std::string name = "unit-" + unit;
  name.replace(name.find('/'), 1, "-");
  return model.machines.at(model.units.at(unit).machine).root + "/var/lib/juju/agents/" + name +
         "/charm/" + path;
}

}  // namespace local_juju
