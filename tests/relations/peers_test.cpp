#include <string>

#include "relations.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;

TEST_CASE("orders come back as they were published", "[relations][unit]") {
  const Orders orders{
      {"nova-compute/3",
       {.number = 4, .run = "4f2a9c01", .want = Want::ended, .purge_orphans = true}},
      {"nova-compute/10", {.number = 1, .run = "00000001", .want = Want::tombstoned}}};

  CHECK(read_orders({{"scale-in", to_text(orders)}}) == orders);
}

TEST_CASE("without the key there are no orders", "[relations][unit]") {
  CHECK(read_orders({}).empty());
  CHECK(read_orders({{"scale-in", ""}}).empty());
}

TEST_CASE("orders of a wrong form name the key", "[relations][unit]") {
  for (const std::string text : {"no json",
                                 "[]",
                                 R"({"nova-compute/3": 1})",
                                 R"({"nova-compute/3": {"want": "gone"}})",
                                 R"({"nova-compute/3": {"want": "ended", "number": "x"}})"}) {
    INFO(text);
    try {
      (void)read_orders({{"scale-in", text}});
      FAIL("was taken");
    } catch (const ConfigError& error) {
      CHECK(error.field().starts_with("compute-peer: scale-in"));
    }
  }
}

TEST_CASE("peers are sorted by number and one without a host name has none", "[relations][unit]") {
  const RemoteUnits remote{.related = true,
                           .units = {{"nova-compute/10", {{"hostname", "h10"}}},
                                     {"nova-compute/2",
                                      {{"hostname", "h2"},
                                       {"scale-in",
                                        to_text(Reached{.number = 3,
                                                        .run = "4f2a9c01",
                                                        .want = Want::tombstoned,
                                                        .pending = "tombstone of the chassis"})}}},
                                     {"nova-compute/1", {}}}};

  const std::vector<Peer> peers = read_peers(remote);

  REQUIRE(peers.size() == 3);
  CHECK_FALSE(peers[0].host);
  CHECK(peers[1].host == HostName("h2"));
  CHECK(peers[1].reached == Reached{.number = 3,
                                    .run = "4f2a9c01",
                                    .want = Want::tombstoned,
                                    .pending = "tombstone of the chassis"});
  CHECK(peers[2].host == HostName("h10"));
}
