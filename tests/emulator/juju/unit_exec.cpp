#include "unit_exec.hpp"

#include <cstdlib>
#include <iostream>

#include <unistd.h>

#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

namespace fs = std::filesystem;

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// What a machine's driver may need: the agent's environment, not the operator's whole one.
bool is_carried(const std::string& name) {
  return name == "PATH" || name == "HOME" || name == "TMPDIR" || name.rfind("LOCAL_", 0) == 0 ||
         name.rfind("NCC_", 0) == 0;
}

std::string script_text(const fs::path& model_folder) {
  std::string text = "#!/bin/sh\n";
  for (char** item = environ; *item != nullptr; ++item) {
    const std::string variable = *item;
    const std::size_t equals = variable.find('=');
    if (is_carried(variable.substr(0, equals)))
      text += "export " + variable.substr(0, equals + 1) +
              shell_quoted(variable.substr(equals + 1)) + "\n";
  }
  return text + "export LOCAL_JUJU_MODEL=" + shell_quoted(fs::absolute(model_folder)) + "\nexec " +
         shell_quoted(fs::read_symlink("/proc/self/exe").parent_path() / "local-juju") +
         " unit-exec \"$@\"\n";
}

/// "unit-probe-0" -> "probe/0".
std::string unit_of(const std::string& text) {
  const std::size_t dash = text.rfind('-');
  if (text.rfind("unit-", 0) != 0 || dash < 5)
    return text;
  return text.substr(5, dash - 5) + "/" + text.substr(dash + 1);
}

struct Request {
  std::string unit = {};
  std::string command = {};
};

Request read_request(const std::vector<std::string>& given) {
  const Arguments arguments = parse_arguments({{.name = "unit", .letter = "u"}}, given);
  std::vector<std::string> words = arguments.words;
  Request request;
  if (arguments.flags.contains("unit")) {
    request.unit = unit_of(arguments.flags.at("unit"));
  } else {
    if (words.empty())
      throw UsageError("missing unit-name");
    request.unit = unit_of(words.front());
    words.erase(words.begin());
  }
  if (words.empty())
    throw UsageError("missing commands");
  request.command = words.front();
  if (words.size() > 1)
    throw UsageError("unrecognized args: [" + go_quoted(words[1]) + "]");
  return request;
}

}  // namespace

void install_juju_exec(const Machine& machine, const fs::path& model_folder) {
  const fs::path script = fs::absolute(model_folder) / "juju-exec";
  write_file(script, script_text(model_folder));
  fs::permissions(script, fs::perms::owner_all);
  const fs::path client = fs::path(machine.tools_host) / "juju-exec";
  fs::create_directories(client.parent_path());
  fs::copy_file(fs::read_symlink("/proc/self/exe").parent_path() / "juju-exec",
                client,
                fs::copy_options::overwrite_existing);
  write_file(client.string() + ".host",
             fs::read_symlink("/proc/self/ns/mnt").string() + "\n" + script.string() + "\n" +
                 machine.name + "\n");
}

int unit_exec(const Settings& settings, const std::vector<std::string>& words) {
  const Request request = read_request({words.begin() + 1, words.end()});
  Session session(settings);
  Model& model = session.model();
  const auto unit = model.units.find(request.unit);
  if (unit == model.units.end() || unit->second.machine != words.at(0))
    throw Refused("unit " + go_quoted(request.unit) + " not found on this machine");
  const int id = enqueue_commands(model, request.unit, request.command, 0);
  session.finish();
  const Task task = model.tasks.at(id);
  model.tasks.erase(id);  // Juju keeps no record of them
  session.store().save(model);
  if (task.status == "pending" || task.status == "cancelled")
    throw Refused("unit " + go_quoted(request.unit) + " runs no commands now");
  std::cout << task.results.value("stdout", "") << std::flush;
  std::cerr << task.results.value("stderr", "");
  return task.results.value("return-code", 0);
}

}  // namespace local_juju
