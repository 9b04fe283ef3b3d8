// The command line of ovs-vsctl: global options, commands joined by `--`, one transaction for all
// of them.
#include <algorithm>
#include <csignal>

#include "ovs_commands.hpp"
#include "programs.hpp"
#include "units.hpp"

namespace emulated {

namespace {

using ovs::Command;
using ovs::failure;
using ovs::Rule;
using ovs::Transaction;

const std::map<std::string, Rule>& rules() {
  static const std::map<std::string, Rule> all = [] {
    std::map<std::string, Rule> table = ovs::record_rules();
    table.merge(ovs::bridge_rules());
    table.merge(ovs::list_rules());
    return table;
  }();
  return all;
}

struct Line {
  ovs::Format format = {};
  bool wait = true;
  bool version = false;
  std::vector<Command> commands = {};
};

/// Options that belong to a command, not to the call.
bool is_local(const std::string& option) {
  for (const auto& [name, rule] : rules())
    if (std::find(rule.options.begin(), rule.options.end(), option) != rule.options.end())
      return true;
  return false;
}

class LineParser {
 public:
  explicit LineParser(const Words& arguments) : arguments_(arguments) {}

  Line parse() {
    Command first;
    while (at_ < arguments_.size() && arguments_[at_].size() > 1 && arguments_[at_][0] == '-' &&
           arguments_[at_] != "--")
      read_option(arguments_[at_++], first);
    if (at_ < arguments_.size() && arguments_[at_] == "--")
      ++at_;
    for (;;) {
      read_command(std::move(first));
      first = {};
      if (at_ >= arguments_.size())
        break;
      ++at_;
    }
    return std::move(line_);
  }

 private:
  void read_option(const std::string& argument, Command& first) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const bool valued = equals != std::string::npos;
    const std::string value = valued ? argument.substr(equals + 1) : "";
    const auto needed = [&] {
      return valued ? value : at_ < arguments_.size() ? arguments_[at_++] : "";
    };
    if (name == "--timeout" || name == "-t") {
      const std::string seconds = needed();
      if (seconds.empty() || seconds.find_first_not_of("0123456789") != std::string::npos ||
          seconds == "0")
        throw failure("value " + seconds + " on -t or --timeout is invalid");
    } else if (name == "--format" || name == "-f") {
      line_.format.format = needed();
      if (line_.format.format != "json" && line_.format.format != "list")
        throw failure("emulated: --format is json or list");
    } else if (name == "--no-wait") {
      line_.wait = false;
    } else if (name == "--bare") {
      line_.format = {.format = "list", .bare = true};
    } else if (name == "--version" || name == "-V") {
      line_.version = true;
    } else if (is_local(name)) {
      first.options[name] = value;
    } else if (name != "--retry") {
      throw failure("unrecognized option '" + name + "'");
    }
  }

  void read_command(Command command) {
    for (; at_ < arguments_.size() && starts_with(arguments_[at_], "--") && arguments_[at_] != "--";
         ++at_) {
      const std::size_t equals = arguments_[at_].find('=');
      command.options[arguments_[at_].substr(0, equals)] =
          equals == std::string::npos ? "" : arguments_[at_].substr(equals + 1);
    }
    if (at_ < arguments_.size() && arguments_[at_] != "--")
      command.name = arguments_[at_++];
    for (; at_ < arguments_.size() && arguments_[at_] != "--"; ++at_)
      command.arguments.push_back(arguments_[at_]);
    line_.commands.push_back(std::move(command));
  }

  const Words& arguments_;
  std::size_t at_ = 0;
  Line line_ = {};
};

void check(const Command& command) {
  if (command.name.empty())
    throw failure("missing command name (use --help for help)");
  const auto found = rules().find(command.name);
  if (found == rules().end())
    throw failure("unknown command '" + command.name + "'; use --help for help");
  const Rule& rule = found->second;
  for (const auto& [option, value] : command.options)
    if (std::find(rule.options.begin(), rule.options.end(), option) == rule.options.end())
      throw failure("'" + command.name + "' command has no '" + option + "' option");
  if (command.arguments.size() < rule.least)
    throw failure("'" + command.name + "' command requires at least " + std::to_string(rule.least) +
                  " arguments");
  if (command.arguments.size() > rule.most)
    throw failure("'" + command.name + "' command takes at most " + std::to_string(rule.most) +
                  " arguments");
}

/// Every `--id=@x create` gets its uuid first, so that commands before it may refer to it.
void name_rows(Transaction& transaction, const std::vector<Command>& commands) {
  for (const Command& command : commands)
    if (command.name == "create" && command.has("--id") &&
        !transaction.symbols.emplace(command.options.at("--id"), new_uuid()).second)
      throw failure("row id \"" + command.options.at("--id") +
                    "\" may only be specified on one create command");
}

void warn_unused(Transaction& transaction) {
  for (const auto& [name, uuid] : transaction.symbols) {
    bool there = false;
    for (const auto& [table, rows] : transaction.tables.items())
      there = there || rows.contains(uuid);
    if (!there)
      transaction.warnings += "vsctl|WARN|row id \"" + name +
                              "\" was created but no reference to it was inserted, so it will not "
                              "actually appear in the database\n";
  }
}

}  // namespace

Outcome ovs_vsctl(World& world, const Words& arguments) {
  const Line line = LineParser(arguments).parse();
  if (line.version)
    return {.output = "ovs-vsctl (Open vSwitch) 3.3.0\nDB Schema 8.5.0\n"};
  for (const Command& command : line.commands)
    check(command);
  if (!is_active(world, "ovsdb-server.service"))
    throw failure(
        "unix:/var/run/openvswitch/db.sock: database connection failed (No such file or "
        "directory)");
  Transaction transaction{.tables = world.data["ovs"], .format = line.format};
  static_cast<void>(switch_row(transaction.tables));
  name_rows(transaction, line.commands);
  for (const Command& command : line.commands)
    rules().at(command.name).run(transaction, command);
  ovs::collect_garbage(transaction.tables);
  ovs::check_keys(transaction.tables);
  warn_unused(transaction);
  const bool changed = world.data["ovs"] != transaction.tables;
  world.data["ovs"] = transaction.tables;
  if (changed && line.wait && !is_active(world, "ovs-vswitchd.service"))
    return {.error = "fatal_signal|WARN|terminating with signal 14 (Alarm clock)\n",
            .signal = SIGALRM};
  return {.exit = transaction.exit, .output = transaction.output, .error = transaction.warnings};
}

}  // namespace emulated
