// Many changes at the same time: by the rules of one.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"
#include "support/together_http.hpp"

namespace {

using namespace ncc::testing;
using ncc::HttpReply;
using ncc::HttpRequest;
using ncc::HttpResponse;
using ncc::openstack::Outcome;
using ncc::openstack::Session;
using ncc::openstack::Verdict;
using std::chrono::milliseconds;
using std::chrono::seconds;

using TogetherHttp = Together<FakeHttp>;

/// Changes of /0, /1, ..., whose answers are given one after another.
struct Many {
  explicit Many(const std::vector<std::vector<HttpResponse>>& answers,
                const std::string& method = "PATCH") {
    http.answer(
        login_line,
        token_answer("token-1",
                     json::array({service(
                         "compute",
                         json::array({endpoint("public", "RegionOne", "http://compute/v2.1")}))})));
    for (std::size_t i = 0; i < answers.size(); ++i) {
      for (const HttpResponse& answer : answers[i]) {
        http.answer(method + " http://compute/v2.1/" + std::to_string(i), answer);
      }
    }
    Session session(platform, cloud.credentials);
    std::size_t given = 0;
    session.change_many(
        4,
        [&]() -> std::optional<Session::Call> {
          if (given == answers.size()) {
            return std::nullopt;
          }
          return Session::Call{
              .service = "compute", .method = method, .path = "/" + std::to_string(given++)};
        },
        [&](std::size_t number, const Outcome& outcome) {
          CHECK(outcomes.emplace(number, outcome).second);
        });
  }

  [[nodiscard]] long sent(const std::string& end) const {
    return std::count_if(http.requests.begin(),
                         http.requests.end(),
                         [&](const HttpRequest& request) { return request.url.ends_with(end); });
  }

  [[nodiscard]] std::map<std::size_t, Verdict> verdicts() const {
    std::map<std::size_t, Verdict> found;
    for (const auto& [number, outcome] : outcomes) {
      found[number] = outcome.verdict;
    }
    return found;
  }

  TogetherHttp http = {};
  FakeCloud cloud = {};
  ncc::Platform platform{cloud.processes, cloud.files, http, cloud.clock};
  std::map<std::size_t, Outcome> outcomes = {};
};

const HttpResponse fine{.code = 200};
const HttpResponse no_token{.code = 401};

}  // namespace

TEST_CASE("many changes have an outcome each, by their numbers", "[openstack][client]") {
  const Many many({{fine}, {{.code = 404}}, {{.code = 409}}, {{.code = 400}}, {{.code = 0}}});

  CHECK(many.verdicts() == std::map<std::size_t, Verdict>{{0, Verdict::done},
                                                          {1, Verdict::missing},
                                                          {2, Verdict::conflict},
                                                          {3, Verdict::refused},
                                                          {4, Verdict::unknown}});
  CHECK(many.http.most == 4);
  CHECK(many.http.requests.size() == 6);
  CHECK(many.cloud.clock.slept.empty());
}

TEST_CASE("one new token serves all changes that met a 401", "[openstack][client]") {
  const Many many({{fine}, {no_token, fine}, {no_token, fine}, {fine}, {fine}, {no_token, fine}});

  CHECK(many.outcomes.size() == 6);
  for (const auto& [number, outcome] : many.outcomes) {
    CHECK(outcome.verdict == Verdict::done);
  }
  CHECK(many.sent("/auth/tokens") == 3);  // the first, after the first four, after the last
  CHECK(many.sent("/0") == 1);
}

TEST_CASE("a token that was never accepted is not renewed", "[openstack][client]") {
  const Many many(std::vector<std::vector<HttpResponse>>(9, {no_token}));

  CHECK(many.sent("/auth/tokens") == 2);
  CHECK(many.outcomes.size() == 9);
  CHECK(many.outcomes.at(8).verdict == Verdict::forbidden);
}

TEST_CASE("a busy service holds all changes back for one pause", "[openstack][client]") {
  const HttpResponse busy{.code = 503, .headers = {{"retry-after", "7"}}};
  const Many many({{busy, fine}, {busy, fine}, {fine}, {fine}, {fine}, {fine}});

  CHECK(many.outcomes.size() == 6);
  CHECK(many.cloud.clock.slept == std::vector<milliseconds>{seconds(7)});
  CHECK(many.sent("/0") == 2);
  CHECK(many.sent("/2") == 1);
}

TEST_CASE("changes of a service that stays busy are unknown after three repeats",
          "[openstack][client]") {
  const Many many({{{.code = 429}}, {fine}});

  CHECK(many.verdicts() ==
        std::map<std::size_t, Verdict>{{0, Verdict::unknown}, {1, Verdict::done}});
  CHECK(many.sent("/0") == 4);
  CHECK(many.cloud.clock.slept == std::vector<milliseconds>{seconds(1), seconds(2), seconds(4)});
}

TEST_CASE("of many changes no POST is repeated", "[openstack][client]") {
  const Many many({{{.code = 503}}, {{.code = 0}}}, "POST");

  CHECK(many.http.requests.size() == 3);
  CHECK(many.verdicts() ==
        std::map<std::size_t, Verdict>{{0, Verdict::unknown}, {1, Verdict::unknown}});
}
