#include "platform.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace std::chrono_literals;

TEST_CASE("the clock sleeps for at least what was asked", "[platform][clock]") {
  const auto clock = make_clock();
  const auto start = clock->steady();

  clock->sleep(20ms);

  CHECK(clock->steady() - start >= 20ms);
}

TEST_CASE("the clock tells the time of the machine", "[platform][clock]") {
  CHECK(std::chrono::abs(make_clock()->now() - std::chrono::system_clock::now()) < 1min);
}
