// charm-explain: the map, printed. events and relations come from the tables; files, flags and plan
// from this very unit.

#include "charm/charm.hpp"
#include "compute.hpp"
#include "log.hpp"
#include "ovn.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

std::string names_of(FlagSet flags) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < flag_count; ++i) {
    const Flag flag = static_cast<Flag>(i);
    if (flags.has(flag)) {
      names.emplace_back(name_of(flag));
    }
  }
  return names.empty() ? "-" : join(names, ", ");
}

std::string explain_events() {
  std::string text =
      "# Events\n\nEvery hook reads everything again, derives the flags and runs each handler "
      "whose flags match; the order of the\n"
      "rows does not matter. So the table is by handler, not by hook.\n\n"
      "| handler | runs when all of | and none of |\n|---|---|---|\n";
  for (const Handler& handler : handlers()) {
    text += fmt::format(
        "| {} | {} | {} |\n", handler.name, names_of(handler.when), names_of(handler.unless));
  }
  text += "\n| action | does |\n|---|---|\n";
  for (const Action& action : actions()) {
    text += fmt::format("| {} | {} |\n", action.name, action.help);
  }
  return text;
}

std::string explain_relations() {
  std::string text =
      "# Relations\n\nEvery databag key that this charm reads or writes (unit databags).\n\n"
      "| endpoint | direction | key | meaning |\n|---|---|---|---|\n";
  for (const RelationKey& key : relation_keys()) {
    text +=
        fmt::format("| {} | {} | {} | {} |\n", key.endpoint, key.direction, key.key, key.meaning);
  }
  return text;
}

std::string explain_files(const Model& model) {
  std::string text;
  for (const auto& [path, file] : decide(model).files) {
    text += fmt::format("==> {} ({:04o} {})\n{}\n",
                        path,
                        file.mode,
                        file.owner,
                        file.shown.empty() ? file.content : file.shown);
  }
  return text.empty() ? "no file is planned yet: see charm-explain flags\n" : text;
}

std::string explain_flags(const Model& model) {
  const FlagSet flags = derive_flags(model);
  std::string text;
  for (std::size_t i = 0; i < flag_count; ++i) {
    const Flag flag = static_cast<Flag>(i);
    text += fmt::format("{} {}\n", flags.has(flag) ? "+" : "-", name_of(flag));
  }
  const UnitStatus status = assess(model);
  return text + fmt::format("status: {}: {}\n", juju::to_string(status.status), status.message);
}

std::string explain_plan(const Model& model) {
  std::string text;
  for (const std::string& line : describe(decide(model))) {
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string explain(const std::string& topic,
                    const juju::Context& context,
                    const Platform& platform,
                    Journal& journal) {
  if (topic == "events") {
    return explain_events();
  }
  if (topic == "relations") {
    return explain_relations();
  }
  if (topic == "files") {
    return explain_files(observe(context, platform, journal));
  }
  if (topic == "flags") {
    return explain_flags(observe(context, platform, journal));
  }
  if (topic == "plan") {
    return explain_plan(observe(context, platform, journal));
  }
  throw ConfigError("topic", "\"" + topic + "\" is none of events, relations, files, flags, plan");
}

}  // namespace ncc::charm
