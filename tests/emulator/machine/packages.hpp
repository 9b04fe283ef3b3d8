#pragma once
// The packages that the emulated archive has, and what installing one leaves on the machine:
// accounts, files and units, as Ubuntu 24.04's packages of OpenStack 2024.1 do. The catalogue is
// data: catalogue.cpp.

#include "units.hpp"
#include "world.hpp"

namespace emulated {

struct AccountSpec {
  std::string name = {};
  int id = 0;  // of the user and of its group
  std::string home = {};
  std::string shell = "/usr/sbin/nologin";
  Words groups = {};  // further ones it is in
};

struct FileSpec {
  std::string path = {};
  std::string content = {};
  unsigned mode = 0644;
  std::string owner = "root";
  std::string group = "root";
};

struct DirectorySpec {
  std::string path = {};
  unsigned mode = 0755;
  std::string owner = "root";
};

struct PackageSpec {
  std::string name = {};
  std::string version = {};
  Words depends = {};
  Words conflicts = {};
  std::vector<AccountSpec> accounts = {};
  std::vector<DirectorySpec> directories = {};
  std::vector<FileSpec> files = {};
  std::vector<UnitSpec> units = {};
};

[[nodiscard]] const std::vector<PackageSpec>& catalogue();
/// nullptr when the archive has no such package.
[[nodiscard]] const PackageSpec* find_package(const std::string& name);
[[nodiscard]] const UnitSpec* find_unit_spec(const std::string& unit);
[[nodiscard]] bool is_installed(const World& world, const std::string& package);

/// Writes the account into passwd and group; one that is there is left.
void add_account(const World& world, const AccountSpec& account);
/// Sets owner and mode by the machine's own passwd and group.
void set_owner(const World& world, const std::string& path, const FileSpec& facts);

}  // namespace emulated
