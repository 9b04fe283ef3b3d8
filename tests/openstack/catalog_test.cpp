#include <string>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
using ncc::openstack::Session;

/// The URL that a call to `type` goes to when the catalog has `endpoints` for it.
std::string url_called(const std::string& type,
                       const json& endpoints,
                       const std::string& interface) {
  FakeCloud cloud(json::array({service("identity", json::array()), service(type, endpoints)}));
  cloud.credentials.interface = interface;
  Session session(cloud.platform, cloud.credentials);
  try {
    session.send({.service = type, .path = "/x"});
  } catch (const std::logic_error&) {  // nobody answers there: the URL is all we want
    return cloud.http.requests.back().url;
  }
  return {};
}

}  // namespace

TEST_CASE("a base URL gets the version its clients speak", "[openstack][unit]") {
  const auto [type, url, called] = GENERATE(table<std::string, std::string, std::string>({
      {"compute", "http://h:8774/v2.1", "http://h:8774/v2.1/x"},
      {"compute", "http://h:8774/v2.1/", "http://h:8774/v2.1/x"},
      {"compute", "http://h:8774", "http://h:8774/v2.1/x"},
      {"compute", "http://h:8774/v2.1/0a1b", "http://h:8774/v2.1/0a1b/x"},
      {"compute", "http://h:8774/v2/0a1b", "http://h:8774/v2.1/0a1b/x"},
      {"compute", "https://h/compute//", "https://h/compute/v2.1/x"},
      {"network", "http://h:9696", "http://h:9696/v2.0/x"},
      {"network", "http://h:9696/v2.0/", "http://h:9696/v2.0/x"},
      {"image", "http://[fd00::1]:9292/", "http://[fd00::1]:9292/v2/x"},
      {"image", "http://h:9292/v2", "http://h:9292/v2/x"},
      {"block-storage", "http://h:8776/v3/0a1b", "http://h:8776/v3/0a1b/x"},
      {"block-storage", "http://h:8776", "http://h:8776/v3/x"},
      {"placement", "http://h/placement/", "http://h/placement/x"},
      {"placement", "http://h:8778", "http://h:8778/x"},
  }));

  CHECK(url_called(type, json::array({endpoint("public", "RegionOne", url)}), "public") == called);
}

TEST_CASE("the preferred interface serves, and the other one when it is missing",
          "[openstack][unit]") {
  const json both = json::array({endpoint("admin", "RegionOne", "http://admin"),
                                 endpoint("internal", "RegionOne", "http://internal"),
                                 endpoint("public", "RegionOne", "http://public")});

  CHECK(url_called("placement", both, "internal") == "http://internal/x");
  CHECK(url_called("placement", both, "public") == "http://public/x");
  CHECK(url_called("placement", both, "") == "http://public/x");
  CHECK(url_called("placement", json::array({both[2]}), "internal") == "http://public/x");
  CHECK(url_called("placement", json::array({both[1]}), "public") == "http://internal/x");
}

TEST_CASE("only endpoints of our region count", "[openstack][unit]") {
  const json regions = json::array({endpoint("internal", "RegionTwo", "http://two"),
                                    endpoint("public", "RegionOne", "http://one")});

  CHECK(url_called("placement", regions, "internal") == "http://one/x");
}

TEST_CASE("a service that is not in the catalog is named with interface and region",
          "[openstack][unit]") {
  FakeCloud cloud(
      json::array({service("compute",
                           json::array({endpoint("public", "RegionTwo", "http://two"),
                                        endpoint("admin", "RegionOne", "http://admin")}))}));
  Session session(cloud.platform, cloud.credentials);

  CHECK_THROWS_WITH(
      session.send({.service = "compute", .path = "/x"}),
      "service catalog: no endpoint of type compute, interface internal, region RegionOne");
  CHECK_THROWS_AS(session.send({.service = "compute", .path = "/x"}), ncc::ConfigError);
}
