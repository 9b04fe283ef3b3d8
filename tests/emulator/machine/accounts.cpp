// Accounts of the machine, in its own /etc/passwd and /etc/group: what packages add, getent and
// usermod.
#include <algorithm>
#include <filesystem>
#include <optional>

#include <sys/stat.h>
#include <unistd.h>

#include "options.hpp"
#include "packages.hpp"
#include "programs.hpp"

namespace emulated {

namespace {

const std::string passwd = "/etc/passwd";
const std::string group = "/etc/group";

/// Lines of passwd or group, as fields.
std::vector<Words> rows(const World& world, const std::string& path) {
  std::vector<Words> all;
  for (const std::string& line : split(read_text(world, path), '\n')) {
    Words fields = split(line, ':');
    fields.resize(path == passwd ? 7 : 4);
    all.push_back(fields);
  }
  return all;
}

void write_rows(const World& world, const std::string& path, const std::vector<Words>& all) {
  std::string text;
  for (const Words& fields : all) {
    for (std::size_t i = 0; i < fields.size(); ++i)
      text += (i == 0 ? "" : ":") + fields[i];
    text += '\n';
  }
  write_text(world, path, text);
}

std::optional<Words> find_row(const World& world, const std::string& path, const std::string& key) {
  for (const Words& fields : rows(world, path))
    if (fields[0] == key || fields[2] == key)
      return fields;
  return std::nullopt;
}

void join_group(const World& world, const std::string& user, const std::string& name) {
  std::vector<Words> groups = rows(world, group);
  for (Words& fields : groups) {
    if (fields[0] != name)
      continue;
    Words members = split(fields[3], ',');
    if (std::find(members.begin(), members.end(), user) == members.end())
      members.push_back(user);
    fields[3] = join(members, ",");
  }
  write_rows(world, group, groups);
}

int id_of(const World& world, const std::string& path, const std::string& name) {
  const std::optional<Words> row = find_row(world, path, name);
  if (!row)
    throw std::logic_error("the catalogue names an account that is not there: " + name);
  return std::stoi((*row)[2]);
}

}  // namespace

void add_account(const World& world, const AccountSpec& account) {
  const std::string id = std::to_string(account.id);
  if (!find_row(world, group, account.name)) {
    std::vector<Words> groups = rows(world, group);
    groups.push_back({account.name, "x", id, ""});
    write_rows(world, group, groups);
  }
  if (!account.home.empty() && !find_row(world, passwd, account.name)) {
    std::vector<Words> users = rows(world, passwd);
    users.push_back({account.name, "x", id, id, "", account.home, account.shell});
    write_rows(world, passwd, users);
  }
  for (const std::string& name : account.groups)
    join_group(world, account.name, name);
}

void set_owner(const World& world, const std::string& path, const FileSpec& facts) {
  const std::string target = world.root + path;
  const auto user = static_cast<uid_t>(id_of(world, passwd, facts.owner));
  const auto owning_group = static_cast<gid_t>(id_of(world, group, facts.group));
  if (::chown(target.c_str(), user, owning_group) != 0 || ::chmod(target.c_str(), facts.mode) != 0)
    throw std::runtime_error("cannot set owner and mode of " + target);
}

Outcome getent(World& world, const Words& arguments) {
  if (arguments.empty())
    throw Refused(1, "getent: wrong number of arguments");
  const std::string& database = arguments.front();
  if (database != "passwd" && database != "group")
    throw Refused(1, "Unknown database: " + database);
  const std::string path = database == "passwd" ? passwd : group;
  if (arguments.size() == 1)
    return {.output = read_text(world, path)};
  Outcome outcome;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::optional<Words> row = find_row(world, path, arguments[i]);
    if (row) {
      for (std::size_t field = 0; field < row->size(); ++field)
        outcome.output += (field == 0 ? "" : ":") + (*row)[field];
      outcome.output += '\n';
    } else {
      outcome.exit = 2;
    }
  }
  return outcome;
}

Outcome usermod(World& world, const Words& arguments) {
  const Options options =
      parse_options(arguments,
                    {{"shell=", 's'}, {"home=", 'd'}, {"append", 'a'}, {"groups=", 'G'}},
                    [](const std::string& option) {
                      return Refused(2, "usermod: unrecognized option '" + option + "'");
                    });
  if (options.words.size() != 1 || options.values.empty())
    throw Refused(2, "Usage: usermod [options] LOGIN");
  const std::string& name = options.words.front();
  std::vector<Words> users = rows(world, passwd);
  const auto user = std::find_if(
      users.begin(), users.end(), [&](const Words& fields) { return fields[0] == name; });
  if (user == users.end())
    throw Refused(6, "usermod: user '" + name + "' does not exist");
  for (const std::string& added : split(options.get("groups"), ',')) {
    if (!options.has("append"))
      throw Refused(2, "emulated usermod: --groups needs --append");
    if (!find_row(world, group, added))
      throw Refused(6, "usermod: group '" + added + "' does not exist");
    join_group(world, name, added);
  }
  (*user)[6] = options.get("shell", (*user)[6]);
  (*user)[5] = options.get("home", (*user)[5]);
  write_rows(world, passwd, users);
  return {};
}

}  // namespace emulated
