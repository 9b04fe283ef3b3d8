// What an action says of each unit, for people and for programs.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "scalein.hpp"
#include "words/text.hpp"

namespace ncc::scalein {

const char* to_string(State state) {
  switch (state) {
    case State::done:
      return "done";
    case State::in_progress:
      return "in-progress";
    case State::refused:
      return "refused";
    case State::unknown:
      return "unknown";
    case State::failed:
      break;
  }
  return "failed";
}

std::string failure_of(const std::vector<UnitResult>& results) {
  std::vector<std::string> parts;
  for (const UnitResult& result : results) {
    if (result.state != State::done) {
      parts.push_back(result.unit + " " + to_string(result.state) + ": " + result.reason);
    }
  }
  return join(parts, "; ");
}

std::string summary_of(const std::vector<UnitResult>& results) {
  State worst = State::done;
  for (const UnitResult& result : results) {
    worst = std::max(worst, result.state);
  }
  return to_string(worst);
}

std::string to_json(const std::vector<UnitResult>& results) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const UnitResult& result : results) {
    nlohmann::ordered_json row{{"unit", result.unit},
                               {"host", result.host},
                               {"result", to_string(result.state)},
                               {"reason", result.reason}};
    if (!result.left.empty()) {
      row["servers"] = nlohmann::ordered_json::array();
      for (const drain::Left& left : result.left) {
        row["servers"].push_back({{"id", left.server},
                                  {"name", left.name},
                                  {"status", left.status},
                                  {"reason", left.reason},
                                  {"final", left.final}});
      }
    }
    list.push_back(std::move(row));
  }
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ncc::scalein
