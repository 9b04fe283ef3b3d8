#pragma once
// Keystone and any services in memory: answers by "METHOD URL", in the order given, the last one
// again and again. A request that is not in the table fails the test. An answer of code 0 is none:
// the connection was refused.

#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "log.hpp"
#include "openstack.hpp"

namespace ncc::testing {

using nlohmann::json;

class FakeClock : public Clock {
 public:
  std::chrono::system_clock::time_point now() override { return {}; }

  std::chrono::steady_clock::time_point steady() override { return time_; }

  void sleep(std::chrono::milliseconds duration) override {
    slept.push_back(duration);
    time_ += duration;
  }

  std::vector<std::chrono::milliseconds> slept = {};

 private:
  std::chrono::steady_clock::time_point time_ = {};
};

class FakeHttp : public HttpTransport {
 public:
  HttpResponse send(const HttpRequest& request) override {
    const std::string line = request.method + " " + request.url;
    requests.push_back(request);
    const auto found = answers_.find(line);
    if (found == answers_.end()) {
      throw std::logic_error("no answer for: " + line);
    }
    HttpResponse response = found->second.front();
    if (found->second.size() > 1) {
      found->second.pop_front();
    }
    if (response.code == 0) {
      throw HttpError(line, 0, "connection refused");
    }
    return response;
  }

  void answer(const std::string& line, HttpResponse response) {
    answers_[line].push_back(std::move(response));
  }

  void answer(const std::string& line, const json& body) {
    answer(line, HttpResponse{.code = 200, .body = body.dump()});
  }

  std::vector<HttpRequest> requests = {};

 private:
  std::map<std::string, std::deque<HttpResponse>> answers_ = {};
};

class NoProcesses : public ProcessRunner {
 public:
  ProcessResult run(const Command&) override { throw std::logic_error("no processes here"); }

  std::vector<ProcessResult> run_all(const std::vector<Command>&) override {
    throw std::logic_error("no processes here");
  }
};

class NoFiles : public FileSystem {
 public:
  std::optional<std::string> read(const std::string&) override { return std::nullopt; }

  std::optional<FileFacts> facts(const std::string&) override { return std::nullopt; }

  bool exists(const std::string&) override { return false; }

  std::vector<std::string> list(const std::string&) override { return {}; }

  void write(const std::string&, const std::string&, const FileFacts&) override {}

  void make_directory(const std::string&, const FileFacts&) override {}

  bool remove(const std::string&) override { return false; }
};

inline json endpoint(const std::string& interface,
                     const std::string& region,
                     const std::string& url) {
  return {{"interface", interface}, {"region", region}, {"region_id", region}, {"url", url}};
}

inline json service(const std::string& type, const json& endpoints) {
  return {{"type", type}, {"name", type}, {"id", type}, {"endpoints", endpoints}};
}

inline HttpResponse token_answer(const std::string& token, const json& catalog) {
  return {
      .code = 201,
      .headers = {{"x-subject-token", token}},
      .body =
          json{{"token", {{"methods", json::array({"password"})}, {"catalog", catalog}}}}.dump()};
}

inline constexpr const char* login_line = "POST http://keystone:5000/v3/auth/tokens";

/// A server as Nova shows it in microversion 2.53.
inline json server_row(const std::string& id, const std::string& name, const std::string& host) {
  return {{"id", id},
          {"name", name},
          {"status", "ACTIVE"},
          {"locked", false},
          {"image", {{"id", "i1"}}},
          {"flavor",
           {{"original_name", "m1.small"},
            {"vcpus", 1},
            {"ram", 512},
            {"disk", 10},
            {"ephemeral", 0},
            {"swap", 0},
            {"extra_specs", json::object()}}},
          {"OS-EXT-STS:vm_state", "active"},
          {"OS-EXT-STS:task_state", nullptr},
          {"OS-EXT-STS:power_state", 1},
          {"OS-EXT-SRV-ATTR:host", host.empty() ? json(nullptr) : json(host)},
          {"OS-EXT-SRV-ATTR:hypervisor_hostname",
           host.empty() ? json(nullptr) : json(host + ".example.org")}};
}

/// A cloud whose four services answer below http://<type>; log-in gives the token `token-1`, and
/// Nova's newest microversion is `newest`.
struct FakeCloud {
  explicit FakeCloud(const json& catalog, const std::string& newest = "2.100") {
    http.answer(login_line, token_answer("token-1", catalog));
    http.answer("GET http://compute/v2.1/",
                json{{"version", {{"id", "v2.1"}, {"version", newest}, {"min_version", "2.1"}}}});
    log::set_sink([](log::Level, const std::string&) {});
  }

  FakeCloud() : FakeCloud(json::array()) {}

  static FakeCloud with_services(const std::string& newest = "2.100") {
    json catalog = json::array();
    for (const auto& [type, url] :
         std::map<std::string, std::string>{{"compute", "http://compute/v2.1"},
                                            {"image", "http://image"},
                                            {"network", "http://network"},
                                            {"placement", "http://placement"}}) {
      catalog.push_back(service(type, json::array({endpoint("public", "RegionOne", url)})));
    }
    return FakeCloud(catalog, newest);
  }

  FakeHttp http = {};
  FakeClock clock = {};
  NoProcesses processes = {};
  NoFiles files = {};
  Platform platform{processes, files, http, clock};
  openstack::Credentials credentials = {.auth_url = "http://keystone:5000/v3",
                                        .username = "nova",
                                        .password = Secret("s3cr\"et"),
                                        .project = "services",
                                        .user_domain = "service_domain",
                                        .project_domain = "project_domain",
                                        .region = "RegionOne",
                                        .interface = "internal",
                                        .ca_file = "/etc/ca.pem"};
};

/// A cloud with its services, logged in to; GETs are answered 200.
struct ServicesWorld {
  FakeCloud cloud = FakeCloud::with_services();
  openstack::Session session{cloud.platform, cloud.credentials};

  void answer(const std::string& url, const std::string& body) {
    cloud.http.answer("GET " + url, HttpResponse{.code = 200, .body = body});
  }
};

}  // namespace ncc::testing
