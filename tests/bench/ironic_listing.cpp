// All nodes of an Ironic through the client, beside the bare pages: memory and time.
//   bin/ironic_listing CLOUD_EMULATOR [nodes [milliseconds]]    100000 nodes; a page takes so long,
//                                      177 as Ironic 29.0 itself takes for 1000 nodes of five
//                                      fields
//   bin/ironic_listing                 a real Ironic: NCC_CONTRACT_AUTH_URL and its companions
// The bare pages are the same requests by the same transport, whose answers nobody reads: what the
// server and the way to it take. Runs alternate; the medians are compared.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "bench/emulator_process.hpp"
#include "log.hpp"
#include "openstack.hpp"

namespace {

using namespace ncc;
using Clock = std::chrono::steady_clock;

constexpr int runs = 3;
constexpr double most_ratio = 1.2;
constexpr double most_mib = 64;

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

openstack::Credentials credentials_for(const std::string& auth_url) {
  return {.auth_url = auth_url,
          .username = variable("NCC_CONTRACT_USER", "nova_compute"),
          .password = Secret(variable("NCC_CONTRACT_PASSWORD", "cloud-secret")),
          .project = variable("NCC_CONTRACT_PROJECT", "services"),
          .user_domain = variable("NCC_CONTRACT_USER_DOMAIN", "service_domain"),
          .project_domain = variable("NCC_CONTRACT_PROJECT_DOMAIN", "service_domain"),
          .region = variable("NCC_CONTRACT_REGION", "RegionOne"),
          .system_scope = true};
}

/// Passes requests on and remembers those for nodes.
class Recorder : public HttpTransport {
 public:
  explicit Recorder(HttpTransport& http) : http_(http) {}

  HttpResponse send(const HttpRequest& request) override {
    if (request.url.find("/nodes?") != std::string::npos) {
      pages.push_back(request);
    }
    return http_.send(request);
  }

  std::vector<HttpRequest> pages = {};

 private:
  HttpTransport& http_;
};

double seconds(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

double peak_mib() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024;
}

int measure(const std::string& auth_url) {
  const auto http = make_http_transport();
  const auto processes = make_process_runner();
  const auto files = make_file_system();
  const auto clock = ncc::make_clock();
  Recorder recorder(*http);
  const Platform platform{*processes, *files, recorder, *clock};
  openstack::Session session(platform, credentials_for(auth_url));
  openstack::Ironic ironic(session);

  const auto list = [&] {
    std::size_t count = 0;
    ironic.for_each_node({}, [&](const openstack::Node&) { ++count; });
    return count;
  };
  const std::size_t nodes = list();
  const std::vector<HttpRequest> pages = recorder.pages;
  const double first_mib = peak_mib();
  std::vector<double> bare;
  std::vector<double> read;
  for (int run = 0; run < runs; ++run) {
    bare.push_back(seconds([&] {
      for (const HttpRequest& page : pages) {
        static_cast<void>(http->send(page));
      }
    }));
    read.push_back(seconds([&] { static_cast<void>(list()); }));
  }
  const double ratio = median(read) / median(bare);
  const double mib = peak_mib();
  std::printf("%zu nodes, %zu pages: client %.2f s, bare pages %.2f s, ratio %.3f (target %.1f)\n",
              nodes,
              pages.size(),
              median(read),
              median(bare),
              ratio,
              most_ratio);
  std::printf("peak memory %.1f MiB after one listing, %.1f MiB after %d (target %.0f)\n",
              first_mib,
              mib,
              runs + 1,
              most_mib);
  return ratio <= most_ratio && mib <= most_mib ? 0 : 1;
}

int measure_emulated(const char* program, const std::string& nodes, const std::string& delay) {
  const bench::EmulatorProcess emulator(program);
  const auto http = make_http_transport();
  emulator.control(
      *http,
      "ironic/nodes",
      R"({"shards": ["s1", "s2", "s3", "s4"], "resource_class": "bm", "count": )" + nodes + "}");
  if (delay != "0") {
    emulator.control(*http,
                     "faults",
                     R"({"path": "/baremetal/v1/nodes", "count": 0, "delay_ms": )" + delay + "}");
  }
  return measure(emulator.url() + "/v3");
}

}  // namespace

int main(int argc, char** argv) {
  log::set_sink([](log::Level, const std::string&) {});
  try {
    return argc > 1 ? measure_emulated(
                          argv[1], argc > 2 ? argv[2] : "100000", argc > 3 ? argv[3] : "177")
                    : measure(variable("NCC_CONTRACT_AUTH_URL", ""));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ironic_listing: %s\n", error.what());
    return 2;
  }
}
