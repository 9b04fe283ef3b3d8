// Thousands of random interleavings of a small Juju: no shard ever has two processes, and when the
// noise stops each runs once, where the assignment says.

#include <iostream>

#include "shards/round.hpp"
#include "support/catch.hpp"

using namespace ncc;
using testing::number_from;
using testing::Round;

TEST_CASE("no interleaving lets two processes of one shard run, and calm brings every shard home",
          "[shards][model]") {
  const long long first = number_from("NCC_SHARD_SEED", 1);
  const long long rounds = number_from("NCC_SHARD_ROUNDS", 10000);
  int longest = 0;
  long starts = 0;
  for (long long seed = first; seed < first + rounds; ++seed) {
    Round round(seed, {});
    const std::string problem = round.noise(testing::steps_of_noise);
    const auto calm = problem.empty() ? round.calm(testing::most_rounds_of_hooks) : std::nullopt;
    INFO("NCC_SHARD_SEED=" << seed << " NCC_SHARD_ROUNDS=1\n" << problem << round.state());
    REQUIRE(problem.empty());
    REQUIRE(calm.has_value());
    longest = std::max(longest, *calm);
    starts += round.starts();
  }
  std::cout << "two owners: seeds " << first << " to " << first + rounds - 1 << ", at most "
            << longest << " rounds of hooks to calm, " << starts << " starts of processes\n";
  CHECK(starts > 5 * rounds);
}
