// Parameters of the action reshard as typed values.

#include "reshard.hpp"
#include "words/parameters.hpp"

namespace ncc::reshard {

Request read_request(const Parameters& parameters) {
  constexpr long long most = 1'000'000;
  const std::vector<std::string> given_up = words_in(parameters, "given-up");
  Request request{.given_up = {given_up.begin(), given_up.end()},
                  .plan = flag_in(parameters, "plan", false),
                  .orphans_only = flag_in(parameters, "orphans-only", true)};
  const auto whole = [&](const char* name, auto otherwise, Range range) {
    return number_in(parameters, name, static_cast<long long>(otherwise), range);
  };
  request.parallel = static_cast<std::size_t>(whole("parallel", request.parallel, {1, 64}));
  request.limit = static_cast<std::size_t>(whole("limit", request.limit, {0, most}));
  request.timeout = std::chrono::seconds(whole("timeout", request.timeout.count(), {1, most}));
  return request;
}

}  // namespace ncc::reshard
