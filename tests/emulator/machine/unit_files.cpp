#include "unit_files.hpp"

#include <algorithm>
#include <filesystem>

namespace emulated {

namespace {

namespace fs = std::filesystem;

constexpr const char* folder = "/etc/systemd/system/";

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos
             ? ""
             : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool is_plain_file(const World& world, const std::string& path) {
  std::error_code none;
  return fs::symlink_status(world.root + path, none).type() == fs::file_type::regular;
}

/// "5", "5s", "2min 30s", "500ms", "infinity" -> milliseconds.
int milliseconds(const std::string& text) {
  static const std::map<std::string, double> units = {
      {"", 1000}, {"s", 1000}, {"sec", 1000}, {"ms", 1}, {"min", 60000}, {"m", 60000}};
  if (text == "infinity" || text == "0")
    return text == "0" ? 0 : 1000000000;
  double sum = 0;
  for (const std::string& word : split(text, ' ')) {
    const std::size_t end = word.find_first_not_of("0123456789.");
    const auto unit = units.find(end == std::string::npos ? "" : word.substr(end));
    if (end == 0 || unit == units.end())
      throw Refused(1, "emulated systemd: no time span \"" + text + "\"");
    sum += std::stod(word.substr(0, end)) * unit->second;
  }
  return static_cast<int>(sum);
}

/// `%i`, `%n` and `%%`; others are refused.
std::string specifier(char letter, const std::string& unit) {
  if (letter == '%')
    return "%";
  if (letter == 'n')
    return unit;
  if (letter != 'i')
    throw Refused(1, std::string("emulated systemd: no specifier %") + letter);
  const std::size_t at = unit.find('@');
  return at == std::string::npos ? "" : unit.substr(at + 1, unit.rfind('.') - at - 1);
}

std::string expanded(const std::string& value, const std::string& unit) {
  std::string text;
  std::size_t from = 0;
  for (std::size_t at = value.find('%'); at != std::string::npos; at = value.find('%', from)) {
    text += value.substr(from, at - from) +
            specifier(at + 1 < value.size() ? value[at + 1] : ' ', unit);
    from = std::min(at + 2, value.size());
  }
  return text + value.substr(from);
}

/// Words split at spaces; one that is in quotes is kept together.
Words command_words(const std::string& text) {
  if (text.find_first_of("$\\") != std::string::npos)
    throw Refused(1, "emulated systemd: no variables and escapes in \"" + text + "\"");
  Words words;
  for (std::size_t at = text.find_first_not_of(' '); at < text.size();) {
    const bool quoted = text[at] == '"' || text[at] == '\'';
    const std::size_t from = quoted ? at + 1 : at;
    const std::size_t end = std::min(text.find(quoted ? text[at] : ' ', from), text.size());
    words.push_back(text.substr(from, end - from));
    at = text.find_first_not_of(' ', std::min(end + 1, text.size()));
  }
  return words;
}

void set_type(UnitFile& file, const std::string& value) {
  if (value != "simple" && value != "exec" && value != "oneshot")
    throw Refused(1, "emulated systemd: Type is simple, exec or oneshot, not " + value);
  file.type = value;
}

void set_restart(UnitFile& file, const std::string& value) {
  if (value != "no" && value != "on-failure" && value != "always")
    throw Refused(1, "emulated systemd: Restart is no, on-failure or always, not " + value);
  file.restart = value;
}

void set_command(UnitFile& file, const std::string& value) {
  file.command = command_words(value);
  if (file.command.empty() || file.command[0].front() != '/')
    throw Refused(1, "emulated systemd: ExecStart needs an absolute program: " + value);
}

using Setter = void (*)(UnitFile&, const std::string&);

/// "Section.Key" -> what it sets; a null setter: known to be of no effect here.
const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> table = {
      {"Unit.Description", nullptr},
      {"Unit.Documentation", nullptr},
      {"Unit.After", nullptr},
      {"Unit.Before", nullptr},
      {"Unit.Wants", nullptr},
      {"Unit.StartLimitBurst",
       [](UnitFile& file, const std::string& value) { file.burst = std::stoi(value); }},
      {"Unit.StartLimitIntervalSec",
       [](UnitFile& file, const std::string& value) { file.interval_ms = milliseconds(value); }},
      {"Service.Type", set_type},
      {"Service.ExecStart", set_command},
      {"Service.Restart", set_restart},
      {"Service.RestartSec",
       [](UnitFile& file, const std::string& value) { file.restart_ms = milliseconds(value); }},
      {"Service.TimeoutStopSec",
       [](UnitFile& file, const std::string& value) { file.stop_ms = milliseconds(value); }},
      {"Service.User", [](UnitFile& file, const std::string& value) { file.user = value; }},
      {"Service.Group", nullptr},
      {"Service.LimitNOFILE", nullptr},
      {"Service.WorkingDirectory",
       [](UnitFile& file, const std::string& value) { file.folder = value; }},
      {"Service.Environment",
       [](UnitFile& file, const std::string& value) {
         for (const std::string& word : command_words(value))
           file.environment.push_back(word);
       }},
      {"Service.StandardOutput", nullptr},
      {"Service.StandardError", nullptr},
      {"Service.SyslogIdentifier", nullptr},
      {"Service.Nice", nullptr},
      {"Service.TimeoutStartSec", nullptr},
      {"Install.WantedBy", [](UnitFile& file, const std::string&) { file.installable = true; }},
      {"Install.RequiredBy", [](UnitFile& file, const std::string&) { file.installable = true; }}};
  return table;
}

void apply(UnitFile& file, const std::string& key, const std::string& value) {
  const auto setter = setters().find(key);
  if (setter == setters().end())
    throw Refused(1, "emulated systemd: no key " + key + " in unit files");
  if (setter->second != nullptr)
    setter->second(file, value);
}

}  // namespace

std::string unit_file_path(const World& world, const std::string& unit) {
  if (is_plain_file(world, std::string(folder) + unit))
    return std::string(folder) + unit;
  const std::size_t at = unit.find('@');
  if (at == std::string::npos)
    return "";
  const std::string pattern =
      std::string(folder) + unit.substr(0, at + 1) + unit.substr(unit.rfind('.'));
  return is_plain_file(world, pattern) ? pattern : "";
}

UnitFile parse_unit_file(const std::string& text, const std::string& unit) {
  UnitFile file;
  std::string section;
  for (const std::string& raw : split(text, '\n')) {
    const std::string line = trimmed(raw);
    if (line.empty() || line[0] == '#' || line[0] == ';')
      continue;
    const std::size_t equals = line.find('=');
    if (line.front() == '[')
      section = line.substr(1, line.size() - 2);
    else if (equals != std::string::npos)
      apply(file,
            section + "." + trimmed(line.substr(0, equals)),
            expanded(trimmed(line.substr(equals + 1)), unit));
  }
  if (file.command.empty())
    throw Refused(1, "emulated systemd: " + unit + " has no ExecStart");
  if (file.user != "root" && !is_played(file))
    throw Refused(1, "emulated systemd: no User=" + file.user + " for the process of " + unit);
  return file;
}

bool is_played(const UnitFile& file) {
  return file.command.at(0) == "/usr/bin/nova-compute";
}

bool is_template(const std::string& unit) {
  return unit.find("@.") != std::string::npos;
}

Words local_units(const World& world) {
  Words names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(world.root + folder, none)) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() == ".service" && !is_template(name) &&
        is_plain_file(world, std::string(folder) + name))
      names.push_back(name);
  }
  return names;
}

}  // namespace emulated
