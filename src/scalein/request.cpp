// Parameters of the scale-in actions as typed values. What actions.yaml cannot check is checked
// here.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "scalein.hpp"
#include "words/error.hpp"
#include "words/parameters.hpp"
#include "words/text.hpp"

namespace ncc::scalein {
namespace {

int positive(const Parameters& parameters, const char* name, int otherwise) {
  return static_cast<int>(number_in(parameters, name, otherwise, {1, 10000}));
}

std::vector<std::string> names_in(const std::string& text) {
  const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) {
    return split(text, ", \t\n");
  }
  std::vector<std::string> names;
  for (const nlohmann::json& name : list) {
    if (!name.is_string()) {
      throw ConfigError("units", "is no list of unit names");
    }
    names.push_back(name.get<std::string>());
  }
  return names;
}

std::vector<std::string> read_units(const Parameters& parameters) {
  const std::string text = text_in(parameters, "units");
  if (text.empty()) {
    return {};
  }
  std::vector<std::string> names = names_in(text);
  if (names.empty()) {
    throw ConfigError("units", "is an empty list");
  }
  for (const std::string& name : names) {
    if (!UnitKind::valid(name)) {
      throw ConfigError("units", "'" + name + "' is no unit name such as nova-compute/3");
    }
  }
  std::sort(names.begin(), names.end(), [](const std::string& left, const std::string& right) {
    return by_number(UnitName(left), UnitName(right));
  });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

drain::Mode read_mode(const Parameters& parameters) {
  const std::string text = text_in(parameters, "mode");
  if (text.empty() || text == "automatic") {
    return drain::Mode::automatic;
  }
  if (text == "live") {
    return drain::Mode::live;
  }
  if (text == "cold") {
    return drain::Mode::cold;
  }
  if (text != "evacuate") {
    throw ConfigError("mode", "is none of automatic, live, cold, evacuate");
  }
  return drain::Mode::evacuate;
}

drain::Options read_drain(const Parameters& parameters) {
  drain::Options options;
  options.parallel = positive(parameters, "parallel", options.parallel);
  options.parallel_per_host = positive(parameters, "parallel-per-host", options.parallel_per_host);
  options.timeout = std::chrono::seconds(number_in(parameters, "timeout", options.timeout.count()));
  options.mode = read_mode(parameters);
  if (const std::string target = text_in(parameters, "target"); !target.empty()) {
    options.target = HostName(target).str();
  }
  options.respect_locks = flag_in(parameters, "respect-locks", options.respect_locks);
  options.fenced = flag_in(parameters, "fenced", options.fenced);
  if (options.mode == drain::Mode::evacuate && !options.fenced) {
    throw ConfigError("fenced",
                      "mode=evacuate needs fenced=true: your word that the hosts are switched off");
  }
  return options;
}

}  // namespace

Request read_request(const Parameters& parameters) {
  Request request{.units = read_units(parameters),
                  .force = flag_in(parameters, "force", false),
                  .plan = flag_in(parameters, "plan", false),
                  .purge_orphans = flag_in(parameters, "purge-orphans", false),
                  .force_last_gateway = flag_in(parameters, "force-last-gateway", false),
                  .drain = read_drain(parameters),
                  .abort = flag_in(parameters, "abort", false)};
  if (!text_in(parameters, "wait").empty()) {
    request.wait = std::chrono::seconds(number_in(parameters, "wait", 0));
  }
  return request;
}

}  // namespace ncc::scalein
