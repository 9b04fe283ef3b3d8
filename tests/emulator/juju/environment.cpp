#include "environment.hpp"

#include <filesystem>

#include <sys/stat.h>

#include "machine.hpp"

namespace local_juju {
namespace {

void add_event_variables(const Model& model, const Unit& unit, const Event& event, Bag& vars) {
  if (event.relation >= 0) {
    const Relation& relation = model.relations.at(event.relation);
    vars["JUJU_RELATION"] = endpoint_of(relation, unit.app);
    vars["JUJU_RELATION_ID"] = relation_tag(relation, unit.app);
    vars["JUJU_REMOTE_APP"] = event.remote_app;
    vars["JUJU_REMOTE_UNIT"] = event.remote_unit;
    if (event.kind == "relation-departed")
      vars["JUJU_DEPARTING_UNIT"] = event.departing;
  }
  if (!event.storage.empty()) {
    const Storage& storage = model.storage.at(event.storage);
    vars["JUJU_STORAGE_ID"] = storage.id;
    vars["JUJU_STORAGE_LOCATION"] = storage.location;
    vars["JUJU_STORAGE_KIND"] = storage.kind;
  }
  if (!event.secret.empty()) {
    const Secret& secret = model.secrets.at(event.secret);
    const auto use = secret.uses.find(unit.name);
    const bool own = secret.owner == unit.name || secret.owner == unit.app;
    vars["JUJU_SECRET_ID"] = "secret:" + secret.id;
    vars["JUJU_SECRET_LABEL"] = own                        ? secret.label
                                : use == secret.uses.end() ? ""
                                                           : use->second.label;
    if (event.revision > 0)
      vars["JUJU_SECRET_REVISION"] = std::to_string(event.revision);
  }
  if (event.kind == "action") {
    vars["JUJU_ACTION_NAME"] = model.tasks.at(event.task).action;
    vars["JUJU_ACTION_UUID"] = std::to_string(event.task);
    vars["JUJU_ACTION_TAG"] = "action-" + std::to_string(event.task);
  }
}

void add_system_variables(const Model& model, const Unit& unit, Bag& vars) {
  const std::string& base = model.applications.at(unit.app).base;
  const bool ubuntu = base.rfind("ubuntu", 0) == 0;
  vars["PATH"] = tool_folder(model, unit) + ":" + model.agent_path;
  vars["LANG"] = "C.UTF-8";
  vars["TERM"] = ubuntu ? "tmux-256color" : "screen";
  if (ubuntu) {
    vars["DEBIAN_FRONTEND"] = "noninteractive";
    vars["APT_LISTCHANGES_FRONTEND"] = "none";
  }
}

void add_version_variables(const Model& model, Bag& vars) {
  vars["JUJU_VERSION"] = model.is_40() ? "4.0.15" : "3.6.28";
  if (model.is_40()) {
    for (const char* name : {"HTTP", "GRPC", "CA_CERT"})
      vars[std::string("JUJU_CHARM_TRACE_CONFIG_") + name] = "";
  } else {
    vars["JUJU_SLA"] = "unsupported";
  }
}

}  // namespace

std::vector<std::string> environment(const Model& model,
                                     const Unit& unit,
                                     const Event& event,
                                     const std::string& context_id) {
  const std::string charm = agent_folder(model, unit) + "/charm";
  const std::string name = hook_name(model, unit, event);
  const bool action = event.kind == "action";
  Bag vars{{"CHARM_DIR", charm},
           {"JUJU_CHARM_DIR", charm},
           {"JUJU_CONTEXT_ID", context_id},
           {"JUJU_HOOK_NAME", action ? "" : name},
           {"JUJU_AGENT_SOCKET_ADDRESS", shared_folder_inside(model, unit) + "/agent.socket"},
           {"JUJU_AGENT_SOCKET_NETWORK", "unix"},
           {"JUJU_UNIT_NAME", unit.name},
           {"JUJU_MODEL_UUID", model.uuid},
           {"JUJU_MODEL_NAME", model.name},
           {"JUJU_API_ADDRESSES", "10.0.0.1:17070"},
           {"JUJU_MACHINE_ID", unit.machine},
           {"JUJU_PRINCIPAL_UNIT", ""},
           {"JUJU_AVAILABILITY_ZONE", ""},
           {"CLOUD_API_VERSION", ""},
           {"JUJU_CHARM_HTTP_PROXY", ""},
           {"JUJU_CHARM_HTTPS_PROXY", ""},
           {"JUJU_CHARM_FTP_PROXY", ""},
           {"JUJU_CHARM_NO_PROXY", ""}};
  if (event.kind != "juju-exec")
    vars["JUJU_DISPATCH_PATH"] = (action ? "actions/" : "hooks/") + name;
  add_version_variables(model, vars);
  add_system_variables(model, unit, vars);
  add_event_variables(model, unit, event, vars);
  std::vector<std::string> list;
  for (const auto& [key, value] : vars)
    list.push_back(key + "=" + value);
  return list;
}

Program find_program(const std::string& charm_folder,
                     const std::string& kind,
                     const std::string& name) {
  struct stat facts {};

  if (stat((charm_folder + "/metadata.yaml").c_str(), &facts) != 0)
    return {Program::Kind::broken, "", "charm missing from disk"};
  for (const std::string& path : {std::string("dispatch"), kind + "/" + name}) {
    const std::string file = charm_folder + "/" + path;
    if (stat(file.c_str(), &facts) != 0)
      continue;
    if (S_ISDIR(facts.st_mode) || (facts.st_mode & 0111) == 0)
      return {Program::Kind::broken, path, "exec: \"" + file + "\": permission denied"};
    return {Program::Kind::found, path, ""};
  }
  return {Program::Kind::missing, kind + "/" + name, ""};
}

}  // namespace local_juju
