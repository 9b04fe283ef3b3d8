#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
using ncc::HttpError;
using ncc::HttpResponse;
using ncc::openstack::Outcome;
using ncc::openstack::Session;
using ncc::openstack::Verdict;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* line = "http://compute/v2.1/x";

/// What becomes of `method` when these answers are given, one after another.
struct Change {
  Change(const std::string& method, const std::vector<HttpResponse>& answers) {
    for (const HttpResponse& answer : answers) {
      cloud.http.answer(method + " " + line, answer);
    }
    Session session(cloud.platform, cloud.credentials);
    outcome = session.change({.service = "compute", .method = method, .path = "/x", .body = "{}"});
    sent = cloud.http.requests.size() - 1;  // but for the log-in
  }

  FakeCloud cloud = FakeCloud::with_services();
  Outcome outcome = {};
  std::size_t sent = 0;
};

const std::vector<milliseconds> patience{seconds(1), seconds(2), seconds(4)};

}  // namespace

TEST_CASE("every status of a change has its verdict", "[openstack][client]") {
  const auto [code, verdict] = GENERATE(table<int, Verdict>({
      {200, Verdict::done},
      {202, Verdict::done},
      {204, Verdict::done},
      {302, Verdict::unknown},
      {400, Verdict::refused},
      {403, Verdict::forbidden},
      {404, Verdict::missing},
      {405, Verdict::refused},
      {406, Verdict::refused},
      {409, Verdict::conflict},
      {413, Verdict::refused},
      {429, Verdict::unknown},
      {500, Verdict::unknown},
      {501, Verdict::unknown},
      {502, Verdict::unknown},
      {503, Verdict::unknown},
      {0, Verdict::unknown},
  }));

  const Change change("POST", {{.code = code}});

  CHECK(change.outcome.verdict == verdict);
  CHECK(change.outcome.code == code);
  CHECK(change.sent == 1);
}

TEST_CASE("a change that is done keeps body and request id, and has no message",
          "[openstack][client]") {
  const std::string header = GENERATE("x-openstack-request-id", "x-compute-request-id");

  const Change change("POST", {{.code = 202, .headers = {{header, "req-1"}}, .body = "{}"}});

  CHECK(change.outcome.request_id == "req-1");
  CHECK(change.outcome.body == "{}");
  CHECK(change.outcome.message.empty());
}

TEST_CASE("a change that is refused says why, without token and password", "[openstack][client]") {
  const auto [body, words] = GENERATE(table<std::string, std::string>({
      {R"({"badRequest": {"code": 400, "message": "No token-1 for s3cr\"et."}})",
       "No *** for ***."},
      {"<html><body><h1>502 Bad Gateway</h1></body></html>", "502 Bad Gateway"},
      {"", ""},
  }));

  const Change change(
      "POST", {{.code = 400, .headers = {{"x-openstack-request-id", "req-1"}}, .body = body}});

  CHECK(change.outcome.message == words);
  CHECK(change.outcome.request_id == "req-1");
  CHECK(change.outcome.body.empty());
}

TEST_CASE("a change without answer is unknown and not repeated", "[openstack][client]") {
  const std::string method = GENERATE("POST", "PUT", "DELETE");

  const Change change(method, {{.code = 0}});

  CHECK(change.outcome.verdict == Verdict::unknown);
  CHECK(change.outcome.message == method + " " + line + " got no answer: connection refused");
  CHECK(change.sent == 1);
}

TEST_CASE("a busy service is asked again to put and to delete, not to post",
          "[openstack][client]") {
  const auto [method, verdict, sent] = GENERATE(table<std::string, Verdict, std::size_t>(
      {{"PUT", Verdict::done, 2}, {"DELETE", Verdict::done, 2}, {"POST", Verdict::unknown, 1}}));

  const Change change(
      method, {{.code = 503, .headers = {{"retry-after", "9"}}, .body = "<html>"}, {.code = 204}});

  CHECK(change.outcome.verdict == verdict);
  CHECK(change.sent == sent);
  CHECK(change.cloud.clock.slept.size() == sent - 1);
}

TEST_CASE("a service that stays busy leaves a change unknown", "[openstack][client]") {
  const Change change("PUT", {{.code = 429}});

  CHECK(change.outcome.verdict == Verdict::unknown);
  CHECK(change.cloud.clock.slept == patience);
}

TEST_CASE("a 401 to a change renews the token once", "[openstack][client]") {
  const Change renewed("POST", {{.code = 401}, {.code = 202}});
  CHECK(renewed.outcome.verdict == Verdict::done);
  CHECK(renewed.sent == 3);

  const Change refused("POST", {{.code = 401}});
  CHECK(refused.outcome.verdict == Verdict::forbidden);
  CHECK(refused.sent == 3);
}

TEST_CASE("a change without log-in is an error", "[openstack][client]") {
  FakeCloud cloud;
  FakeHttp http;
  http.answer(login_line, HttpResponse{.code = GENERATE(401, 503, 0)});
  const ncc::Platform platform{cloud.processes, cloud.files, http, cloud.clock};
  Session session(platform, cloud.credentials);

  CHECK_THROWS_AS(session.change({.service = "compute", .method = "PUT", .path = "/x"}), HttpError);
  CHECK(http.requests.size() == 1);
}

TEST_CASE("a GET without answer is repeated", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(std::string("GET ") + line, HttpResponse{.code = 0});
  cloud.http.answer(std::string("GET ") + line, HttpResponse{.code = 0});
  cloud.http.answer(std::string("GET ") + line, json::object());
  Session session(cloud.platform, cloud.credentials);

  CHECK(session.send({.service = "compute", .path = "/x"}).code == 200);
  CHECK(cloud.clock.slept == std::vector<milliseconds>{seconds(1), seconds(2)});
}

TEST_CASE("a GET that is never answered is an error after three repeats", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(std::string("GET ") + line, HttpResponse{.code = 0});
  Session session(cloud.platform, cloud.credentials);

  CHECK_THROWS_WITH(session.send({.service = "compute", .path = "/x"}),
                    std::string("GET ") + line + " got no answer: connection refused");
  CHECK(cloud.clock.slept == patience);
}

TEST_CASE("any other call without answer is an error at once", "[openstack][client]") {
  const std::string method = GENERATE("POST", "PUT", "DELETE");
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(method + " " + line, HttpResponse{.code = 0});
  Session session(cloud.platform, cloud.credentials);

  CHECK_THROWS_AS(session.send({.service = "compute", .method = method, .path = "/x"}), HttpError);
  CHECK(cloud.clock.slept.empty());
}
