// Claims of several starts, against the emulated cloud: three hosts that serve.

#include "drain/bed.hpp"
#include "scalein/views.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc;
using namespace ncc::scalein;
using Catch::Matchers::Contains;

class ClaimBed : public drain::test::Bed {
 public:
  ClaimBed() {
    service("n1").enabled = true;
    service("n1").disabled_reason.reset();
  }

  Claimed start_all(const std::vector<std::string>& hosts,
                    const std::string& run,
                    std::optional<long long> min_computes) {
    openstack::Session session(platform, credentials);
    std::vector<Member> batch;
    for (const std::string& host : hosts) {
      batch.push_back(ncc::test::a_member(host.back() - '0', host));
    }
    return claim(platform, session, batch, run, min_computes);
  }

  std::optional<Refusal> start(const std::string& host,
                               const std::string& run,
                               std::optional<long long> min_computes) {
    return start_all({host}, run, min_computes).refusal;
  }

  /// Another start happens just after our claim was written.
  void after_our_claim(const std::function<void()>& act) {
    http.before_request = [this, act, done = false](const HttpRequest& request) mutable {
      if (!done && request.method == "GET" && disabled() > 0) {
        done = true;
        act();
      }
    };
  }

  [[nodiscard]] long disabled() {
    return std::count_if(
        cloud.state.services.begin(), cloud.state.services.end(), [](const auto& one) {
          return one.binary == "nova-compute" && !one.enabled;
        });
  }

  std::string reason(const std::string& host) { return service(host).disabled_reason.value_or(""); }
};

}  // namespace

TEST_CASE("row 1: a claim that nobody disputes becomes a tombstone", "[scalein][cloud]") {
  ClaimBed bed;

  CHECK_FALSE(bed.start("n1", "11111111", 2));

  CHECK(bed.reason("n1") == "scale-in 11111111 nova-compute/1");
  CHECK(bed.disabled() == 1);
}

TEST_CASE("row 84: of two starts at once that are one too many, the greater run gives way",
          "[scalein][cloud]") {
  ClaimBed bed;
  std::optional<Refusal> other;

  SECTION("the other run is greater: it gives way, ours goes on") {
    bed.after_our_claim([&] { other = bed.start("n2", "22222222", 2); });
    const auto ours = bed.start("n1", "11111111", 2);
    CHECK_FALSE(ours);
    REQUIRE(other);
    CHECK(other->guard == "min-computes");
    CHECK(bed.reason("n1") == "scale-in 11111111 nova-compute/1");
    CHECK(bed.service("n2").enabled);
  }
  SECTION("the other run was confirmed: ours gives way") {
    bed.after_our_claim([&] {
      bed.service("n2").enabled = false;
      bed.service("n2").disabled_reason = "scale-in 22222222 nova-compute/2";
    });
    const auto ours = bed.start("n1", "11111111", 2);
    REQUIRE(ours);
    CHECK_THAT(ours->text, Contains("min-computes is 2"));
    CHECK(bed.service("n1").enabled);
  }
}

TEST_CASE("row 41: a start that finds too few hosts left by another leader takes itself back",
          "[scalein][cloud]") {
  ClaimBed bed;
  bed.after_our_claim([&] { bed.service("n3").enabled = false; });

  const auto refusal = bed.start("n1", "11111111", 2);

  REQUIRE(refusal);
  CHECK_THAT(refusal->text, Contains("1 compute services would be left"));
  CHECK(bed.service("n1").enabled);
  CHECK(bed.reason("n1").empty());
}

TEST_CASE("row 21: a disabling without an answer is read back", "[scalein][cloud]") {
  ClaimBed bed;

  SECTION("Nova had saved it") {
    bed.fault(R"({"method":"PUT","path":"os-services","status":504,"process":true,"count":0})");
    CHECK_FALSE(bed.start("n1", "11111111", 2));
    CHECK(bed.reason("n1") == "scale-in 11111111 nova-compute/1");
  }
  SECTION("Nova had not") {
    bed.fault(R"({"method":"PUT","path":"os-services","status":504,"count":0})");
    const Claimed claimed = bed.start_all({"n1"}, "11111111", 2);
    CHECK_FALSE(claimed.refusal);
    CHECK_THAT(claimed.failed.at("nova-compute/1"), Contains("504"));
    CHECK(bed.service("n1").enabled);
  }
}

TEST_CASE("row 43: a host that Nova does not disable stops no other", "[scalein][cloud]") {
  ClaimBed bed;
  bed.fault(R"({"method":"PUT","path":"os-services/)" + bed.service("n1").id +
            R"(","status":500,"count":0})");

  const Claimed claimed = bed.start_all({"n1", "n2"}, "11111111", 1);

  CHECK_FALSE(claimed.refusal);
  CHECK(claimed.failed.size() == 1);
  CHECK_THAT(claimed.failed.at("nova-compute/1"), Contains("disabling n1 in Nova answered 500"));
  CHECK(bed.service("n1").enabled);
  CHECK(bed.reason("n2") == "scale-in 11111111 nova-compute/2");
}

TEST_CASE("row 8: without a least number a start is not held up", "[scalein][cloud]") {
  ClaimBed bed;

  CHECK_FALSE(bed.start("n1", "11111111", std::nullopt));
  CHECK_FALSE(bed.start("n2", "22222222", std::nullopt));
  CHECK_FALSE(bed.start("n3", "33333333", std::nullopt));

  CHECK(bed.disabled() == 3);
}
