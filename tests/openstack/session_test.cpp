#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
using Catch::Matchers::Contains;
using ncc::HttpError;
using ncc::HttpResponse;
using ncc::openstack::Session;

constexpr const char* servers_line = "GET http://compute/v2.1/servers";
const Session::Call servers{.service = "compute", .path = "/servers", .microversion = "2.53"};
const Session::Call boot{.service = "compute", .method = "POST", .path = "/servers", .body = "{}"};

std::string message_of(Session& session, const Session::Call& call) {
  try {
    static_cast<void>(session.send(call));
  } catch (const HttpError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("log-in asks keystone for a token of the project by names", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, json::object());
  Session session(cloud.platform, cloud.credentials);

  session.send(servers);

  REQUIRE(cloud.http.requests.size() == 2);
  const ncc::HttpRequest& login = cloud.http.requests[0];
  CHECK(login.url == "http://keystone:5000/v3/auth/tokens");
  CHECK(login.headers == std::map<std::string, std::string>{{"Accept", "application/json"},
                                                            {"Content-Type", "application/json"}});
  CHECK(login.ca_file == "/etc/ca.pem");
  CHECK(json::parse(login.body) == json::parse(R"({"auth": {
      "identity": {"methods": ["password"], "password": {"user":
          {"name": "nova", "domain": {"name": "service_domain"}, "password": "s3cr\"et"}}},
      "scope": {"project": {"name": "services", "domain": {"name": "project_domain"}}}}})"));
}

TEST_CASE("a call carries the token and its microversion", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, json::object());
  cloud.http.answer("GET http://placement/usages", json::object());
  Session session(cloud.platform, cloud.credentials);

  session.send(servers);
  session.send({.service = "placement", .path = "/usages", .microversion = "1.6"});

  REQUIRE(cloud.http.requests.size() == 3);
  CHECK(cloud.http.requests[1].headers ==
        std::map<std::string, std::string>{{"Accept", "application/json"},
                                           {"X-Auth-Token", "token-1"},
                                           {"OpenStack-API-Version", "compute 2.53"},
                                           {"X-OpenStack-Nova-API-Version", "2.53"}});
  CHECK(cloud.http.requests[1].ca_file == "/etc/ca.pem");
  CHECK(cloud.http.requests[2].headers ==
        std::map<std::string, std::string>{{"Accept", "application/json"},
                                           {"X-Auth-Token", "token-1"},
                                           {"OpenStack-API-Version", "placement 1.6"}});
}

TEST_CASE("the log-in address may lack its version or end with slashes", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, json::object());
  cloud.credentials.auth_url =
      GENERATE("http://keystone:5000", "http://keystone:5000/", "http://keystone:5000/v3/");
  Session session(cloud.platform, cloud.credentials);

  CHECK(session.send(servers).code == 200);
}

TEST_CASE("a 401 renews the token once", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  const json catalog = json::array(
      {service("compute", json::array({endpoint("public", "RegionOne", "http://compute/v2.1")}))});
  cloud.http.answer(login_line, token_answer("token-2", catalog));
  cloud.http.answer(servers_line, HttpResponse{.code = 401});
  cloud.http.answer(servers_line, json::object());
  Session session(cloud.platform, cloud.credentials);

  CHECK(session.send(servers).code == 200);

  REQUIRE(cloud.http.requests.size() == 4);
  CHECK(cloud.http.requests[3].headers.at("X-Auth-Token") == "token-2");
}

TEST_CASE("a second 401 is an error and not a loop", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, HttpResponse{.code = 401});
  Session session(cloud.platform, cloud.credentials);

  CHECK_THROWS_AS(session.send(servers), HttpError);
  CHECK(cloud.http.requests.size() == 4);
}

TEST_CASE("a refused log-in says keystone's words without the password", "[openstack][client]") {
  FakeCloud cloud;
  FakeHttp http;
  http.answer(login_line,
              HttpResponse{.code = 401, .body = R"({"error": {"code": 401, "title": "Unauthorized",
                               "message": "No user nova with password s3cr\"et."}})"});
  const ncc::Platform platform{cloud.processes, cloud.files, http, cloud.clock};
  Session session(platform, cloud.credentials);

  CHECK(message_of(session, servers) ==
        "POST identity /v3/auth/tokens answered 401: No user nova with password ***.");
}

TEST_CASE("a busy service is asked again after the time it names", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, HttpResponse{.code = 429, .headers = {{"retry-after", "7"}}});
  cloud.http.answer(servers_line, HttpResponse{.code = 503, .body = "<html>"});
  cloud.http.answer(servers_line, json::object());
  Session session(cloud.platform, cloud.credentials);

  CHECK(session.send(servers).code == 200);
  CHECK(cloud.clock.slept ==
        std::vector<std::chrono::milliseconds>{std::chrono::seconds(7), std::chrono::seconds(2)});
}

TEST_CASE("three repeats are the last", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, HttpResponse{.code = 503});
  Session session(cloud.platform, cloud.credentials);

  CHECK_THROWS_AS(session.send(servers), HttpError);
  CHECK(cloud.clock.slept == std::vector<std::chrono::milliseconds>{std::chrono::seconds(1),
                                                                    std::chrono::seconds(2),
                                                                    std::chrono::seconds(4)});
}

TEST_CASE("nobody waits beyond sixty seconds", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, HttpResponse{.code = 429, .headers = {{"retry-after", "40"}}});
  Session session(cloud.platform, cloud.credentials);

  CHECK_THROWS_AS(session.send(servers), HttpError);
  CHECK(cloud.clock.slept == std::vector<std::chrono::milliseconds>{std::chrono::seconds(40)});
}

TEST_CASE("a POST is not repeated", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer("POST http://compute/v2.1/servers", HttpResponse{.code = 503});
  Session session(cloud.platform, cloud.credentials);

  CHECK_THROWS_AS(session.send(boot), HttpError);
  CHECK(cloud.http.requests.size() == 2);
}

TEST_CASE("an accepted code is an answer, any other from 400 on an error", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, HttpResponse{.code = 404});
  Session session(cloud.platform, cloud.credentials);

  CHECK(session.send(servers, {404}).code == 404);
  CHECK_THROWS_AS(session.send(servers), HttpError);
}

TEST_CASE("an error says what the service says, whatever its shape", "[openstack][client]") {
  const auto [body, words] = GENERATE(table<std::string, std::string>({
      {R"({"badRequest": {"code": 400, "message": "Invalid host."}})", "Invalid host."},
      {R"({"NeutronError": {"type": "X", "message": "No network.", "detail": ""}})", "No network."},
      {R"({"NeutronError": "No agent."})", "No agent."},
      {R"({"errors": [{"status": 400, "title": "Bad", "detail": "No such\nprovider."}]})",
       "No such provider."},
      {R"({"message": "No image.", "code": "404 Not Found", "title": "Not Found"})", "No image."},
      {"<html><body><h1>503 Service Unavailable</h1>\nNo server is available.\n</body></html>",
       "503 Service Unavailable No server is available."},
      {"token-1 was sent", "*** was sent"},
      {"[1, 2]", "[1, 2]"},
      {"", ""},
  }));
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line, HttpResponse{.code = 400, .body = body});
  Session session(cloud.platform, cloud.credentials);

  CHECK(message_of(session, servers) == "GET compute /servers answered 400: " + words);
}

TEST_CASE("a long page is cut at 200 characters, never within one", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(servers_line,
                    HttpResponse{.code = 400, .body = std::string(199, 'x') + "\xc3\xa9 more"});
  Session session(cloud.platform, cloud.credentials);

  CHECK(message_of(session, servers) ==
        "GET compute /servers answered 400: " + std::string(199, 'x'));
}

TEST_CASE("a keystone that answers something else is an error", "[openstack][client]") {
  const auto [response, missing] = GENERATE(table<HttpResponse, std::string>({
      {{.code = 201, .body = "<html>"}, "no JSON object"},
      {{.code = 201, .body = R"({"token": {"catalog": []}})"}, "header X-Subject-Token"},
      {{.code = 201, .headers = {{"x-subject-token", "t"}}, .body = R"({"token": {}})"},
       "key catalog"},
      {{.code = 201,
        .headers = {{"x-subject-token", "t"}},
        .body = R"({"token": {"catalog": [3]}})"},
       "key endpoints"},
  }));
  FakeCloud cloud;
  FakeHttp http;
  http.answer(login_line, response);
  const ncc::Platform platform{cloud.processes, cloud.files, http, cloud.clock};
  Session session(platform, cloud.credentials);

  CHECK_THAT(message_of(session, servers), Contains("something else than promised: " + missing));
}
