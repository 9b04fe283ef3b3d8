#pragma once
// What an operator does to the model, and how it comes to rest. The verbs only change values;
// settle() lets the unit agents run all their events, until nothing is left to do.
#include "agent.hpp"

namespace local_juju {

struct Deployment {
  std::string archive = {};
  std::string app = {};  // empty: the charm's name
  int units = 1;
  std::map<std::string, Json> config = {};
  std::string base = {};
  std::string machine_command = {};
  std::map<std::string, std::string> resources = {};  // name -> file
  bool trust = false;
};

void deploy(Model& model, const Store& store, const Deployment& deployment);
void add_units(Model& model, const Store& store, const std::string& app, int count);
/// Played peers of a real application: their bags are in the peer relation, nothing of them runs.
/// `joined`: our units know them already.
void add_played_units(
    Model& model, const std::string& app, int count, const std::string& spec, bool joined);
void remove_unit(Model& model, const std::string& unit, bool force);
void remove_application(Model& model, const std::string& app);
/// "app:endpoint" or "app". The second application may be a counterpart that is not there yet.
void integrate(Model& model, const std::string& left, const std::string& right);
void remove_relation(Model& model, const std::string& left, const std::string& right);
/// Finds the relation of two "app[:endpoint]". Throws Refused.
[[nodiscard]] Relation& find_relation(Model& model,
                                      const std::string& left,
                                      const std::string& right);
void set_config(Model& model, const std::string& app, const std::map<std::string, Json>& values);
void reset_config(Model& model, const std::string& app, const std::vector<std::string>& names);
/// `force`: also units in error get the files at once, and no upgrade-charm.
void refresh(Model& model,
             const Store& store,
             const std::string& app,
             const std::string& archive,
             bool force);
void resolve_unit(Model& model, const std::string& unit, bool retry);
/// New task for "app/0" or "app/leader"; its id.
int enqueue(Model& model,
            const std::string& unit,
            const std::string& action,
            const Json& params,
            int operation);
int enqueue_commands(Model& model,
                     const std::string& unit,
                     const std::string& commands,
                     int operation);
/// "app/leader" -> "app/0". Throws Refused for an unknown unit.
[[nodiscard]] Unit& find_unit(Model& model, const std::string& name);
[[nodiscard]] Application& find_application(Model& model, const std::string& name);

/// Runs events until none is left. Throws Refused after `most`: the charm never comes to rest.
void settle(Model& model, const Store& store, bool verbose, int most = 20000);
/// A process that died while a hook ran left it Pending: in error. A running action has failed.
void recover(Model& model);

}  // namespace local_juju
