// What goes in and out of the action as text.

#include <string>

#include <nlohmann/json.hpp>

#include "reshard.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using namespace ncc::reshard;
using nlohmann::json;

namespace {

Uuid uuid(int number) {
  const std::string digits = std::to_string(number);
  return Uuid("00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits);
}

json listed(const Result& result, const std::string& name) {
  return json::parse(to_values(result).at(name));
}

}  // namespace

TEST_CASE("without parameters only orphans move, sixteen at a time", "[reshard][unit]") {
  const Request request = read_request({});

  CHECK(request.orphans_only);
  CHECK(request.parallel == 16);
  CHECK(request.timeout == std::chrono::seconds(600));
  CHECK_FALSE(request.plan);
  CHECK(request.limit == 0);
}

TEST_CASE("every parameter is read", "[reshard][unit]") {
  const Request request = read_request({{"plan", "true"},
                                        {"orphans-only", "false"},
                                        {"given-up", "s1, s2"},
                                        {"parallel", "4"},
                                        {"limit", "9"},
                                        {"timeout", "30"}});

  CHECK(request.plan);
  CHECK_FALSE(request.orphans_only);
  CHECK(request.given_up == std::set<Shard>{"s1", "s2"});
  CHECK(request.parallel == 4);
  CHECK(request.limit == 9);
  CHECK(request.timeout == std::chrono::seconds(30));
}

TEST_CASE("a bad parameter is named", "[reshard][unit]") {
  const auto [name, value, text] = GENERATE(table<std::string, std::string, std::string>({
      {"parallel", "0", "parallel: is no whole number from 1 to 64"},
      {"parallel", "65", "parallel: is no whole number from 1 to 64"},
      {"limit", "-1", "limit: is no whole number from 0 to 1000000"},
      {"timeout", "soon", "timeout: is no whole number from 1 to 1000000"},
      {"plan", "perhaps", "plan: is neither true nor false"},
  }));

  CHECK_THROWS_WITH(read_request({{name, value}}), text);
}

TEST_CASE("lists show a hundred, and the numbers all", "[reshard][unit]") {
  Result result;
  for (int i = 0; i < 150; ++i) {
    result.plan.push_back({uuid(i), "", "b"});
    result.deferred.push_back({uuid(i).str(), "locked"});
    result.gone.push_back(uuid(i).str());
  }

  CHECK(listed(result, "plan").size() == 100);
  CHECK(listed(result, "plan")[0] == json{{"node", uuid(0).str()}, {"from", ""}, {"to", "b"}});
  CHECK(listed(result, "deferred").size() == 100);
  CHECK(listed(result, "deferred")[1] == json{{"node", uuid(1).str()}, {"reason", "locked"}});
  CHECK(listed(result, "gone")[2] == uuid(2).str());
  CHECK(to_values(result).at("planned") == "150");
  CHECK(to_values(result).at("deferred-count") == "150");
  CHECK(to_values(result).at("gone-count") == "150");
}

TEST_CASE("nodes that stay without a shard are counted by conductor group and reason",
          "[reshard][unit]") {
  Result result;
  result.unplaced["rack1"] = {.with_instance = 2, .without_room = 3};

  const json rows = listed(result, "unplaced");

  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["conductor-group"] == "rack1");
  CHECK(rows[0]["nodes"] == 3);
  CHECK(rows[1]["nodes"] == 2);
  CHECK(rows[1]["reason"].get<std::string>().find("instance") != std::string::npos);
}

TEST_CASE("shards are listed with their nodes before and after", "[reshard][unit]") {
  Result result;
  result.shards["b"] = {.before = 3, .after = 5};

  CHECK(listed(result, "shards") == json::parse(R"([{"shard": "b", "before": 3, "after": 5}])"));
}
