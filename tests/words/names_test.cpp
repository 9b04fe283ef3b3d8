#include "words/names.hpp"

#include <string>

#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;

TEST_CASE("a unit name is an application and a number", "[words][unit]") {
  const auto text = GENERATE("nova-compute/0", "nova-compute-2a/17", "a/999");

  CHECK(UnitName(text).str() == text);
}

TEST_CASE("what is no unit name is refused", "[words][unit]") {
  const auto text = GENERATE("",
                             "nova-compute",
                             "nova-compute/",
                             "/0",
                             "nova-compute/01",
                             "nova-compute/-1",
                             "nova-compute/1a",
                             "nova--compute/0",
                             "nova-/0",
                             "Nova/0",
                             "2nova/0",
                             "nova/0\n",
                             "nova/0/1",
                             "nova/99999999999");

  CHECK_THROWS_AS(UnitName(text), ConfigError);
}

TEST_CASE("a refused name says which kind it should be", "[words][unit]") {
  CHECK_THROWS_WITH(Uuid("17"), "uuid: \"17\" is not one");
}

TEST_CASE("a unit name comes apart", "[words][unit]") {
  const UnitName unit("nova-compute/12");

  CHECK(application_of(unit) == "nova-compute");
  CHECK(number_of(unit) == 12);
  CHECK(underscored(unit) == "nova-compute_12");
}

TEST_CASE("units are ordered by number, not by text", "[words][unit]") {
  CHECK(by_number(UnitName("a/2"), UnitName("a/10")));
  CHECK_FALSE(by_number(UnitName("a/10"), UnitName("a/2")));
  CHECK_FALSE(by_number(UnitName("a/2"), UnitName("a/2")));
  CHECK(by_number(UnitName("a/10"), UnitName("b/2")));
}

TEST_CASE("host names follow RFC 1123", "[words][unit]") {
  CHECK(HostKind::valid("node1.maas"));
  CHECK(HostKind::valid("10"));
  CHECK(HostKind::valid("JUJU-1a"));
  CHECK(HostKind::valid(std::string(63, 'a') + ".b"));

  CHECK_FALSE(HostKind::valid(""));
  CHECK_FALSE(HostKind::valid("a."));
  CHECK_FALSE(HostKind::valid("a..b"));
  CHECK_FALSE(HostKind::valid("-a"));
  CHECK_FALSE(HostKind::valid("a-.b"));
  CHECK_FALSE(HostKind::valid("a_b"));
  CHECK_FALSE(HostKind::valid(std::string(64, 'a')));
}

TEST_CASE("a host name has at most 253 characters", "[words][unit]") {
  const std::string label = std::string(49, 'a') + ".";
  const std::string longest = label + label + label + label + label + "abc";

  CHECK(longest.size() == 253);
  CHECK(HostKind::valid(longest));
  CHECK_FALSE(HostKind::valid(longest + "d"));
}

TEST_CASE("uuids are 8-4-4-4-12 hexadecimal digits", "[words][unit]") {
  CHECK(UuidKind::valid("0f8fad5b-d9cb-469f-a165-70867728950E"));
  CHECK_FALSE(UuidKind::valid("0f8fad5bd9cb469fa16570867728950e"));
  CHECK_FALSE(UuidKind::valid("0f8fad5b-d9cb-469f-a165-70867728950"));
  CHECK_FALSE(UuidKind::valid("0f8fad5b-d9cb-469f-a165-70867728950g"));
}
