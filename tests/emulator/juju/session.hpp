#pragma once
// One verb of the command line at work: the locked model, and how verbs are declared. Each
// verbs_*.cpp adds its group to the CLI11 application; a verb changes the model and lets it settle.
#include "world.hpp"

#include <CLI/CLI.hpp>

namespace local_juju {

struct Settings {  // options before the verb
  std::string folder = {};
  std::string counterparts = {};
  bool verbose = false;
  bool no_settle = false;
  std::vector<std::string> commands = {};  // what follows `--`: of exec
};

class Session {
 public:
  explicit Session(const Settings& settings);

  [[nodiscard]] Model& model() { return model_; }

  [[nodiscard]] const Store& store() const { return store_; }

  /// Runs what is to be done and saves.
  void finish();

 private:
  Store store_;
  Model model_ = {};
  bool verbose_;
  bool no_settle_;
};

/// k=v words; the value is parsed as YAML unless `as_text`. `@file` values are read from the file.
/// Throws Refused.
[[nodiscard]] std::map<std::string, Json> parse_values(const std::vector<std::string>& words,
                                                       bool as_text);

void add_application_verbs(CLI::App& app, Settings& settings);
void add_relation_verbs(CLI::App& app, Settings& settings);
void add_task_verbs(CLI::App& app, Settings& settings);
void add_status_verbs(CLI::App& app, Settings& settings);
void add_world_verbs(CLI::App& app, Settings& settings);
void add_world_thing_verbs(CLI::App& world, Settings& settings);

}  // namespace local_juju
