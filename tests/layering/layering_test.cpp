// The bands of docs/architecture.md, checked on every include line. No exceptions are allowed here:
// a wrong arrow is mended.

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

namespace fs = std::filesystem;
const fs::path root = NCC_SOURCE_DIR;

/// Doors that a folder may include, beside its own.
const std::map<std::string, std::set<std::string>> may_include{
    {"words", {}},
    {"platform", {"words"}},
    {"log", {"words"}},
    {"ini", {"words"}},
    {"juju", {"words", "platform", "log"}},
    {"host", {"words", "platform", "log"}},
    {"ovs", {"words", "platform", "log"}},
    {"openstack", {"words", "platform", "log"}},
    {"config", {"words"}},
    {"shards", {"words"}},
    {"relations", {"words", "config", "shards"}},
    {"model", {"words", "config", "relations", "shards", "ini"}},
    {"compute", {"words", "config", "relations", "shards", "ini", "model"}},
    {"ovn", {"words", "config", "relations", "ini", "model"}},
    {"journal", {"words"}},
    {"fleet", {"words", "platform", "log", "openstack"}},
    {"verify", {"words", "platform", "log", "openstack"}},
    {"node", {"words", "platform", "log", "openstack", "journal"}},
    {"capacity", {"words", "platform", "log", "openstack"}},
    {"reservation", {"words", "platform", "log", "openstack"}},
    {"drain", {"words", "platform", "log", "openstack", "journal", "fleet"}},
    {"reshard", {"words", "platform", "log", "openstack", "shards"}},
    {"handover", {"words", "platform", "log", "openstack", "journal", "fleet", "shards"}},
    {"scalein",
     {"words",
      "platform",
      "log",
      "openstack",
      "config",
      "relations",
      "model",
      "journal",
      "fleet",
      "capacity",
      "drain"}},
    {"charm",
     {"words",   "platform",  "log",      "ini",   "juju",     "host",    "ovs",     "openstack",
      "config",  "relations", "shards",   "model", "compute",  "ovn",     "verify",  "reservation",
      "journal", "fleet",     "capacity", "drain", "handover", "scalein", "reshard", "node"}},
    {"hooks", {"charm", "platform", "juju", "journal", "log", "actions"}},
    {"actions", {"charm", "platform", "juju", "journal"}},
};

/// The folder a path belongs to: src/amqp.hpp is the door of "amqp", charm/run.cpp is in "charm".
std::string folder_of(const fs::path& relative) {
  auto part = relative.begin();
  if (*part == "src") {
    ++part;
  }
  return std::next(part) == relative.end() ? part->stem().string() : part->string();
}

struct Include {
  fs::path file;
  std::string target;
};

std::vector<Include> includes() {
  const std::regex pattern("^\\s*#include \"([^\"]+)\"");
  std::vector<Include> found;
  for (const char* top : {"src", "charm", "hooks", "actions"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") {
        continue;
      }
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (std::regex_search(line, match, pattern)) {
          found.push_back({fs::relative(entry.path(), root), match[1]});
        }
      }
    }
  }
  return found;
}

}  // namespace

TEST_CASE("every include points to the own folder or to a door of a lower band",
          "[layering][unit]") {
  const std::vector<Include> all = includes();

  REQUIRE(all.size() > 100);
  for (const Include& include : all) {
    const std::string from = folder_of(include.file);
    const std::string to = folder_of(include.target);
    INFO(include.file.string() << " includes " << include.target);
    REQUIRE(may_include.contains(from));
    CHECK((from == to || may_include.at(from).contains(to)));
  }
}

TEST_CASE("nobody reaches behind a door", "[layering][unit]") {
  for (const Include& include : includes()) {
    const fs::path target(include.target);
    const bool behind = std::distance(target.begin(), target.end()) > 1;
    const std::string to = folder_of(target);
    const bool shared = to == "words" || to == "charm" || to == "hooks" || to == "actions";
    INFO(include.file.string() << " includes " << include.target);
    CHECK((!behind || shared || to == folder_of(include.file)));
  }
}

TEST_CASE("third-party headers stay where they belong", "[layering][unit]") {
  const std::map<std::string, std::set<std::string>> homes{
      {"curl/", {"platform"}},
      {"openssl/", {"verify"}},
      {"boost/", {"platform"}},
      {"spdlog/", {"log"}},
      {"yaml-cpp/", {"config"}},
      {"nlohmann/",
       {"juju",
        "ovs",
        "openstack",
        "config",
        "relations",
        "verify",
        "capacity",
        "drain",
        "handover",
        "node",
        "reshard",
        "scalein",
        "charm"}},
      {"sqlite3.h>", {"journal"}},
  };
  const std::regex pattern("^\\s*#include <([a-z0-9-]+(?:/|\\.h>))");
  for (const char* top : {"src", "charm", "hooks", "actions"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file()) {
        continue;
      }
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (std::regex_search(line, match, pattern) && homes.contains(match[1])) {
          INFO(entry.path().string() << ": " << line);
          CHECK(homes.at(match[1]).contains(folder_of(fs::relative(entry.path(), root))));
        }
      }
    }
  }
}

TEST_CASE("no source file is longer than 400 lines", "[layering][unit]") {
  for (const char* top : {"src", "charm", "hooks", "actions", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") {
        continue;
      }
      std::ifstream in(entry.path());
      long lines = 0;
      for (std::string line; std::getline(in, line); ++lines) {
      }
      INFO(entry.path().string());
      CHECK(lines <= 400);
    }
  }
}
