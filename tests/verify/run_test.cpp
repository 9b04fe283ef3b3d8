// Whole proofs against the emulated cloud: what passes, what is skipped, and the step that is named
// for each fault.

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "verify/bed.hpp"

using namespace ncc;
using namespace ncc::verify;
using namespace ncc::verify::test;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

namespace {

const std::string network_id = "ae34051f-aa6c-4c75-abf5-50dc9ac99ef3";

/// Lines of requests that changed something: "POST /compute/v2.1/servers".
int requests(const Bed& bed, const std::string& method, const std::string& ending) {
  int count = 0;
  for (const fake_cloud::LogEntry& entry : bed.cloud.log) {
    count += entry.method == method && entry.path.ends_with(ending) ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("row 120: every step of a healthy host passes, and nothing is left",
          "[verify][scenario]") {
  Bed bed;
  const json before = bed.things();
  bed.request.network = "net";

  const auto results = bed.results();

  CHECK(results == std::map<std::string, std::string>{{"service", "passed"},
                                                      {"hypervisor", "passed"},
                                                      {"inventory", "passed"},
                                                      {"chassis", "passed"},
                                                      {"metadata", "passed"},
                                                      {"keypair", "passed"},
                                                      {"flavor", "passed"},
                                                      {"image", "passed"},
                                                      {"boot", "passed"},
                                                      {"security-group", "passed"},
                                                      {"host", "passed"},
                                                      {"console", "passed"},
                                                      {"vnc", "passed"},
                                                      {"volume", "passed"},
                                                      {"resize", "passed"},
                                                      {"resize-revert", "passed"},
                                                      {"delete", "passed"}});
  CHECK(bed.report.failure().empty());
  CHECK(bed.detail_of("resize") == "from n1 to n2");
  CHECK(bed.detail_of("resize-revert") == "back on n1");
  CHECK(bed.things() == before);
}

TEST_CASE("the VM has our key and our security group", "[verify][scenario]") {
  Bed bed;
  bed.request.network = network_id;

  static_cast<void>(bed.run());

  std::string body;
  for (const fake_cloud::LogEntry& entry : bed.cloud.log) {
    body = entry.method == "POST" && entry.path == "/compute/v2.1/servers" ? entry.body : body;
  }
  const json asked = json::parse(body)["server"];
  const std::string name = asked["name"];
  CHECK_THAT(name, Catch::Matchers::StartsWith("verify-nova-compute-1-"));
  CHECK(asked["key_name"] == name);
  CHECK(asked["security_groups"] == json::array({{{"name", name}}}));
  CHECK(asked["host"] == "n1");
  CHECK(asked["networks"] == json::array({{{"uuid", network_id}}}));
}

TEST_CASE("no secret of a console is told", "[verify][scenario]") {
  Bed bed;

  static_cast<void>(bed.failed());

  CHECK(bed.detail_of("vnc") == "noVNC at http://127.0.0.1:6080");
  CHECK_THAT(bed.said + bed.report.json() + bed.report.table(), !Contains("token"));
}

TEST_CASE("steps whose service the cloud lacks are skipped with the reason", "[verify][scenario]") {
  Bed bed;
  bed.cloud.state.settings.cinder_type = "";
  bed.cloud.state.settings.has_agents_api = false;

  const auto results = bed.results();

  CHECK(results.at("volume") == "skipped");
  CHECK(bed.detail_of("volume") == "the cloud has no Cinder");
  CHECK(results.at("chassis") == "skipped");
  CHECK(results.at("metadata") == "skipped");
  CHECK(results.at("boot") == "passed");
  CHECK(bed.report.failure().empty());
}

TEST_CASE("a cloud without Neutron has neither agents nor security groups", "[verify][scenario]") {
  Bed bed;
  bed.cloud.state.settings.absent_services = {"network"};

  const auto results = bed.results();

  CHECK(results.at("chassis") == "skipped");
  CHECK(results.at("security-group") == "skipped");
  CHECK(bed.report.failure().empty());
}

TEST_CASE("row 123: a service missing in the catalog is named with interface and region",
          "[verify][scenario]") {
  Bed bed;
  bed.cloud.state.settings.absent_services = {"placement"};

  CHECK(bed.failed() == Names{"inventory"});
  CHECK_THAT(bed.detail_of("inventory"),
             Contains("placement") && Contains("internal") && Contains("RegionOne"));
}

TEST_CASE("a screen is asked for where the consoles are VNC's", "[verify][scenario]") {
  Bed bed;
  bed.node.shows_vnc = false;

  CHECK(bed.results().at("vnc") == "skipped");
}

TEST_CASE("a resize needs another host, or leave to stay", "[verify][scenario]") {
  Bed bed;
  bed.control("POST /_emulator/compute", {{"host", "n2"}, {"action", "delete-record"}});

  auto results = bed.results();
  CHECK(results.at("resize") == "skipped");
  CHECK_THAT(bed.detail_of("resize-revert"), Contains("no other host"));

  bed.node.resizes_to_itself = true;
  bed.cloud.state.settings.resize_to_same_host = true;
  results = bed.results();
  CHECK(results.at("resize") == "passed");
  CHECK(bed.detail_of("resize") == "confirmed on n1");

  bed.node.resize_enabled = false;
  CHECK(bed.results().at("resize") == "skipped");
  CHECK_THAT(bed.detail_of("resize"), Contains("enable-resize"));
}

TEST_CASE("chosen steps are done with what they need, and no others", "[verify][scenario]") {
  Bed bed;
  bed.request = read_request({{"checks", "console"}});

  CHECK(bed.results() == std::map<std::string, std::string>{{"flavor", "passed"},
                                                            {"image", "passed"},
                                                            {"boot", "passed"},
                                                            {"console", "passed"},
                                                            {"delete", "passed"}});
  CHECK(requests(bed, "POST", "/os-keypairs") == 0);

  bed.request = read_request({{"checks", "service"}});
  CHECK(bed.results() == std::map<std::string, std::string>{{"service", "passed"}});
}

TEST_CASE("row 121: the fault of a VM in ERROR is told, and it is removed", "[verify][scenario]") {
  Bed bed;
  bed.cloud.state.settings.spawn_fails = {{"n1", "libvirt is not well"}};
  const json before = bed.things();

  const auto results = bed.results();

  CHECK(results.at("boot") == "failed");
  CHECK_THAT(bed.detail_of("boot"), Contains("libvirt is not well"));
  CHECK(results.at("volume") == "skipped");
  CHECK(bed.detail_of("volume") == "needs boot");
  CHECK(results.at("delete") == "passed");
  CHECK(bed.things() == before);
}

TEST_CASE("each thing that is broken fails its own step", "[verify][scenario]") {
  Bed bed;
  fake_cloud::Settings& settings = bed.cloud.state.settings;
  const json before = bed.things();

  SECTION("the service is stopped") {
    bed.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "stop"}});
    bed.control("POST /_emulator/clock", {{"advance", 100}});
    CHECK(bed.failed() == Names{"service"});
    CHECK(bed.detail_of("boot") == "needs service");
  }
  SECTION("the chassis is gone") {
    bed.control("POST /_emulator/agents",
                {{"host", "n1"}, {"kind", "controller"}, {"remove", true}});
    CHECK(bed.failed() == Names{"chassis", "metadata"});
  }
  SECTION("Nova knows the key as another one") {
    bed.fault({{"method", "POST"},
               {"path", "/os-keypairs$"},
               {"status", 201},
               {"process", true},
               {"body", R"({"keypair": {"name": "x", "fingerprint": "00:11"}})"}});
    CHECK(bed.failed() == Names{"keypair"});
    CHECK_THAT(bed.detail_of("keypair"), Contains("00:11"));
  }
  SECTION("there is no image") {
    bed.cloud.state.images[0].status = "queued";
    CHECK(bed.failed() == Names{"image"});
    CHECK(bed.detail_of("boot") == "needs image");
    bed.cloud.state.images[0].status = "active";
  }
  SECTION("there is no such flavor") {
    bed.request.flavor = "huge";
    CHECK(bed.failed() == Names{"flavor"});
    CHECK(bed.detail_of("flavor") == "the cloud has no flavor \"huge\"");
  }
  SECTION("a volume cannot be made") {
    settings.volume_fails = {{"create", 1}};
    CHECK(bed.failed() == Names{"volume"});
    CHECK(bed.detail_of("volume") == "create: the volume is error");
  }
  SECTION("a volume cannot be attached") {
    settings.volume_fails = {{"attach", 1}};
    CHECK(bed.failed() == Names{"volume"});
    CHECK_THAT(bed.detail_of("volume"), Contains("attach: the volume is available"));
  }
  SECTION("a volume cannot be detached") {
    settings.volume_fails = {{"detach", 1}};
    CHECK(bed.failed() == Names{"volume"});
    CHECK_THAT(bed.detail_of("volume"), Contains("detach: the volume is in-use"));
  }
  SECTION("a volume cannot be deleted at once") {
    settings.volume_fails = {{"delete", 1}};
    CHECK(bed.failed() == Names{"volume"});
  }
  SECTION("the quota of volumes is used up") {
    settings.volume_quota = 0;
    CHECK(bed.failed() == Names{"volume"});
    CHECK_THAT(bed.detail_of("volume"), Contains("413") && Contains("Maximum number of volumes"));
  }
  SECTION("no host takes the resized VM") {
    settings.move_plans[""] = {"error", 1};
    CHECK(bed.failed() == Names{"resize-revert"});
    CHECK_THAT(bed.detail_of("resize-revert"), Contains("No valid host was found"));
    CHECK(bed.detail_of("resize") == "needs resize-revert");
  }
  SECTION("the confirmation is never done") {
    settings.move_plans[""] = {"unconfirmed", 1};
    CHECK(bed.failed() == Names{"resize"});
    CHECK_THAT(bed.detail_of("resize"), Contains("VERIFY_RESIZE after"));
  }
  SECTION("the console shows nothing") {
    settings.console = "";
    CHECK(bed.failed() == Names{"console"});
    CHECK_THAT(bed.detail_of("console"), Contains("has shown nothing after 6"));
  }
  SECTION("there is no console at all") {
    bed.fault({{"method", "POST"}, {"path", "/action$"}, {"status", 404}});
    CHECK(bed.failed() == Names{"console"});
  }
  SECTION("there is no screen") {
    bed.fault({{"path", "/remote-consoles$"}, {"status", 409}});
    CHECK(bed.failed() == Names{"vnc"});
    CHECK_THAT(bed.detail_of("vnc"), Contains("409"));
  }
  SECTION("keypairs are forbidden") {
    bed.fault({{"method", "POST"}, {"path", "/os-keypairs$"}, {"status", 403}});
    CHECK(bed.failed() == Names{"keypair"});
  }
  SECTION("security groups are broken") {
    bed.fault({{"method", "POST"}, {"path", "/security-groups$"}, {"status", 500}});
    CHECK(bed.failed() == Names{"security-group"});
  }
  CHECK(bed.things() == before);
}

TEST_CASE("what does not go is named for a person", "[verify][scenario]") {
  Bed bed;
  bed.fault({{"method", "DELETE"}, {"path", "/os-keypairs/"}, {"count", 0}, {"status", 403}});

  CHECK(bed.failed() == Names{"delete"});
  CHECK_THAT(bed.detail_of("delete"), Contains("keypair verify-nova-compute-1-"));
}

TEST_CASE("a cloud that does not list security groups costs no time before the steps",
          "[verify][scenario]") {
  Bed bed;
  bed.fault({{"method", "GET"}, {"path", "/security-groups$"}, {"count", 0}, {"status", 403}});

  CHECK(bed.failed() == Names{"delete"});
  CHECK_THAT(bed.detail_of("delete"), Contains("403"));
  CHECK(bed.clock.seconds() < 30);
}

TEST_CASE("row 123: a catalog without Nova is told by the first step", "[verify][scenario]") {
  Bed bed;
  bed.cloud.state.settings.absent_services = {"compute"};

  CHECK_FALSE(bed.failed().empty());
  CHECK_THAT(bed.detail_of("service"),
             Contains("compute") && Contains("internal") && Contains("RegionOne"));
}

TEST_CASE("the deadline is for all steps together", "[verify][scenario]") {
  Bed bed;
  bed.cloud.state.settings.spawn_hangs = {"n1"};
  bed.request.timeout = std::chrono::seconds(10);
  const double begun = bed.clock.seconds();

  CHECK(bed.failed() == Names{"boot"});

  CHECK_THAT(bed.detail_of("boot"), Contains("BUILD"));
  CHECK(bed.clock.seconds() - begun < 15);
}

TEST_CASE("when time is over, what is left is not begun", "[verify][scenario]") {
  Bed bed;
  bed.cloud.state.settings.volume_seconds = 1000;

  CHECK(bed.failed() == Names{"volume", "delete"});

  CHECK_THAT(bed.detail_of("volume"), Contains("create: the volume is creating after"));
  CHECK(bed.detail_of("resize") == "no time is left");
  CHECK_THAT(bed.detail_of("delete"), Contains("(creating)"));
}

TEST_CASE("row 122: a wrong password is tried once", "[verify][scenario]") {
  Bed bed;
  bed.credentials.password = Secret("wrong");

  CHECK_THROWS_AS(bed.run(), HttpError);
  CHECK(requests(bed, "POST", "/v3/auth/tokens") == 1);
}

TEST_CASE("row 122: a password that was changed meanwhile is tried once more, not again",
          "[verify][scenario]") {
  Bed bed;
  bool changed = false;
  bed.http.before_request = [&](const HttpRequest& sent) {
    if (!changed && sent.method == "POST" && sent.url.ends_with("/os-keypairs")) {
      changed = true;
      bed.cloud.tokens.clear();
      bed.cloud.state.users[0].password = "another";
    }
  };

  CHECK_FALSE(bed.failed().empty());
  CHECK(requests(bed, "POST", "/v3/auth/tokens") == 2);
}

TEST_CASE("things of other units, models and runs are not touched", "[verify][scenario]") {
  Bed bed;
  Bed other;
  other.node.host = HostName("n2");
  bed.cloud.state.keypairs = {{"verify-nova-compute-1-zzzz00000001", "k", "f", "nova_compute"},
                              {"verify-nova-compute-11-abcd00000001", "k", "f", "nova_compute"}};
  bed.cloud.state.volumes = {{"v9", "verify-nova-compute-2-abcd00000001"}};
  const json before = bed.things();

  CHECK(bed.failed().empty());
  CHECK(bed.things() == before);
}

TEST_CASE("two units may be proved at once", "[verify][scenario]") {
  Bed bed;
  Node second{.unit = UnitName("nova-compute/2"), .host = HostName("n2")};
  bool inside = false;
  Report other;
  bed.http.before_request = [&](const HttpRequest& sent) {
    if (!inside && sent.url.ends_with("/remote-consoles")) {
      inside = true;  // the whole proof of the other, while the VM of the first runs
      other = verify::run(
          bed.platform, bed.credentials, second, bed.request, [](const std::string&) {});
    }
  };
  const json before = bed.things();

  CHECK(bed.failed().empty());
  CHECK(other.failure().empty());
  CHECK(other.steps.size() == bed.report.steps.size());
  CHECK(bed.things() == before);
}
