#include "cloud/server.hpp"

#include <atomic>

#include <httplib.h>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using ncc::fake_cloud::Cloud;
using ncc::fake_cloud::CloudServer;

namespace {

httplib::Client client_of(const CloudServer& server) {
  return httplib::Client("127.0.0.1", server.port());
}

void set_fault(const CloudServer& server, const std::string& fault) {
  REQUIRE(client_of(server).Post("/_emulator/faults", fault, "application/json")->status == 200);
}

}  // namespace

TEST_CASE("the server answers over HTTP and tells its own address in the catalog",
          "[cloud][server]") {
  const CloudServer server(Cloud{}, {});

  const auto result = client_of(server).Get("/v3");

  REQUIRE(result);
  CHECK(result->status == 200);
  CHECK(nlohmann::json::parse(result->body)["version"]["links"][0]["href"] ==
        server.url() + "/v3/");
  CHECK(server.url() == "http://127.0.0.1:" + std::to_string(server.port()));
}

TEST_CASE("bodies of requests and kept connections arrive", "[cloud][server]") {
  const CloudServer server(Cloud{}, {});
  httplib::Client client = client_of(server);
  client.set_keep_alive(true);

  for (int i = 0; i < 3; ++i) {
    const auto advanced = client.Post("/_emulator/clock", R"({"advance":1})", "application/json");
    REQUIRE(advanced);
    CHECK(advanced->status == 200);
  }
  CHECK(client.Delete("/_emulator/requests")->status == 200);
  CHECK(client.Put("/_emulator/state", "{}", "application/json")->status == 200);
}

TEST_CASE("a dropped connection ends without an answer", "[cloud][server]") {
  const CloudServer server(Cloud{}, {});
  set_fault(server, R"({"path":"/v3","drop":"before"})");

  const auto dropped = client_of(server).Get("/v3");
  const auto next = client_of(server).Get("/v3");

  CHECK(!dropped);
  CHECK(dropped.error() == httplib::Error::Read);
  REQUIRE(next);
  CHECK(next->status == 200);
}

TEST_CASE("a truncated body is shorter than announced", "[cloud][server]") {
  const CloudServer server(Cloud{}, {});
  const std::size_t whole = client_of(server).Get("/v3")->body.size();
  set_fault(server, R"({"path":"/v3","truncate":true})");
  std::size_t announced = 0;
  std::size_t received = 0;

  const auto result = client_of(server).Get(
      "/v3",
      [&](const httplib::Response& response) {
        announced = std::stoul(response.get_header_value("Content-Length"));
        return true;
      },
      [&](const char*, std::size_t size) {
        received += size;
        return true;
      });

  CHECK(!result);
  CHECK(announced == whole);
  CHECK(received == whole / 2);
}

TEST_CASE("a delayed answer does not delay others", "[cloud][server]") {
  const CloudServer server(Cloud{}, {});
  set_fault(server, R"({"path":"/v3","delay_ms":60000})");
  httplib::Client slow = client_of(server);
  slow.set_read_timeout(std::chrono::milliseconds(100));

  CHECK(!slow.Get("/v3"));
  CHECK(client_of(server).Get("/")->status == 300);
}

TEST_CASE("each request is followed by a look at the world", "[cloud][server]") {
  std::atomic<int> looks = 0;
  const CloudServer server(Cloud{}, {}, [&](const Cloud&) { ++looks; });

  client_of(server).Get("/v3");

  CHECK(looks == 1);
}

TEST_CASE("an address that cannot be bound is an error", "[cloud][server]") {
  CHECK_THROWS_AS(CloudServer(Cloud{}, {"203.0.113.1", 0, ""}), std::runtime_error);
}
