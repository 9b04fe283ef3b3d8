#include <cstdlib>
#include <string>

#include "platform.hpp"
#include "platform/scripted_server.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace std::chrono_literals;

namespace {

HttpResponse send(const HttpRequest& request) {
  return make_http_transport()->send(request);
}

/// what() of the HttpError that a request ends with.
std::string failure_of(const HttpRequest& request) {
  try {
    (void)send(request);
  } catch (const HttpError& error) {
    CHECK(error.code() == 0);
    return error.what();
  }
  return "an answer came";
}

class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }

  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("an answer has code, headers in lower case and body", "[platform][http]") {
  ScriptedServer server(
      {Connection{"HTTP/1.1 202 Accepted\r\nX-Subject-Token: T\r\nVary: a\r\nvary: b\r\n"
                  "Content-Length: 4\r\n\r\nbody"}});

  const HttpResponse response = send({.url = server.url("/v3")});

  CHECK(response.code == 202);
  CHECK(response.headers.at("x-subject-token") == "T");
  CHECK(response.headers.at("vary") == "a, b");
  CHECK(response.body == "body");
}

TEST_CASE("a request goes out as it was given", "[platform][http]") {
  ScriptedServer server({Connection{ok("")}});

  (void)send({.method = "POST",
              .url = server.url("/v3/auth/tokens?x=1"),
              .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}},
              .body = "{\"a\":1}"});

  const std::string request = server.requests().at(0);
  CHECK(request.rfind("POST /v3/auth/tokens?x=1 HTTP/1.1\r\n", 0) == 0);
  CHECK(request.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
  CHECK(request.find("\r\nX-Empty:\r\n") != std::string::npos);
  CHECK(request.find("Expect") == std::string::npos);
  CHECK(request.substr(request.find("\r\n\r\n")) == "\r\n\r\n{\"a\":1}");
}

TEST_CASE("every method sends its name, and a body only if there is one", "[platform][http]") {
  const std::string method = GENERATE("GET", "DELETE", "PUT", "PATCH", "POST");
  ScriptedServer server({Connection{ok("")}});

  (void)send({.method = method, .url = server.url("/")});

  const std::string request = server.requests().at(0);
  CHECK(request.rfind(method + " / HTTP/1.1\r\n", 0) == 0);
  CHECK(request.find("Content-Type") == std::string::npos);
}

TEST_CASE("a HEAD request awaits no body", "[platform][http]") {
  ScriptedServer server({Connection{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"}});

  CHECK(send({.method = "HEAD", .url = server.url("/")}).code == 200);
}

TEST_CASE("error codes and redirects are answers", "[platform][http]") {
  ScriptedServer server(
      {Connection{"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
                  "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"}});
  const auto transport = make_http_transport();

  CHECK(transport->send({.url = server.url("/")}).body == "no");
  CHECK(transport->send({.url = server.url("/")}).code == 302);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("the next request uses the same connection", "[platform][http]") {
  ScriptedServer server({Connection{ok("1"), ok("2"), ok("3")}});
  const auto transport = make_http_transport();

  CHECK(transport->send({.url = server.url("/")}).body == "1");
  CHECK(transport->send({.url = server.url("/")}).body == "2");
  CHECK(transport->send({.method = "DELETE", .url = server.url("/")}).body == "3");
}

TEST_CASE("a stale connection is replaced for what is safe to repeat", "[platform][http]") {
  const std::string method = GENERATE("GET", "PUT", "DELETE");
  ScriptedServer server({Connection{ok("1"), ""}, Connection{ok("2")}});
  const auto transport = make_http_transport();

  CHECK(transport->send({.url = server.url("/")}).body == "1");
  CHECK(transport->send({.method = method, .url = server.url("/")}).body == "2");
  CHECK(server.requests().size() == 3);
}

TEST_CASE("a replaced connection is not replaced again", "[platform][http]") {
  ScriptedServer server({Connection{ok("1"), ""}, Connection{""}, Connection{ok("2")}});
  const auto transport = make_http_transport();
  (void)transport->send({.url = server.url("/")});

  CHECK_THROWS_AS(transport->send({.url = server.url("/")}), HttpError);
  CHECK(server.requests().size() == 3);
}

TEST_CASE("what is not safe to repeat is sent once", "[platform][http]") {
  const std::string method = GENERATE("POST", "PATCH");
  ScriptedServer server(
      {Connection{ok("1"), ok("not reached")}, Connection{""}, Connection{ok("not reached")}});
  const auto transport = make_http_transport();
  (void)transport->send({.url = server.url("/")});

  CHECK_THROWS_AS(transport->send({.method = method, .url = server.url("/")}), HttpError);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a body that ends early is no answer", "[platform][http]") {
  const std::string answer =
      GENERATE("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
               "HTTP/1.1 200 OK\r\nContent-Le");
  ScriptedServer server({Connection{answer}});

  CHECK(failure_of({.url = server.url("/v2.1/servers")})
            .rfind("GET " + server.url("/v2.1/servers") + " got no answer: ", 0) == 0);
}

TEST_CASE("a request without an answer in time fails", "[platform][http]") {
  ScriptedServer server({Connection{silence}});

  CHECK(failure_of({.url = server.url("/"), .timeout = 100ms}) ==
        "GET " + server.url("/") + " got no answer: Timeout was reached");
}

TEST_CASE("a server that does not listen is named with the reason", "[platform][http]") {
  std::string address;
  {
    const Listener listener;
    address = listener.address();
  }

  CHECK(failure_of({.url = "http://" + address + "/"}) ==
        "GET http://" + address +
            "/ got no answer: Couldn't connect to server (Connection refused)");
}

TEST_CASE("an error tells nothing secret of its request", "[platform][http]") {
  ScriptedServer server({Connection{""}});
  std::string url = server.url("/v3/auth?token=s3cret");
  url.insert(url.find("127"), "user:s3cret@");

  const std::string failure = failure_of(
      {.method = "POST", .url = url, .headers = {{"X-Auth-Token", "s3cret"}}, .body = "s3cret"});

  CHECK(failure.find("s3cret") == std::string::npos);
  CHECK(failure.rfind("POST " + server.url("/v3/auth") + " got no answer: ", 0) == 0);
}

TEST_CASE("only HTTP is spoken", "[platform][http]") {
  CHECK_THROWS_AS(send({.url = "file:///etc/passwd"}), HttpError);
}

TEST_CASE("a header with a line break is a mistake of ours", "[platform][http]") {
  CHECK_THROWS_AS(send({.url = "http://127.0.0.1:1/", .headers = {{"A", "b\r\nC: d"}}}),
                  std::logic_error);
}

TEST_CASE("the model's proxy is used unless the host is excepted", "[platform][http]") {
  ScriptedServer proxy({Connection{ok("proxied")}});
  ScriptedServer server({Connection{ok("direct")}});
  const Variable http("JUJU_CHARM_HTTP_PROXY", proxy.url(""));

  CHECK(send({.url = "http://keystone.test:5000/v3"}).body == "proxied");
  CHECK(proxy.requests().at(0).rfind("GET http://keystone.test:5000/v3 HTTP/1.1\r\n", 0) == 0);

  const Variable no("JUJU_CHARM_NO_PROXY", "localhost,127.0.0.1");
  CHECK(send({.url = server.url("/")}).body == "direct");
}
