// deploy, add-unit, remove-unit, remove-application, config, refresh, resolved, trust, expose.
#include <iostream>
#include <memory>

#include "session.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

struct DeployWords {
  Deployment deployment = {};
  std::vector<std::string> config = {};
  std::vector<std::string> resources = {};
  std::string juju = {};
};

/// --config takes k=v or a YAML file: {app: {k: v}} or {k: v}.
void read_config(const DeployWords& words, Deployment& deployment) {
  for (const std::string& word : words.config) {
    if (word.find('=') != std::string::npos) {
      deployment.config.merge(parse_values({word}, true));
      continue;
    }
    Json document = parse_yaml(read_file(word));
    if (document.size() == 1 && document.begin()->is_object())
      document = *document.begin();
    for (const auto& [name, value] : document.items())
      deployment.config[name] = value;
  }
}

void run_deploy(const Settings& settings, const DeployWords& words) {
  Session session(settings);
  if (!words.juju.empty())
    session.model().juju = words.juju;
  Deployment deployment = words.deployment;
  read_config(words, deployment);
  for (const std::string& word : words.resources)
    deployment.resources[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
  deploy(session.model(), session.store(), deployment);
  session.finish();
}

void add_deploy(CLI::App& app, Settings& settings) {
  auto words = std::make_shared<DeployWords>();
  CLI::App* verb = app.add_subcommand("deploy", "Deploy a packed charm");
  verb->add_option("charm", words->deployment.archive, "./x.charm")->required();
  verb->add_option("application", words->deployment.app);
  verb->add_option("-n,--num-units", words->deployment.units);
  verb->add_option("--config", words->config, "k=v or FILE.yaml")->allow_extra_args(false);
  verb->add_option("--resource", words->resources, "name=FILE")->allow_extra_args(false);
  verb->add_option("--base", words->deployment.base, "ubuntu@24.04");
  verb->add_option("--machine-command", words->deployment.machine_command, "Machine driver");
  verb->add_option("--juju", words->juju, "Behave as this version")
      ->check(CLI::IsMember({"3.6", "4.0"}));
  verb->add_flag("--trust", words->deployment.trust);
  verb->callback([&settings, words] { run_deploy(settings, *words); });
}

struct UnitWords {
  std::vector<std::string> names = {};
  int count = 1;
  bool force = false;
  bool no_retry = false;
  bool no_prompt = false;
};

void add_unit_verbs(CLI::App& app, Settings& settings) {
  auto words = std::make_shared<UnitWords>();
  CLI::App* add = app.add_subcommand("add-unit", "Add units to an application");
  add->add_option("application", words->names)->required()->expected(1);
  add->add_option("-n,--num-units", words->count);
  add->callback([&settings, words] {
    Session session(settings);
    add_units(session.model(), session.store(), words->names[0], words->count);
    session.finish();
  });
  CLI::App* remove = app.add_subcommand("remove-unit", "Remove units");
  remove->add_option("unit", words->names)->required();
  remove->add_flag("--force", words->force);
  remove->add_flag("--no-prompt", words->no_prompt);
  remove->callback([&settings, words] {
    Session session(settings);
    for (const std::string& name : words->names)
      remove_unit(session.model(), name, words->force);
    session.finish();
  });
  CLI::App* gone = app.add_subcommand("remove-application", "Remove an application");
  gone->add_option("application", words->names)->required();
  gone->add_flag("--no-prompt", words->no_prompt);
  gone->callback([&settings, words] {
    Session session(settings);
    for (const std::string& name : words->names)
      remove_application(session.model(), name);
    session.finish();
  });
  CLI::App* resolved = app.add_subcommand("resolved", "Mark a failed hook as resolved");
  resolved->add_option("unit", words->names)->required();
  resolved->add_flag("--no-retry", words->no_retry);
  resolved->callback([&settings, words] {
    Session session(settings);
    for (const std::string& name : words->names)
      resolve_unit(session.model(), name, !words->no_retry);
    session.finish();
  });
}

Json config_document(const Application& application) {
  Json values = Json::object();
  const Json effective = effective_config(application);
  for (const auto& [name, option] : application.charm.options) {
    Json entry = {{"type", option.type},
                  {"source",
                   application.config.contains(name) ? "user"
                   : option.value.is_null()          ? "unset"
                                                     : "default"}};
    if (effective.contains(name))
      entry["value"] = effective[name];
    if (!option.value.is_null())
      entry["default"] = option.value;
    values[name] = entry;
  }
  return {
      {"application", application.name}, {"charm", application.charm.name}, {"settings", values}};
}

struct ConfigWords {
  std::string app = {};
  std::vector<std::string> words = {};
  std::vector<std::string> reset = {};
  std::string file = {};
  std::string format = "yaml";
};

void show_config(Session& session, const ConfigWords& words) {
  const Application& application = find_application(session.model(), words.app);
  if (words.words.empty()) {
    const Json document = config_document(application);
    std::cout << (words.format == "json" ? go_json(document) + "\n" : go_yaml(document));
    return;
  }
  if (!application.charm.options.contains(words.words[0]))
    throw Refused("key " + go_quoted(words.words[0]) + " not found in " + go_quoted(words.app) +
                  " application config or charm settings.");
  const Json value = effective_config(application).value(words.words[0], Json());
  std::cout << (value.is_string() ? value.get<std::string>()
                : value.is_null() ? ""
                                  : value.dump())
            << "\n";
}

void run_config(const Settings& settings, const ConfigWords& words) {
  Session session(settings);
  const bool sets = !words.words.empty() && words.words[0].find('=') != std::string::npos;
  if (!sets && words.reset.empty() && words.file.empty()) {
    show_config(session, words);
    return;
  }
  if (!words.file.empty()) {
    DeployWords file{.config = {words.file}};
    file.deployment.app = words.app;
    read_config(file, file.deployment);
    set_config(session.model(), words.app, file.deployment.config);
  }
  reset_config(session.model(), words.app, words.reset);
  set_config(session.model(), words.app, parse_values(words.words, true));
  session.finish();
}

void add_config(CLI::App& app, Settings& settings) {
  auto words = std::make_shared<ConfigWords>();
  CLI::App* verb = app.add_subcommand("config", "Get, set, or reset configuration");
  verb->add_option("application", words->app)->required();
  verb->add_option("words", words->words, "k=v... or k");
  verb->add_option("--reset", words->reset)->delimiter(',')->allow_extra_args(false);
  verb->add_option("--file", words->file);
  verb->add_option("--format", words->format);
  verb->callback([&settings, words] { run_config(settings, *words); });
}

struct RefreshWords {
  std::string app = {};
  std::string path = {};
  bool force = false;
};

void add_refresh(CLI::App& app, Settings& settings) {
  auto words = std::make_shared<RefreshWords>();
  CLI::App* verb = app.add_subcommand("refresh", "Upgrade the charm of an application");
  verb->add_option("application", words->app)->required();
  verb->add_option("--path", words->path)->required();
  verb->add_flag("--force-units", words->force, "Also units in hook error, at once");
  verb->callback([&settings, words] {
    Session session(settings);
    refresh(session.model(), session.store(), words->app, words->path, words->force);
    session.finish();
  });
}

}  // namespace

void add_application_verbs(CLI::App& app, Settings& settings) {
  add_deploy(app, settings);
  add_unit_verbs(app, settings);
  add_config(app, settings);
  add_refresh(app, settings);
}

}  // namespace local_juju
