// integrate, remove-relation, suspend-relation, resume-relation.
#include <memory>

#include "session.hpp"

namespace local_juju {

void add_relation_verbs(CLI::App& app, Settings& settings) {
  auto words = std::make_shared<std::vector<std::string>>();
  const auto verb = [&](const char* name, const char* help, auto action) {
    CLI::App* command = app.add_subcommand(name, help);
    command->add_option("endpoints", *words, "APP[:ENDPOINT] twice")->required()->expected(2);
    command->callback([&settings, words, action] {
      Session session(settings);
      action(session.model(), (*words)[0], (*words)[1]);
      session.finish();
    });
  };
  using Text = const std::string&;
  verb("integrate", "Relate two applications", [](Model& model, Text a, Text b) {
    integrate(model, a, b);
  });
  verb("remove-relation", "Remove a relation", [](Model& model, Text a, Text b) {
    remove_relation(model, a, b);
  });
  verb("suspend-relation", "Suspend a relation", [](Model& model, Text a, Text b) {
    find_relation(model, a, b).suspended = true;
  });
  verb("resume-relation", "Resume a relation", [](Model& model, Text a, Text b) {
    find_relation(model, a, b).suspended = false;
  });
}

}  // namespace local_juju
