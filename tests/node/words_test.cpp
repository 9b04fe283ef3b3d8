// Names, numbers, templates, parameters.

#include "node.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

using namespace ncc;
using namespace ncc::node;
using Catch::Contains;

namespace {

std::vector<openstack::Server> named(const std::vector<std::string>& names) {
  std::vector<openstack::Server> servers;
  for (const std::string& name : names) {
    servers.push_back({.name = name});
  }
  return servers;
}

Request read(std::map<std::string, std::string> parameters) {
  parameters.emplace("image", "cirros");
  parameters.emplace("flavor", "m1.tiny");
  return read_request(parameters, Request{.base = "compute"});
}

/// The parameter that the error names; empty when there is none.
std::string refused(const std::map<std::string, std::string>& parameters) {
  try {
    (void)read(parameters);
    return "";
  } catch (const ConfigError& error) {
    return error.field();
  }
}

}  // namespace

TEST_CASE("row 111: of the numbers 1, 2 and 4 the next is 3, and its names follow",
          "[node][unit]") {
  const Request request{.base = "base", .max = 1000, .domain = "example.org"};

  CHECK(free_number(request, named({"base_1", "base_2", "base_4"})) == 3);
  CHECK(names_of(request, 3).server == "base_3");
  CHECK(names_of(request, 3).host == "base-3");
  CHECK(names_of(request, 3).fqdn == "base-3.example.org");
  CHECK(names_of(request, 3).record == "base-3.example.org.");
}

TEST_CASE("names that only look alike take no number", "[node][unit]") {
  const Request request{.base = "base", .max = 2};

  CHECK(free_number(request, named({"base_01", "base_1x", "base_", "base_0", "base_10"})) == 1);
  CHECK(free_number(request, named({"base_1", "base_1", "base_3"})) == 2);
  CHECK_FALSE(free_number(request, named({"base_1", "base_2"})));
  CHECK(number_of("a", "a_12") == 12);
  CHECK_FALSE(number_of("a", "a-12"));
}

TEST_CASE("the template's words are filled in, and other text stays", "[node][unit]") {
  Request request{.base = "base", .profile = "large", .domain = "example.org"};
  request.volume.device = "/dev/vdc";
  request.user_data =
      "@name@ @hostname@ @fqdn@ @domain@ @profile@ @index@ @run@ @volume-device@ @volume-path@ "
      "${name} a@b.org @unknown@fqdn@ @";

  CHECK(render(request, 3, "r1", "12345678-1234-4234-8234-123456789012") ==
        "base_3 base-3 base-3.example.org example.org large 3 r1 /dev/vdc "
        "/dev/disk/by-id/virtio-12345678-1234-4234-8 "
        "${name} a@b.org @unknownbase-3.example.org @");
}

TEST_CASE("base64 is that of RFC 4648", "[node][unit]") {
  for (const auto& [bytes, text] : std::map<std::string, std::string>{{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"\xff\xfe\xfd", "//79"}}) {
    CHECK(to_base64(bytes) == text);
  }
}

TEST_CASE("parameters go before options, and a volume of size 0 is none", "[node][unit]") {
  const Request defaults{.base = "compute", .image = "old", .flavor = "small", .volume = {40}};

  const Request request =
      read_request({{"image", "new"}, {"volume-size", "0"}, {"security-groups", "a, b"}}, defaults);

  CHECK(request.image == "new");
  CHECK(request.flavor == "small");
  CHECK(request.volume.size_gib == 0);
  CHECK(request.security_groups == std::vector<std::string>{"a", "b"});
  CHECK(node::read_request(to_text(request)) == request);
}

TEST_CASE("a wrong parameter is named", "[node][unit]") {
  CHECK(refused({}).empty());
  CHECK(refused({{"base-name", "a_b"}}) == "base-name");
  CHECK(refused({{"base-name", "a.b"}}) == "base-name");
  CHECK(refused({{"base-name", std::string(60, 'a')}}) == "base-name");
  CHECK(refused({{"max", "0"}}) == "max");
  CHECK(refused({{"image", ""}}) == "image");
  CHECK(refused({{"flavor", ""}}) == "flavor");
  CHECK(refused({{"volume-size", "-1"}}) == "volume-size");
  CHECK(refused({{"volume-device", "vdb"}}) == "volume-device");
  CHECK(refused({{"domain", "not a domain"}}) == "domain");
  CHECK(refused({{"domain", "a.org"}, {"dns-zone", "b.org"}, {"network", "n"}}) == "dns-zone");
  CHECK(refused({{"domain", "a.org"}, {"dns-zone", "a.org"}}) == "network");
  CHECK(refused({{"registered", "maybe"}}) == "registered");
  CHECK(refused({{"timeout", "5"}}) == "timeout");
  CHECK(refused({{"strict-image", "perhaps"}}) == "strict-image");
}

TEST_CASE("user data has room for 65535 characters once encoded, and is in no error",
          "[node][unit]") {
  CHECK(refused({{"user-data", std::string(49'149, 'x')}}).empty());
  CHECK(refused({{"user-data", std::string(49'152, 'x')}}) == "user-data");
  CHECK_THROWS_WITH(read({{"user-data", std::string(49'152, 'x')}}), !Contains("xxx"));
}
