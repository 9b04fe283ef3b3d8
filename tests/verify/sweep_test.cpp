// Each request fails once in each way, and the process dies at each of its effects: nothing of it
// is left in the cloud.

#include <string>

#include "support/catch.hpp"
#include "verify/bed.hpp"

using namespace ncc;
using namespace ncc::verify;
using namespace ncc::verify::test;

namespace {

/// How often a whole proof asks.
int requests_of_a_proof() {
  Bed bed;
  bed.request.network = "net";
  static_cast<void>(bed.run());
  return bed.http.requests;
}

}  // namespace

TEST_CASE("whichever request fails once, nothing is left", "[verify][scenario]") {
  const json fault = GENERATE(json{{"status", 500}},
                              json{{"status", 500}, {"process", true}},
                              json{{"status", 403}},
                              json{{"status", 404}},
                              json{{"status", 409}},
                              json{{"status", 401}},
                              json{{"status", 503}, {"html", true}},
                              json{{"drop", "before"}},
                              json{{"drop", "after"}});
  const int all = requests_of_a_proof();
  REQUIRE(all > 40);

  for (int nth = 1; nth <= all; ++nth) {
    Bed bed;
    bed.request.network = "net";
    const json before = bed.things();
    json one = fault;
    one["path"] = ".";
    one["nth"] = nth;
    bed.fault(one);
    INFO(fault.dump() << " at request " << nth);

    try {
      static_cast<void>(bed.run());
    } catch (const HttpError&) {  // of the first log-in, or the network that was asked for
    } catch (const ConfigError&) {
    }

    CHECK(bed.things() == before);
  }
}

TEST_CASE("wherever the process dies, the next run removes what it left and passes",
          "[verify][scenario]") {
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    bed.request.network = "net";
    const json before = bed.things();
    bed.reaper.die_at(point);
    try {
      static_cast<void>(bed.run());
      killed = false;
    } catch (const Killed&) {
      INFO("killed at " << point);
      bed.reaper.die_at(0);
      CHECK(bed.failed().empty());
      CHECK(bed.things() == before);
    }
  }
  CHECK(point > 38);
}
