// world secret ..., world storage ..., world resource ...
#include <iostream>
#include <memory>

#include "flush.hpp"
#include "session.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

using Words = std::vector<std::string>;

Secret& find_secret_of(Model& model, const std::string& id) {
  const auto found = model.secrets.find(id.substr(id.find(':') == std::string::npos ? 0 : 7));
  if (found == model.secrets.end())
    throw Refused("secret " + go_quoted(id) + " not found");
  return found->second;
}

/// `add NAME k=v...`: a secret of the model's user; prints its id.
void add_user_secret(Model& model, const Words& words) {
  static constexpr const char* digits = "0123456789abcdefghijklmnopqrstuv";
  std::string id = "9m4e2mr0ui3e8b200000";
  int number = model.next_secret++;
  for (std::size_t at = id.size(); number > 0 && at > 15; number /= 32)
    id[--at] = digits[number % 32];
  Secret secret{.id = id, .label = words[1], .latest = 1};
  for (const auto& [key, value] : parse_values({words.begin() + 2, words.end()}, true))
    secret.revisions[1][key] = base64_encode(value.get<std::string>());
  model.secrets[id] = secret;
  std::cout << "secret:" << id << "\n";
}

void change_secret(Model& model, const Words& words) {
  if (words[0] == "add") {
    add_user_secret(model, words);
    return;
  }
  Secret& secret = find_secret_of(model, words[1]);
  if (words[0] == "grant" && words.size() > 2) {
    secret.grants.push_back({-1, words[2]});
  } else if (words[0] == "update") {
    ++secret.latest;
    for (const auto& [key, value] : parse_values({words.begin() + 2, words.end()}, true))
      secret.revisions[secret.latest][key] = base64_encode(value.get<std::string>());
  } else if (words[0] == "rotate") {
    secret.rotate_due = true;
  } else if (words[0] == "expire") {
    secret.expired.insert(words.size() > 2 ? std::stoi(words[2]) : secret.latest);
  } else {
    throw Refused(
        "world secret: add NAME k=v... | grant ID APP | update ID k=v... | rotate ID | expire ID "
        "[REVISION]");
  }
}

void change_storage(Model& model, const Words& words) {
  if (words[0] == "add" && words.size() > 2) {
    const Unit& unit = find_unit(model, words[1]);
    const auto& specs = model.applications.at(unit.app).charm.storage;
    if (!specs.contains(words[2]))
      throw Refused("charm storage " + go_quoted(words[2]) + " not found");
    const Storage storage = new_storage(model, unit, words[2], specs.at(words[2]));
    model.storage[storage.id] = storage;
  } else if (words[0] == "detach" && model.storage.contains(words[1])) {
    model.storage.at(words[1]).dying = true;
  } else {
    throw Refused("world storage: add UNIT NAME | detach ID");
  }
}

void attach_resource(Model& model, const Words& words) {
  Application& application = find_application(model, words[0]);
  if (!application.charm.resources.contains(words[1]))
    throw Refused("unrecognized resource " + go_quoted(words[1]));
  Resource& resource = application.resources[words[1]];
  resource.path = std::filesystem::absolute(words[2]);
  ++resource.revision;
}

template <typename Action>
void add_verb(CLI::App& world,
              Settings& settings,
              const char* name,
              const char* help,
              int least,
              Action action) {
  auto words = std::make_shared<Words>();
  CLI::App* verb = world.add_subcommand(name, help);
  verb->add_option("words", *words, help)->required()->expected(least, 1000);
  verb->callback([&settings, words, action] {
    Session session(settings);
    action(session.model(), *words);
    session.finish();
  });
}

}  // namespace

void add_world_thing_verbs(CLI::App& world, Settings& settings) {
  add_verb(world,
           settings,
           "secret",
           "add NAME k=v... | grant ID APP | update ID k=v... | rotate ID | expire ID [N]",
           2,
           change_secret);
  add_verb(world, settings, "storage", "add UNIT NAME | detach ID", 2, change_storage);
  add_verb(world, settings, "resource", "APP NAME FILE", 3, attach_resource);
}

}  // namespace local_juju
