// apt-get: update, install, remove, purge from the emulated archive. Dependencies come along; a
// fresh machine knows no package until `update`; a question that nobody can answer aborts.
#include <algorithm>
#include <filesystem>

#include "options.hpp"
#include "packages.hpp"
#include "programs.hpp"

namespace emulated {

namespace {

const std::vector<Option>& known_options() {
  static const std::vector<Option> options = {{"yes", 'y'},
                                              {"assume-yes"},
                                              {"quiet", 'q'},
                                              {"option=", 'o'},
                                              {"no-install-recommends"},
                                              {"install-recommends"},
                                              {"allow-downgrades"},
                                              {"allow-remove-essential"},
                                              {"no-remove"},
                                              {"only-upgrade"},
                                              {"fix-broken", 'f'},
                                              {"reinstall"},
                                              {"purge"}};
  return options;
}

std::string version_of(const World& world, const PackageSpec& package) {
  return world.data.at("apt").at("versions").value(package.name, package.version);
}

const PackageSpec& located(const World& world, const std::string& name) {
  const PackageSpec* package = find_package(name);
  const Json& missing = world.data.at("apt").at("missing");
  const bool hidden = std::find(missing.begin(), missing.end(), name) != missing.end();
  if (package == nullptr || hidden || !world.data.at("apt").at("updated").get<bool>())
    throw Refused(100, "E: Unable to locate package " + name);
  return *package;
}

/// `name` and what it needs that is not installed in the archive's version, needs first.
void collect(const World& world, const std::string& name, Words& names) {
  if (is_installed(world, name) && find_package(name) == nullptr)
    return;
  const PackageSpec& package = located(world, name);
  if (std::find(names.begin(), names.end(), name) != names.end())
    return;
  for (const std::string& need : package.depends)
    if (!is_installed(world, need))
      collect(world, need, names);
  if (!is_installed(world, name) ||
      world.data.at("packages").at(name).at("version") != version_of(world, package))
    names.push_back(name);
}

void remove_package(World& world, const std::string& name, bool purge) {
  const PackageSpec* package = find_package(name);
  if (package == nullptr || !world.data["packages"].contains(name))
    return;
  for (const UnitSpec& unit : package->units)
    remove_unit(world, unit.name);
  world.data["packages"][name]["status"] = "config-files";
  if (!purge)
    return;
  for (const FileSpec& file : package->files)
    std::filesystem::remove(world.root + file.path);
  world.data["packages"].erase(name);
}

/// Configuration files that are there are kept: dpkg's --force-confold, or never changed.
void unpack(World& world, const PackageSpec& package) {
  for (const AccountSpec& account : package.accounts)
    add_account(world, account);
  for (const DirectorySpec& directory : package.directories) {
    std::filesystem::create_directories(world.root + directory.path);
    set_owner(world,
              directory.path,
              {.mode = directory.mode, .owner = directory.owner, .group = directory.owner});
  }
  for (const FileSpec& file : package.files) {
    if (std::filesystem::exists(world.root + file.path))
      continue;
    write_text(world, file.path, file.content);
    set_owner(world, file.path, file);
  }
}

/// An upgrade restarts the services that run, as Debian's maintainer scripts do.
void configure(World& world, const PackageSpec& package) {
  const bool upgrade = is_installed(world, package.name);
  world.data["packages"][package.name] = {{"version", version_of(world, package)},
                                          {"status", "installed"}};
  for (const UnitSpec& unit : package.units) {
    if (upgrade && is_active(world, unit.name))
      restart_unit(world, unit.name);
    else if (!upgrade)
      add_unit(world, unit);
  }
}

Outcome install(World& world, const Options& options) {
  Words names;
  for (const std::string& word : options.words)
    collect(world, word, names);
  Outcome outcome{
      .output =
          "Reading package lists...\nBuilding dependency tree...\nReading state information...\n"};
  for (const std::string& word : options.words)
    if (std::find(names.begin(), names.end(), word) == names.end())
      outcome.output += word + " is already the newest version (" +
                        world.data["packages"][word]["version"].get<std::string>() + ").\n";
  if (!names.empty() && !options.has("yes") && !options.has("assume-yes")) {
    outcome.output += "Do you want to continue? [Y/n] Abort.\n";
    outcome.exit = 1;
    return outcome;
  }
  for (const std::string& name : names) {
    const PackageSpec& package = *find_package(name);
    for (const std::string& other : package.conflicts)
      if (is_installed(world, other))
        remove_package(world, other, false);
    unpack(world, package);
    configure(world, package);
    outcome.output += "Setting up " + name + " (" + version_of(world, package) + ") ...\n";
  }
  return outcome;
}

Outcome remove(World& world, const Options& options, bool purge) {
  for (const std::string& word : options.words)
    if (!world.data["packages"].contains(word) && find_package(word) == nullptr)
      throw Refused(100, "E: Unable to locate package " + word);
  if (!options.has("yes") && !options.has("assume-yes"))
    return {.exit = 1, .output = "Do you want to continue? [Y/n] Abort.\n"};
  Words names = options.words;
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const PackageSpec& package : catalogue())
      if (is_installed(world, package.name) &&
          std::count(package.depends.begin(), package.depends.end(), names[i]) > 0)
        names.push_back(package.name);
  std::reverse(names.begin(), names.end());
  for (const std::string& name : names)
    remove_package(world, name, purge);
  return {
      .output =
          "Reading package lists...\nBuilding dependency tree...\nReading state information...\n"};
}

}  // namespace

Outcome apt_get(World& world, const Words& arguments) {
  Options options = parse_options(arguments, known_options(), [](const std::string& option) {
    return Refused(100,
                   "E: Command line option " + option +
                       " is not understood in combination with the other options");
  });
  if (options.words.empty())
    throw Refused(1, "emulated apt-get: an operation is needed");
  const std::string verb = options.words.front();
  options.words.erase(options.words.begin());
  if (verb == "update") {
    world.data["apt"]["updated"] = true;
    return {.output = "Reading package lists...\n"};
  }
  if (verb == "install")
    return install(world, options);
  if (verb == "remove" || verb == "purge")
    return remove(world, options, verb == "purge" || options.has("purge"));
  if (verb == "clean" || verb == "autoremove")
    return {};
  throw Refused(100, "E: Invalid operation " + verb);
}

}  // namespace emulated
