#include "juju/json.hpp"

#include <array>
#include <charconv>

namespace ncc::juju {
namespace {

/// 5 of 5.0, 16.5 of 16.5, never with an exponent.
std::string decimal(double number) {
  std::array<char, 400> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  return {digits.data(), end.ptr};
}

}  // namespace

nlohmann::json parse_output(const Command& command, const ProcessResult& result) {
  auto parsed = nlohmann::json::parse(output_or_throw(command, result), nullptr, false);
  if (parsed.is_discarded()) {
    throw ProcessError(command.argv.at(0), result.exit_code, "its output is no JSON");
  }
  return parsed;
}

nlohmann::json run_json(ProcessRunner& runner, const Command& command) {
  return parse_output(command, runner.run(command));
}

std::string to_text(const nlohmann::json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_number_float() ? decimal(value.get<double>()) : value.dump();
}

std::map<std::string, std::string> to_map(const nlohmann::json& object) {
  std::map<std::string, std::string> result;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_null()) {
      result[key] = to_text(value);
    }
  }
  return result;
}

std::vector<std::string> to_list(const nlohmann::json& list) {
  std::vector<std::string> result;
  for (const nlohmann::json& value : list) {
    result.push_back(to_text(value));
  }
  return result;
}

std::string dump(const std::map<std::string, std::string>& values) {
  return nlohmann::json(values).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ncc::juju
