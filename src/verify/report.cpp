// The steps told to people and programs.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "verify.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

const char* word_of(Result result) {
  switch (result) {
    case Result::passed:
      return "passed";
    case Result::failed:
      return "failed";
    case Result::skipped:
      break;
  }
  return "skipped";
}

/// Seconds with one digit behind the point: 12.3
std::string seconds_of(const Step& step) {
  const auto tenths = (step.took.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string line(const std::vector<std::string>& cells) {
  return padded(cells[0], 16) + padded(cells[1], 9) + padded(cells[2], 9) + cells[3] + "\n";
}

}  // namespace

std::string Report::failure() const {
  std::vector<std::string> failures;
  for (const Step& step : steps) {
    if (step.result == Result::failed) {
      failures.push_back(step.name + ": " + step.detail);
    }
  }
  return join(failures, "; ");
}

std::string Report::json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Step& step : steps) {
    list.push_back({{"check", step.name},
                    {"passed", step.result == Result::passed},
                    {"detail", step.detail},
                    {"result", word_of(step.result)},
                    {"seconds", static_cast<double>((step.took.count() + 50) / 100) / 10}});
  }
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Report::table() const {
  std::string text = line({"step", "result", "seconds", "detail"});
  for (const Step& step : steps) {
    text += line({step.name, word_of(step.result), seconds_of(step), step.detail});
  }
  return text;
}

}  // namespace ncc::verify
