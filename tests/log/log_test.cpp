#include "log.hpp"

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "words/secret.hpp"

using namespace ncc;

namespace {

struct Line {
  log::Level level;
  std::string text;
  friend bool operator==(const Line&, const Line&) = default;
};

/// What `act` writes to file descriptor 2.
template <typename Act>
std::string stderr_of(Act act) {
  std::array<int, 2> pipe{};
  REQUIRE(pipe2(pipe.data(), O_CLOEXEC) == 0);
  const int saved = dup(2);
  dup2(pipe[1], 2);
  act();
  dup2(saved, 2);
  close(saved);
  close(pipe[1]);
  std::array<char, 1000> buffer{};
  const ssize_t size = read(pipe[0], buffer.data(), buffer.size());
  close(pipe[0]);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

}  // namespace

TEST_CASE("a secret cannot be formatted", "[log][unit]") {
  STATIC_REQUIRE(fmt::is_formattable<std::string>::value);
  STATIC_REQUIRE_FALSE(fmt::is_formattable<Secret>::value);
}

TEST_CASE("lines go to stderr with their level and no date", "[log][unit]") {
  const std::string written = stderr_of([] {
    log::info("restart {}: {} changed", "nova-compute", "/etc/nova/nova.conf");
    log::error("{}", "braces {} in a line are text");
  });

  CHECK(written ==
        "info: restart nova-compute: /etc/nova/nova.conf changed\n"
        "error: braces {} in a line are text\n");
}

TEST_CASE("a sink gets every line with its level until it is taken away", "[log][unit]") {
  std::vector<Line> lines;
  log::set_sink([&](log::Level level, const std::string& text) { lines.push_back({level, text}); });

  log::debug("{}", 1);
  log::info("two");
  log::warn("three");
  log::error("four");
  log::set_sink({});
  const std::string written = stderr_of([] { log::warn("five"); });

  CHECK(lines == std::vector<Line>{{log::Level::debug, "1"},
                                   {log::Level::info, "two"},
                                   {log::Level::warning, "three"},
                                   {log::Level::error, "four"}});
  CHECK(written == "warning: five\n");
}
