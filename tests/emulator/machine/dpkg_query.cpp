// dpkg-query --show: formats with ${field}, names with shell patterns.
#include <fnmatch.h>

#include "options.hpp"
#include "programs.hpp"

namespace emulated {

namespace {

std::string field(const std::string& package, const Json& state, const std::string& name) {
  const std::string status = state.at("status").get<std::string>();
  if (name == "Package" || name == "binary:Package")
    return package;
  if (name == "Version")
    return state.at("version").get<std::string>();
  if (name == "db:Status-Status")
    return status;
  if (name == "db:Status-Abbrev")
    return status == "installed" ? "ii " : "rc ";
  if (name == "Status")
    return (status == "installed" ? "install ok " : "deinstall ok ") + status;
  if (name == "Architecture")
    return "amd64";
  throw Refused(2, "emulated dpkg-query: no field " + name);
}

std::string formatted(const std::string& format, const std::string& package, const Json& state) {
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format.compare(i, 2, "${") == 0 && format.find('}', i) != std::string::npos) {
      const std::size_t end = format.find('}', i);
      text += field(package, state, format.substr(i + 2, end - i - 2));
      i = end;
    } else if (format[i] == '\\' && i + 1 < format.size()) {
      const char next = format[++i];
      text += next == 'n' ? '\n' : next == 't' ? '\t' : next;
    } else {
      text += format[i];
    }
  }
  return text;
}

}  // namespace

Outcome dpkg_query(World& world, const Words& arguments) {
  const Options options = parse_options(
      arguments, {{"show", 'W'}, {"showformat=", 'f'}}, [](const std::string& option) {
        return Refused(2, "dpkg-query: error: unknown option " + option);
      });
  if (!options.has("show"))
    throw Refused(2, "dpkg-query: error: need an action option");
  const std::string format = options.get("showformat", "${binary:Package}\\t${Version}\\n");
  const Json& packages = world.data["packages"];
  std::map<std::string, std::string> lines;
  Outcome outcome;
  for (const std::string& pattern : options.words.empty() ? Words{"*"} : options.words) {
    bool found = false;
    for (const auto& [name, state] : packages.items()) {
      if (::fnmatch(pattern.c_str(), name.c_str(), 0) != 0)
        continue;
      lines[name] = formatted(format, name, state);
      found = true;
    }
    if (!found) {
      outcome.error += "dpkg-query: no packages found matching " + pattern + "\n";
      outcome.exit = 1;
    }
  }
  for (const auto& [name, line] : lines)
    outcome.output += line;
  return outcome;
}

}  // namespace emulated
