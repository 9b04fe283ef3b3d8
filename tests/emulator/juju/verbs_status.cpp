// status: reads the model file without a lock, so it also shows a model at work.
#include <iostream>
#include <memory>

#include "session.hpp"
#include "status.hpp"
#include "text.hpp"

namespace local_juju {

void add_status_verbs(CLI::App& app, Settings& settings) {
  auto format = std::make_shared<std::string>("tabular");
  CLI::App* verb = app.add_subcommand("status", "Show the model");
  verb->add_option("--format", *format)->check(CLI::IsMember({"tabular", "json", "yaml"}));
  verb->callback([&settings, format] {
    const Model model = Store(settings.folder).load();
    if (*format == "json")
      std::cout << go_json(status_document(model)) << "\n";
    else
      std::cout << (*format == "yaml" ? go_yaml(status_document(model)) : status_table(model));
  });
}

}  // namespace local_juju
