#include "verify.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

constexpr long long least_seconds = 10;
constexpr long long most_seconds = 3600;

std::string text_of(const std::map<std::string, std::string>& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : trim(found->second);
}

}  // namespace

Request read_request(const std::map<std::string, std::string>& parameters) {
  Request request{
      text_of(parameters, "image"), text_of(parameters, "flavor"), text_of(parameters, "network")};
  const std::string timeout = text_of(parameters, "timeout");
  if (!timeout.empty()) {
    const std::optional<long long> seconds = to_integer(timeout);
    if (!seconds || *seconds < least_seconds || *seconds > most_seconds) {
      throw ConfigError("timeout",
                        "\"" + timeout + "\" is not a whole number of seconds from 10 to 3600");
    }
    request.timeout = std::chrono::seconds(*seconds);
  }
  return request;
}

}  // namespace ncc::verify
