// Many requests at the same time over one transport.

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform.hpp"
#include "platform/scripted_server.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace std::chrono_literals;

namespace {

/// Paths to ask for, and what came: a body, or "no answer".
struct Errand {
  std::vector<std::string> paths = {};
  std::string method = "GET";
  bool repeatable = false;
  std::map<std::size_t, std::string> replies = {};  // by number
  std::vector<std::size_t> order = {};              // numbers as they came

  void run(HttpTransport& transport, const ScriptedServer& server, std::size_t parallel) {
    std::size_t given = 0;
    transport.send_many(
        parallel,
        [&]() -> std::optional<HttpRequest> {
          if (given == paths.size()) {
            return std::nullopt;
          }
          return HttpRequest{.method = method,
                             .url = server.url(paths.at(given++)),
                             .timeout = 5s,
                             .repeatable = repeatable};
        },
        [&](std::size_t number, const HttpReply& reply) {
          const auto* response = std::get_if<HttpResponse>(&reply);
          replies[number] = response == nullptr ? "no answer" : response->body;
          order.push_back(number);
        });
  }
};

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < count; ++i) {
    paths.push_back("/" + std::to_string(i));
  }
  return paths;
}

}  // namespace

TEST_CASE("sixteen requests are on their way together, over sixteen connections",
          "[platform][http]") {
  // None of the first sixteen is answered before all of them have come.
  ScriptedServer server(std::vector<Connection>(16, Connection(32, echo)));
  server.hold("GET", 16);
  Errand errand{.paths = numbered(32)};

  const auto transport = make_http_transport();
  errand.run(*transport, server, 16);

  REQUIRE(errand.replies.size() == 32);
  for (const auto& [number, body] : errand.replies) {
    CHECK(body == errand.paths.at(number));
  }
}

TEST_CASE("replies are taken as they come, each with the number of its request",
          "[platform][http]") {
  ScriptedServer server({Connection(4, echo), Connection(4, echo)});
  server.hold("/late", 4);
  Errand errand{.paths = {"/late", "/a", "/b", "/c"}};

  const auto transport = make_http_transport();
  errand.run(*transport, server, 2);

  CHECK(errand.order.size() == 4);
  CHECK(errand.order.front() == 1);
  CHECK(errand.replies ==
        std::map<std::size_t, std::string>{{0, "/late"}, {1, "/a"}, {2, "/b"}, {3, "/c"}});
}

TEST_CASE("a request without an answer fails alone", "[platform][http]") {
  ScriptedServer server({Connection{""}, Connection{echo, echo}});
  Errand errand{.paths = {"/0", "/1"}, .method = "POST"};

  const auto transport = make_http_transport();
  errand.run(*transport, server, 1);

  CHECK(errand.replies == std::map<std::size_t, std::string>{{0, "no answer"}, {1, "/1"}});
}

TEST_CASE("stale connections are replaced for what is repeatable", "[platform][http]") {
  ScriptedServer server(
      {Connection{echo, ""}, Connection{echo, ""}, Connection{echo}, Connection{echo}});
  server.hold("PATCH", 2);
  const auto transport = make_http_transport();
  Errand first{.paths = {"/0", "/1"}, .method = "PATCH", .repeatable = true};
  first.run(*transport, server, 2);
  Errand second{.paths = {"/2", "/3"}, .method = "PATCH", .repeatable = true};

  second.run(*transport, server, 2);

  CHECK(second.replies == std::map<std::size_t, std::string>{{0, "/2"}, {1, "/3"}});
  CHECK(server.requests().size() == 6);
}

TEST_CASE("a change that is repeatable uses the connection of the one before", "[platform][http]") {
  ScriptedServer server({Connection{echo, echo}});
  Errand errand{.paths = {"/0", "/1"}, .method = "PATCH", .repeatable = true};

  const auto transport = make_http_transport();
  errand.run(*transport, server, 1);

  CHECK(errand.replies == std::map<std::size_t, std::string>{{0, "/0"}, {1, "/1"}});
}

TEST_CASE("after a reply there may be more to send", "[platform][http]") {
  ScriptedServer server({Connection{echo, echo, echo}});
  std::vector<std::string> open{"/0"};
  std::vector<std::string> bodies;

  const auto transport = make_http_transport();
  transport->send_many(
      4,
      [&]() -> std::optional<HttpRequest> {
        if (open.empty()) {
          return std::nullopt;
        }
        const std::string path = open.back();
        open.pop_back();
        return HttpRequest{.url = server.url(path)};
      },
      [&](std::size_t number, const HttpReply& reply) {
        bodies.push_back(std::get<HttpResponse>(reply).body);
        if (number < 2) {
          open.push_back("/" + std::to_string(number + 1));
        }
      });

  CHECK(bodies == std::vector<std::string>{"/0", "/1", "/2"});
}

TEST_CASE("who takes a reply may end it all, and the transport goes on", "[platform][http]") {
  ScriptedServer server({Connection{echo}, Connection{silence}, Connection{echo}});
  const auto transport = make_http_transport();
  std::size_t given = 0;

  CHECK_THROWS_AS(transport->send_many(
                      2,
                      [&] {
                        return given == 2 ? std::nullopt
                                          : std::optional<HttpRequest>(
                                                {.url = server.url("/" + std::to_string(given++))});
                      },
                      [](std::size_t, const HttpReply&) { throw std::range_error("enough"); }),
                  std::range_error);

  CHECK(transport->send({.method = "POST", .url = server.url("/2")}).body == "/2");
}

TEST_CASE("without libcurl one request goes after the other", "[platform][http]") {
  struct Refusing : HttpTransport {
    HttpResponse send(const HttpRequest& request) override {
      if (request.url == "b") {
        throw HttpError("GET b", 0, "refused");
      }
      return {.code = 200, .body = request.url};
    }
  } transport;

  std::vector<std::string> open{"c", "b", "a"};
  std::vector<std::string> seen;

  transport.send_many(
      16,
      [&]() -> std::optional<HttpRequest> {
        if (open.empty()) {
          return std::nullopt;
        }
        HttpRequest request{.url = open.back()};
        open.pop_back();
        return request;
      },
      [&](std::size_t number, const HttpReply& reply) {
        const auto* response = std::get_if<HttpResponse>(&reply);
        seen.push_back(std::to_string(number) + (response == nullptr ? " none" : response->body));
      });

  CHECK(seen == std::vector<std::string>{"0a", "1 none", "2c"});
}
