// Proof: a thousand random rounds of scale-out, scale-in, recovery, faults and deaths lose no
// server, put nothing on a tombstoned host, leave enough hosts in service, and can be brought to an
// end. NCC_SCENARIO_SEED and NCC_SCENARIO_ROUNDS choose others.

#include "scenario/rounds.hpp"

#include <cstdlib>
#include <iostream>

#include "support/catch.hpp"

using namespace ncc::scenario;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("random rounds violate no invariant and end with every unit serving or ended",
          "[scenario][rounds]") {
  const std::uint64_t seed = number_from("NCC_SCENARIO_SEED", 20261126);
  const std::uint64_t rounds = number_from("NCC_SCENARIO_ROUNDS", 1000);
  constexpr std::uint64_t rest = 50;  // everything comes to an end every so many rounds
  std::cout << "seed " << seed << ", " << rounds << " rounds\n";
  Rounds life(deployment(4, 3), seed);
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    INFO("seed " << seed << ", round " << round);
    const std::string wrong = life.play();
    REQUIRE(wrong == "");
    if (round % rest == 0 || round == rounds) {
      REQUIRE(life.finish() == "");
    }
  }
  for (const auto& [event, count] : life.events()) {
    std::cout << count << " " << event << "\n";
  }
}
