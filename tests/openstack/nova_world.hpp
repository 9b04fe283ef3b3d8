#pragma once
// A cloud and a Nova client that talks to it.

#include <string>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"

namespace ncc::testing {

struct NovaWorld {
  explicit NovaWorld(const std::string& newest = "2.100")
      : cloud(FakeCloud::with_services(newest)) {}

  void answer(const std::string& method, const std::string& path, const HttpResponse& response) {
    cloud.http.answer(method + " http://compute/v2.1" + path, response);
  }

  void answer(const std::string& method, const std::string& path, const std::string& body) {
    answer(method, path, HttpResponse{.code = 200, .body = body});
  }

  [[nodiscard]] const HttpRequest& last() const { return cloud.http.requests.back(); }

  /// "POST /servers/1/action", below Nova's base.
  [[nodiscard]] std::string last_line() const {
    return last().method + " " + last().url.substr(std::string("http://compute/v2.1").size());
  }

  [[nodiscard]] json last_body() const { return json::parse(last().body); }

  [[nodiscard]] std::string last_version() const {
    return last().headers.at("OpenStack-API-Version");
  }

  FakeCloud cloud;
  openstack::Session session{cloud.platform, cloud.credentials};
  openstack::Nova nova{session};
};

}  // namespace ncc::testing
