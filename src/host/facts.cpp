#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host.hpp"
#include "words/text.hpp"

namespace ncc::host {

namespace {

/// A name that every machine has, localhost or localhost.localdomain, tells them not apart.
bool names_a_machine(const std::string& name) {
  return !name.empty() && name.substr(0, name.find('.')).rfind("localhost", 0) != 0;
}

/// First line of /etc/hostname that is no comment (hostname(5)).
std::string static_name(FileSystem& files) {
  for (const std::string& line : split(files.read("/etc/hostname").value_or(""), "\n")) {
    if (line.front() != '#') {
      return line;
    }
  }
  return {};
}

/// How well an interface stands for its MAC address: a bond's members and a bridge over a port
/// carry it as well.
int rank(FileSystem& files, const std::string& directory) {
  if (files.exists(directory + "/bonding")) {
    return 3;
  }
  if (files.exists(directory + "/bonding_slave")) {
    return 0;
  }
  return files.exists(directory + "/device") ? 2 : 1;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return text;
}

/// The value of one line of os-release(5): plain, or within one kind of quotes.
std::string unquoted(const std::string& value) {
  const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                      (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::string fqdn(ProcessRunner& runner, FileSystem& files) {
  const ProcessResult result = runner.run({.argv = {"/usr/bin/hostname", "--fqdn"}});
  const std::string resolved = trim(result.output);
  if (result.exit_code == 0 && names_a_machine(resolved)) {
    return resolved;
  }
  const std::string name = static_name(files);
  if (!names_a_machine(name)) {
    throw ConfigError("host name", "neither the resolver nor /etc/hostname names this machine");
  }
  return name;
}

std::map<std::string, std::string> interfaces_by_mac(FileSystem& files) {
  std::map<std::string, std::string> names;
  std::map<std::string, int> ranks;
  for (const std::string& name : files.list("/sys/class/net")) {
    const std::string directory = "/sys/class/net/" + name;
    if (name == "lo" || !files.exists(directory + "/address")) {
      continue;
    }
    const std::string mac = lower(trim(files.read(directory + "/address").value_or("")));
    const int found = rank(files, directory);
    const auto known = ranks.find(mac);
    if (!mac.empty() && (known == ranks.end() || found > known->second)) {
      names[mac] = name;
      ranks[mac] = found;
    }
  }
  return names;
}

Release release(FileSystem& files) {
  std::map<std::string, std::string> values;
  for (const std::string& line : split(files.read("/etc/os-release").value_or(""), "\n")) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) {
      values[line.substr(0, equals)] = unquoted(line.substr(equals + 1));
    }
  }
  return {
      .id = values["ID"], .version = values["VERSION_ID"], .codename = values["VERSION_CODENAME"]};
}

}  // namespace ncc::host
