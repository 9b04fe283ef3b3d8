#pragma once
// The hook tools (uniter/runner/jujuc): one table of names, options and functions. run_tool is the
// whole agent side of one call; server.hpp carries it over the socket. Each tools_*.cpp holds one
// group.
#include "context.hpp"

namespace local_juju {

struct Call {
  std::string name = {};
  std::vector<std::string> arguments = {};
  std::string folder = {};                // the caller's cwd, absolute
  std::optional<std::string> input = {};  // stdin, once the tool asked for it
};

struct Reply {
  int code = 0;
  std::string out = {};
  std::string err = {};
  bool wants_input = false;
};

/// Exit 2: options or arguments are wrong.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Exit 1: the operation failed.
struct ToolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thrown by `--file -` before stdin was sent.
struct WantsInput {};

struct Flag {
  std::string name = {};    // the key in Arguments::flags
  std::string letter = {};  // "" or one letter
  bool boolean = false;
};

struct Arguments {
  std::map<std::string, std::string> flags = {};
  std::vector<std::string> words = {};

  [[nodiscard]] bool has(const std::string& flag) const { return flags.contains(flag); }

  [[nodiscard]] bool is(const std::string& flag) const {
    return has(flag) && flags.at(flag) == "true";
  }

  [[nodiscard]] std::string get(const std::string& flag, const std::string& otherwise = "") const {
    return has(flag) ? flags.at(flag) : otherwise;
  }
};

struct ToolRun {
  Context& context;
  const Call& call;
  Arguments arguments;

  /// `value` in the form that --format asks for.
  [[nodiscard]] std::string print(const Json& value) const;
  [[nodiscard]] std::string print(const nlohmann::ordered_json& value) const;
  /// The file of --file, relative to the caller's folder as the machine sees it; "-" is stdin.
  [[nodiscard]] std::string file_text() const;
  /// Takes the relation of -r, else the hook's own. Throws UsageError when there is none.
  [[nodiscard]] int relation_id() const;
  /// Throws UsageError when more words than `count` were given.
  void no_more_than(std::size_t count) const;
};

struct Tool {
  std::string name = {};
  bool only_36 = false;
  std::string format = {};  // default of --format; empty: the tool prints nothing in a format
  std::vector<Flag> flags = {};
  std::string (*run)(ToolRun&) = nullptr;  // returns stdout
};

/// Go gnuflag: long and short options anywhere, `--` ends them. Throws UsageError.
[[nodiscard]] Arguments parse_arguments(const std::vector<Flag>& flags,
                                        const std::vector<std::string>& words);
/// `k=v` words, both sides trimmed. Throws UsageError.
[[nodiscard]] Bag parse_key_values(const std::vector<std::string>& words);

/// Names of the tools that this version of Juju puts on PATH.
[[nodiscard]] std::vector<std::string> tool_names(const std::string& juju);
[[nodiscard]] Reply run_tool(Context& context, const Call& call);
/// A path inside the unit's machine as the host sees it.
[[nodiscard]] std::string host_path(const Context& context, const std::string& inside);

std::vector<Tool> relation_tools();
std::vector<Tool> config_tools();
std::vector<Tool> status_tools();
std::vector<Tool> network_tools();
std::vector<Tool> port_tools();
std::vector<Tool> secret_tools();
std::vector<Tool> secret_owner_tools();
std::vector<Tool> storage_tools();
std::vector<Tool> action_tools();
std::vector<Tool> model_tools();

}  // namespace local_juju
