// local-juju: Juju's verbs over a model in a folder.
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "session.hpp"
#include "tools.hpp"
#include "unit_exec.hpp"

namespace {

using namespace local_juju;

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A local model: runs a packed charm as Juju's unit agent does", "local-juju"};
  Settings settings{.folder = from_environment("LOCAL_JUJU_MODEL"),
                    .counterparts = from_environment("LOCAL_JUJU_COUNTERPARTS")};
  app.add_option("--model", settings.folder, "Folder of the model (LOCAL_JUJU_MODEL)");
  app.add_option("--counterparts",
                 settings.counterparts,
                 "Folder of counterpart files (LOCAL_JUJU_COUNTERPARTS)");
  app.add_flag("-v,--verbose", settings.verbose, "A line for each hook");
  app.add_flag("--no-settle", settings.no_settle, "Change the model, run nothing");
  app.require_subcommand(1);
  app.fallthrough();
  add_application_verbs(app, settings);
  add_relation_verbs(app, settings);
  add_task_verbs(app, settings);
  add_status_verbs(app, settings);
  add_world_verbs(app, settings);
  try {
    if (argc > 2 && argv[1] == std::string("unit-exec"))
      return unit_exec(settings, {argv + 2, argv + argc});
    const auto dashes = std::find(argv, argv + argc, std::string("--"));
    settings.commands.assign(std::min(dashes + 1, argv + argc), argv + argc);
    app.parse(static_cast<int>(dashes - argv), argv);
    return 0;
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const UsageError& error) {
    std::cerr << "ERROR " << error.what() << "\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "ERROR " << error.what() << "\n";
    return 1;
  }
}
