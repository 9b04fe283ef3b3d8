// YAML, tables and generated documents agree.

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <yaml-cpp/yaml.h>

#include "charm/charm.hpp"
#include "support/catch.hpp"

namespace {

const std::string root = NCC_SOURCE_DIR;

std::string text_of(const std::string& path) {
  std::ifstream in(root + "/" + path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

ncc::Platform no_platform() {
  static const auto processes = ncc::make_process_runner();
  static const auto files = ncc::make_file_system();
  static const auto http = ncc::make_http_transport();
  static const auto clock = ncc::make_clock();
  return {*processes, *files, *http, *clock};
}

ncc::Journal& no_journal() {
  static const auto journal = ncc::open_journal("/nowhere/journal.db");
  return *journal;
}

}  // namespace

TEST_CASE("docs/events.md is what charm-explain events prints", "[charm][unit]") {
  CHECK(text_of("docs/events.md") ==
        ncc::charm::explain("events", {}, no_platform(), no_journal()));
}

TEST_CASE("docs/relations.md is what charm-explain relations prints", "[charm][unit]") {
  CHECK(text_of("docs/relations.md") ==
        ncc::charm::explain("relations", {}, no_platform(), no_journal()));
}

TEST_CASE("every action of actions.yaml has a row whose help begins its description",
          "[charm][unit]") {
  const YAML::Node yaml = YAML::LoadFile(root + "/actions.yaml");
  std::set<std::string> names;
  for (const auto& entry : yaml) {
    names.insert(entry.first.as<std::string>());
  }

  REQUIRE(names.size() == ncc::charm::actions().size());
  for (const ncc::charm::Action& action : ncc::charm::actions()) {
    const std::string name(action.name);
    INFO(name);
    REQUIRE(names.contains(name));
    std::string description = yaml[name]["description"].as<std::string>();
    std::replace(description.begin(), description.end(), '\n', ' ');
    CHECK(description.substr(0, action.help.size()) == std::string(action.help));
  }
}

TEST_CASE("every flag is used by a row of the map or by the status", "[charm][unit]") {
  const std::string map = text_of("charm/handlers.cpp");
  const std::string users = text_of("charm/status.cpp") + text_of("charm/run.cpp");
  for (std::size_t i = 0; i < ncc::charm::flag_count; ++i) {
    const std::string name(ncc::charm::name_of(static_cast<ncc::charm::Flag>(i)));
    INFO(name);
    const bool in_map = map.find(name) != std::string::npos;
    CHECK((in_map || users.find("Flag::" + name) != std::string::npos));
  }
}

TEST_CASE("handler names are unique", "[charm][unit]") {
  std::set<std::string_view> names;
  for (const ncc::charm::Handler& handler : ncc::charm::handlers()) {
    CHECK(names.insert(handler.name).second);
  }
}
