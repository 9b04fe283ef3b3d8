#include "openstack/times.hpp"

#include <optional>
#include <string>

#include "support/catch.hpp"

using ncc::openstack::read_time;
using ncc::openstack::write_time;

TEST_CASE("times are read as UTC, fractions cut off", "[openstack][unit]") {
  const auto [text, seconds] = GENERATE(table<std::string, std::int64_t>({
      {"1970-01-01T00:00:00", 0},
      {"2026-01-01T00:00:00.000000", 1767225600},
      {"2026-01-01T00:00:00Z", 1767225600},
      {"2026-01-01T00:00:01.999999Z", 1767225601},
      {"2026-01-01 00:00:00", 1767225600},
      {"2024-02-29T23:59:59+00:00", 1709251199},
  }));

  CHECK(read_time(text) == std::optional(seconds));
}

TEST_CASE("what is no time is not read", "[openstack][unit]") {
  const std::string text = GENERATE("",
                                    "2026",
                                    "2026-13-01T00:00:00Z",
                                    "2026-02-30T00:00:00Z",
                                    "2026-01-01T24:00:00Z",
                                    "2026-01-01T00:60:00Z",
                                    "2026-01-01T00:00:61Z",
                                    "2026-01-01T00:00:00+02:00",
                                    "2026-01-01T00:00:00Z and more");

  CHECK_FALSE(read_time(text));
}

TEST_CASE("times are written in UTC", "[openstack][unit]") {
  CHECK(write_time(0) == "1970-01-01T00:00:00Z");
  CHECK(write_time(1709251199) == "2024-02-29T23:59:59Z");
}
