#include "scalein/views.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

namespace {

using namespace ncc;
using namespace ncc::scalein;
using Names = std::vector<std::string>;

std::string field_at_fault(const Parameters& parameters) {
  try {
    (void)read_request(parameters);
  } catch (const ConfigError& error) {
    return error.field();
  }
  return "";
}

}  // namespace

TEST_CASE("a mark says whose tombstone it is", "[scalein][unit]") {
  const Mark mark{.run = "4f2a9c01", .unit = UnitName("nova-compute/3")};

  CHECK(to_text(mark) == "scale-in 4f2a9c01 nova-compute/3");
  CHECK(read_mark("scale-in 4f2a9c01 nova-compute/3") == mark);
  CHECK(read_mark("scale-in 4f2a9c01 nova-compute/3 (claim)").value().claim);
}

TEST_CASE("other reasons are no marks", "[scalein][unit]") {
  for (const char* reason : {"",
                             "maintenance",
                             "scale-in",
                             "scale-in 4f2a9c01",
                             "scale-in 4F2A9C01 nova-compute/3",
                             "scale-in 4f2a9c01 nova-compute",
                             "scale-in 4f2a9c01 nova-compute/3 (claim) x",
                             "scale-in  4f2a9c01 nova-compute/3",
                             "scale-in 4f2a9c01 nova-compute/3 x"}) {
    INFO(reason);
    CHECK_FALSE(read_mark(reason));
  }
}

TEST_CASE("units are sorted by number and each is there once", "[scalein][unit]") {
  const Names expected{"nova-compute/2", "nova-compute/10"};

  for (const char* text : {"nova-compute/10,nova-compute/2,nova-compute/10",
                           "nova-compute/10 nova-compute/2",
                           R"(["nova-compute/10", "nova-compute/2"])"}) {
    INFO(text);
    CHECK(read_request({{"units", text}}).units == expected);
  }
  CHECK(read_request({}).units.empty());
}

TEST_CASE("row 5: a malformed parameter is named", "[scalein][unit]") {
  CHECK(field_at_fault({{"units", ","}}) == "units");
  CHECK(field_at_fault({{"units", "nova-compute"}}) == "units");
  CHECK(field_at_fault({{"units", "[1]"}}) == "units");
  CHECK(field_at_fault({{"force", "perhaps"}}) == "force");
  CHECK(field_at_fault({{"parallel", "0"}}) == "parallel");
  CHECK(field_at_fault({{"parallel-per-host", "x"}}) == "parallel-per-host");
  CHECK(field_at_fault({{"timeout", "-1"}}) == "timeout");
  CHECK(field_at_fault({{"mode", "teleport"}}) == "mode");
  CHECK(field_at_fault({{"wait", "soon"}}) == "wait");
  CHECK(field_at_fault({{"target", "no host"}}) == "host name");
}

TEST_CASE("row 72: evacuation needs a person's word", "[scalein][unit]") {
  CHECK(field_at_fault({{"mode", "evacuate"}}) == "fenced");
  CHECK(read_request({{"mode", "evacuate"}, {"fenced", "true"}}).drain.mode ==
        drain::Mode::evacuate);
}

TEST_CASE("the worst result is the whole one's", "[scalein][unit]") {
  std::vector<UnitResult> results{{.unit = "a/0"}, {.unit = "a/1"}};
  CHECK(summary_of(results) == "done");
  CHECK(failure_of(results).empty());

  results[1].state = State::refused;
  results[1].reason = "1 server on it";
  CHECK(summary_of(results) == "refused");
  CHECK(failure_of(results) == "a/1 refused: 1 server on it");
}
