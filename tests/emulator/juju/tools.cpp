#include "tools.hpp"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "store.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

const std::map<std::string, Tool>& table() {
  static const std::map<std::string, Tool> tools = [] {
    std::map<std::string, Tool> all;
    for (const auto& group : {relation_tools(),
                              config_tools(),
                              status_tools(),
                              network_tools(),
                              port_tools(),
                              secret_tools(),
                              secret_owner_tools(),
                              storage_tools(),
                              action_tools(),
                              model_tools()})
      for (const Tool& tool : group)
        all.emplace(tool.name, tool);
    return all;
  }();
  return tools;
}

std::vector<Flag> flags_of(const Tool& tool) {
  std::vector<Flag> flags = tool.flags;
  flags.push_back({"help", "h", true});
  if (!tool.format.empty()) {
    flags.push_back({"format", "", false});
    flags.push_back({"output", "o", false});
  }
  return flags;
}

template <typename Value>
std::string formatted(const Value& value, const std::string& format) {
  if (format == "json")
    return go_json(value) + "\n";
  const Json plain = value;
  return format == "yaml" ? go_yaml(plain) : go_smart(plain);
}

std::string format_of(const ToolRun& run) {
  const Tool& tool = table().at(run.call.name);
  const std::string format = run.arguments.get("format", tool.format);
  return format;
}

/// Tools whose default is YAML do not know "smart".
void check_format(const Tool& tool, const Arguments& arguments) {
  const std::string format = arguments.get("format", "json");
  if (format != "json" && format != "yaml" && (format != "smart" || tool.format == "yaml"))
    throw UsageError("invalid value " + go_quoted(format) +
                     " for option --format: unknown format " + go_quoted(format));
}

/// Relation ids are read while options are parsed; only what follows the last ':' counts.
void check_relation(const Context& context, Arguments& arguments, const std::string& shown) {
  const std::string text = arguments.get("relation");
  const std::string digits = text.substr(text.rfind(':') + 1);
  const bool number = !digits.empty() && digits.size() < 9 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
  const std::string complaint = "invalid value " + go_quoted(text) + " for option " + shown + ": ";
  if (!number)
    throw UsageError(complaint + "invalid relation id");
  const int id = std::stoi(digits);
  const auto found = context.model.relations.find(id);
  if (found == context.model.relations.end() || !takes_part(found->second, context.unit.app) ||
      !context.unit.relations.contains(id))
    throw UsageError(complaint + "relation not found");
  arguments.flags["relation"] = digits;
}

std::string help_of(const Tool& tool) {
  std::string text = "Usage: " + tool.name + " [options] ...\n\nOptions:\n";
  for (const Flag& flag : flags_of(tool))
    text += "  " + (flag.letter.empty() ? "" : "-" + flag.letter + ", ") + "--" + flag.name + "\n";
  return text;
}

void write_output(const ToolRun& run, std::string& out) {
  if (!run.arguments.has("output"))
    return;
  const std::filesystem::path path =
      std::filesystem::path(run.call.folder) / run.arguments.get("output");
  write_file(host_path(run.context, path), out);
  out.clear();
}

}  // namespace

std::string ToolRun::print(const Json& value) const {
  return formatted(value, format_of(*this));
}

std::string ToolRun::print(const nlohmann::ordered_json& value) const {
  return formatted(value, format_of(*this));
}

std::string ToolRun::file_text() const {
  const std::string name = arguments.get("file");
  if (name == "-") {
    if (!call.input)
      throw WantsInput{};
    return *call.input;
  }
  const std::string inside = std::filesystem::path(call.folder) / name;
  const std::string path = host_path(context, inside);
  if (!std::filesystem::exists(path))
    throw ToolError("open " + inside + ": no such file or directory");
  return read_file(path);
}

int ToolRun::relation_id() const {
  if (arguments.has("relation"))
    return std::stoi(arguments.get("relation"));
  if (context.event.relation < 0)
    throw UsageError("no relation id specified");
  return context.event.relation;
}

void ToolRun::no_more_than(std::size_t count) const {
  if (arguments.words.size() <= count)
    return;
  std::string list;
  for (std::size_t i = count; i < arguments.words.size(); ++i)
    list += (i > count ? " " : "") + go_quoted(arguments.words[i]);
  throw UsageError("unrecognized args: [" + list + "]");
}

std::string host_path(const Context& context, const std::string& inside) {
  const auto machine = context.model.machines.find(context.unit.machine);
  if (machine == context.model.machines.end() || machine->second.command.empty())
    return inside;
  const Machine& m = machine->second;
  if (!m.tools_inside.empty() && inside.rfind(m.tools_inside + "/", 0) == 0)
    return m.tools_host + inside.substr(m.tools_inside.size());
  return m.root + inside;
}

std::vector<std::string> tool_names(const std::string& juju) {
  std::vector<std::string> names;
  for (const auto& [name, tool] : table())
    if (!tool.only_36 || juju != "4.0")
      names.push_back(name);
  return names;
}

Reply run_tool(Context& context, const Call& call) {
  const auto found = table().find(call.name);
  if (found == table().end() || (found->second.only_36 && context.model.is_40()))
    return {1, "", "ERROR bad request: unknown command: " + call.name + "\n"};
  const Tool& tool = found->second;
  try {
    ToolRun run{context, call, parse_arguments(flags_of(tool), call.arguments)};
    if (run.arguments.has("help"))
      return {0, help_of(tool)};
    check_format(tool, run.arguments);
    if (run.arguments.has("relation")) {
      const bool spelt = std::find(call.arguments.begin(), call.arguments.end(), "--relation") !=
                         call.arguments.end();
      check_relation(context, run.arguments, spelt ? "--relation" : "-r");
    }
    std::string out = tool.run(run);
    write_output(run, out);
    return {0, out};
  } catch (const WantsInput&) {
    return {0, "", "", true};
  } catch (const UsageError& error) {
    return {2, "", std::string("ERROR ") + error.what() + "\n"};
  } catch (const ToolError& error) {
    return {1, "", std::string("ERROR ") + error.what() + "\n"};
  } catch (const Refused& error) {
    return {1, "", std::string("ERROR ") + error.what() + "\n"};
  }
}

}  // namespace local_juju
