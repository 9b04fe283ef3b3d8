// Whole runs against the emulated cloud.

#include <condition_variable>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "node/bed.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

using namespace ncc;
using namespace ncc::node;
using namespace ncc::node::test;
using Catch::Contains;

TEST_CASE("row 111: numbers 1, 2 and 4 are taken, so the node is number 3", "[node][cloud]") {
  Bed bed;
  for (const char* name : {"compute_1", "compute_2", "compute_4"}) {
    bed.add_server(name);
  }

  const Result result = bed.run();

  CHECK(result.failure.empty());
  CHECK(result.names.server == "compute_3");
  CHECK(result.names.fqdn == "compute-3.example.org");
  CHECK(bed.things() == Things{4, 1, 1, 1});
  const auto& state = bed.cloud.state;
  const fake_cloud::Server& server = state.servers.back();
  CHECK(server.name == "compute_3");
  CHECK(server.status == "ACTIVE");
  CHECK(server.metadata.at("nodemgr-run") == "4f2a9c01");
  CHECK(server.metadata.at("nodemgr-index") == "3");
  CHECK(from_base64(server.user_data) == "#!/bin/sh\nhostname compute-3.example.org\n");
  CHECK(state.volumes.at(0).name == "compute_3");
  CHECK(state.volumes.at(0).status == "in-use");
  CHECK(state.volumes.at(0).server == server.id);
  CHECK(state.records.at(0).name == "compute-3.example.org.");
  CHECK(state.records.at(0).records == std::vector<std::string>{state.ports.at(0).address});
  CHECK(result.address == state.ports.at(0).address);
}

TEST_CASE("row 117: without volume and DNS these steps are skipped", "[node][cloud]") {
  Bed bed;
  bed.request.volume.size_gib = 0;
  bed.request.dns_zone = "";
  bed.cloud.state.settings.absent_services = {"volumev3", "dns"};

  CHECK(bed.run().failure.empty());
  CHECK(bed.things() == Things{1, 0, 0, 1});
}

TEST_CASE("row 114: a volume in error is removed, and no server is made", "[node][cloud]") {
  Bed bed;
  bed.cloud.state.settings.volume_fails = {{"create", 1}};

  const Result result = bed.run();

  CHECK_THAT(result.failure, Contains("is in status error"));
  CHECK(bed.count("POST", "/servers") == 0);
  CHECK(bed.things() == nothing);
}

TEST_CASE("row 115: a server in ERROR is told with its fault, and all of it goes, once",
          "[node][cloud]") {
  Bed bed;
  bed.cloud.state.settings.spawn_fails = {{"host-1", "No valid host was found. Tough luck."}};

  const Result result = bed.run();

  CHECK_THAT(result.failure, Contains("Tough luck"));
  CHECK(bed.count("POST", "/servers") == 1);
  CHECK(bed.things() == nothing);
  CHECK(result.left.empty());
}

TEST_CASE("row 116: a record of the same data is fine, one with other data fails and stays",
          "[node][cloud]") {
  Bed bed;
  const auto [address, fails] =
      GENERATE(table<std::string, bool>({{"10.99.0.10", false}, {"10.0.0.9", true}}));
  bed.cloud.state.records = {{.id = "11111111-0043-4cc6-a1bb-69d5e86f3ca3",
                              .zone = bed.cloud.state.zones[0].id,
                              .name = "compute-1.example.org.",
                              .records = {address}}};

  const Result result = bed.run();

  CHECK(result.failure.empty() == !fails);
  if (fails) {
    CHECK_THAT(result.failure, Contains("is there already, with 10.0.0.9"));
    CHECK(bed.things() == Things{0, 0, 1, 0});
  } else {
    CHECK(bed.things() == one_node);
  }
  CHECK(bed.cloud.state.records[0].records == std::vector<std::string>{address});
}

TEST_CASE("row 116: a record that comes between look and request is told by its data",
          "[node][cloud]") {
  Bed bed;
  bed.meanwhile = [&](const HttpRequest& sent) {
    if (sent.method == "POST" && sent.url.ends_with("/recordsets") &&
        bed.cloud.state.records.empty()) {
      bed.cloud.state.records = {{.id = "11111111-0043-4cc6-a1bb-69d5e86f3ca3",
                                  .zone = bed.cloud.state.zones[0].id,
                                  .name = "compute-1.example.org.",
                                  .records = {"10.0.0.9"}}};
    }
  };

  CHECK_THAT(bed.run().failure, Contains("is there already"));
  CHECK(bed.things() == Things{0, 0, 1, 0});
}

TEST_CASE("row 119: a node that never registers fails at the deadline; it goes, or is kept",
          "[node][cloud]") {
  Bed bed;
  bed.registers = false;
  bed.request.keep_on_failure = GENERATE(false, true);

  const Result result = bed.run();

  CHECK_THAT(result.failure, Contains("out of time after 600 s") && Contains("nova-compute on"));
  CHECK(bed.clock.seconds() < 660);
  CHECK(bed.things() == (bed.request.keep_on_failure ? one_node : nothing));
  CHECK(result.left.size() == (bed.request.keep_on_failure ? 3 : 0));
  if (bed.request.keep_on_failure) {
    bed.registers = true;
    resume_run(bed.journal, bed.now());
    CHECK(bed.run().failure.empty());
    CHECK(bed.count("POST", "/servers") == 1);
    CHECK(bed.things() == one_node);
  }
}

TEST_CASE("a cloud that is slow is waited for", "[node][cloud]") {
  Bed bed;
  bed.cloud.state.settings.volume_seconds = 20;
  bed.cloud.state.settings.build_seconds = 40;
  bed.cloud.state.settings.dns_seconds = 10;

  CHECK(bed.run().failure.empty());
  CHECK(bed.things() == one_node);
}

TEST_CASE("several images of a name: the newest, unless it must be one", "[node][cloud]") {
  Bed bed;
  bed.cloud.state.images.push_back(
      {"88888888-31e7-49b7-b260-868f441e862b", "cirros", "active", 1'650'000'000});
  bed.request.strict = GENERATE(false, true);

  const Result result = bed.run();

  if (bed.request.strict) {
    CHECK_THAT(result.failure, Contains("image: the cloud has 2 images"));
    CHECK(bed.things() == nothing);
  } else {
    CHECK(bed.cloud.state.servers.at(0).image == "88888888-31e7-49b7-b260-868f441e862b");
  }
}

TEST_CASE("what the cloud does not have is named, and nothing is made", "[node][cloud]") {
  Bed bed;
  std::string field;
  SECTION("image") {
    bed.request.image = field = "image";
  }
  SECTION("flavor") {
    bed.request.flavor = field = "flavor";
  }
  SECTION("network") {
    bed.request.network = field = "network";
  }
  SECTION("zone") {
    field = "dns-zone";
    bed.request.domain = bed.request.dns_zone = "other.org";
  }
  SECTION("numbers") {
    field = "no number is free";
    bed.request.max = 1;
    bed.add_server("compute_1");
    CHECK_THAT(bed.run().failure, Contains(field));
    CHECK(bed.things().servers == 1);
    return;
  }
  SECTION("Designate") {
    field = "no endpoint of type dns";
    bed.cloud.state.settings.designate = false;
    CHECK_THAT(bed.run().failure, Contains(field));
    return;
  }

  const Result result = bed.run();

  CHECK_THAT(result.failure, Contains(field + ": "));
  CHECK(bed.things() == nothing);
}

TEST_CASE("user data that Nova refuses is in no message", "[node][cloud]") {
  Bed bed;
  bed.request.user_data = "password " + std::string(60'000, 'x');

  const Result result = bed.run();

  CHECK_THAT(result.failure, Contains("the user data is refused"));
  for (const std::string& line : bed.told) {
    CHECK_THAT(line, !Contains("xxxx") && !Contains("cGFzc3dvcmQ"));
  }
  CHECK(bed.things() == nothing);
}

TEST_CASE("a server that somebody deletes meanwhile is told, and the rest goes", "[node][cloud]") {
  Bed bed;
  bed.registers = false;
  bed.meanwhile = [&](const HttpRequest& sent) {
    if (sent.url.find("os-services") != std::string::npos && bed.clock.seconds() > 60) {
      bed.cloud.state.servers.clear();
      bed.cloud.state.ports.clear();
      for (auto& volume : bed.cloud.state.volumes) {
        volume.status = "available";
        volume.server.reset();
      }
    }
  };

  CHECK_THAT(bed.run().failure, Contains("is gone"));
  CHECK(bed.count("POST", "/servers") == 1);
  CHECK(bed.things() == nothing);
}

TEST_CASE("row 112: another run takes the number between look and request", "[node][cloud]") {
  Bed bed;
  const bool older = GENERATE(true, false);
  bed.meanwhile = [&](const HttpRequest& sent) {
    if (sent.method == "POST" && sent.url.ends_with("/servers") &&
        bed.cloud.state.servers.empty()) {
      fake_cloud::Server& other = bed.add_server("compute_1");
      other.created_at = bed.now() + (older ? -1 : 1);
      other.metadata = {{"nodemgr-run", "other"}};
    }
  };

  const Result result = bed.run();

  CHECK(result.failure.empty());
  CHECK(result.names.server == (older ? "compute_2" : "compute_1"));
  CHECK(bed.things() == Things{2, 1, 1, 1});
  CHECK(bed.cloud.state.volumes.at(0).name == result.names.server);
}

namespace {

/// Lets one of two threads go on at a time; at each request it may be the other's turn.
class Baton {
 public:
  explicit Baton(unsigned seed) : random_(seed) {}

  void take(int me) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == me; });
  }

  void pass_or_keep(int me) {
    std::unique_lock lock(mutex_);
    if (!done_ && random_() % 2 == 0) {
      turn_ = 1 - me;
      changed_.notify_all();
      changed_.wait(lock, [&] { return turn_ == me; });
    }
  }

  void end(int me) {
    const std::lock_guard lock(mutex_);
    done_ = true;
    turn_ = 1 - me;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_ = {};
  std::condition_variable changed_ = {};
  std::mt19937 random_;
  int turn_ = 0;
  bool done_ = false;
};

}  // namespace

TEST_CASE("row 112: two runs at once, whoever is when at what, make two nodes of two names",
          "[node][cloud]") {
  for (unsigned seed = 0; seed < 150; ++seed) {
    Bed bed;
    Baton baton(seed);
    testing::MemoryJournal other_journal;
    CloudHttp other_http(bed.cloud, bed.clock, bed.reaper);
    bed.meanwhile = [&](const HttpRequest&) { baton.pass_or_keep(0); };
    other_http.before_request = [&](const HttpRequest&) { baton.pass_or_keep(1); };
    bed.request.awaits_compute = false;
    const Platform other_platform{bed.processes, bed.files, other_http, bed.clock};
    begin_run(bed.journal, "first", bed.now());
    begin_run(other_journal, "second", bed.now());
    Result first;
    Result second;

    std::thread one([&] {
      baton.take(0);
      first = bed.run();
      baton.end(0);
    });
    std::thread two([&] {
      baton.take(1);
      openstack::Session session(other_platform, bed.credentials);
      second = node::run(other_platform, session, other_journal, bed.request, {});
      baton.end(1);
    });
    one.join();
    two.join();
    bed.meanwhile = {};

    INFO("seed " << seed << ": " << first.failure << " / " << second.failure);
    REQUIRE(first.failure.empty());
    REQUIRE(second.failure.empty());
    REQUIRE(std::set{first.names.server, second.names.server} ==
            std::set<std::string>{"compute_1", "compute_2"});
    REQUIRE(bed.things() == Things{2, 2, 2, 2});
    REQUIRE(bed.cloud.state.servers[0].name != bed.cloud.state.servers[1].name);
  }
}
