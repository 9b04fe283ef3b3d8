// One look at the capacity of a cloud: requests, and the time beside the cloud's own.
//   bin/capacity_look CLOUD_EMULATOR [hosts [servers]]     1000 hosts, 20000 servers
// Two flavors are counted. The look is taken of a tenth of the hosts, too: it must ask as often.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "bench/emulator_process.hpp"
#include "capacity.hpp"
#include "log.hpp"

namespace {

using namespace ncc;
using nlohmann::json;
using Seconds = std::chrono::duration<double>;

constexpr double most_seconds = 1.0;

/// Counts requests, and the time until their answers are there.
class Measured : public HttpTransport {
 public:
  explicit Measured(HttpTransport& http) : http_(http) {}

  HttpResponse send(const HttpRequest& request) override {
    const auto begin = std::chrono::steady_clock::now();
    HttpResponse response = http_.send(request);
    waited += std::chrono::steady_clock::now() - begin;
    ++requests;
    bytes += response.body.size();
    return response;
  }

  Seconds waited{0};
  int requests = 0;
  std::size_t bytes = 0;

 private:
  HttpTransport& http_;
};

std::string numbered_uuid(const char* group, long number) {
  char text[40] = {};
  std::snprintf(text, sizeof text, "00000000-0000-4000-%s-%012ld", group, number);
  return text;
}

/// Hosts of 64 vCPUs, each with its share of the servers.
json cloud_of(long hosts, long servers) {
  json state{{"flavors",
              {{{"id", "11"}, {"name", "m1.small"}, {"vcpus", 1}, {"ram", 2048}, {"disk", 10}},
               {{"id", "12"}, {"name", "m1.large"}, {"vcpus", 4}, {"ram", 8192}, {"disk", 40}}}}};
  for (long i = 0; i < hosts; ++i) {
    const std::string name = "compute-" + std::to_string(i);
    const std::string uuid = numbered_uuid("8000", i);
    state["services"].push_back({{"id", numbered_uuid("9000", i)}, {"host", name}});
    state["hypervisors"].push_back({{"id", uuid},
                                    {"hypervisor_hostname", name},
                                    {"host", name},
                                    {"vcpus", 64},
                                    {"memory_mb", 262144},
                                    {"local_gb", 2000}});
    const auto inventory = [](long total, double ratio) {
      return json{{"total", total}, {"max_unit", total}, {"allocation_ratio", ratio}};
    };
    state["providers"].push_back({{"uuid", uuid},
                                  {"name", name},
                                  {"inventories",
                                   {{"VCPU", inventory(64, 4.0)},
                                    {"MEMORY_MB", inventory(262144, 1.0)},
                                    {"DISK_GB", inventory(2000, 1.0)}}},
                                  {"traits", {"COMPUTE_NODE"}}});
  }
  for (long i = 0; i < servers; ++i) {
    const long host = i % hosts;
    const std::string name = "compute-" + std::to_string(host);
    const std::string uuid = numbered_uuid("a000", i);
    state["servers"].push_back({{"id", uuid},
                                {"name", "s"},
                                {"flavor", "11"},
                                {"image", "70a599e0-31e7-49b7-b260-868f441e862b"},
                                {"host", name},
                                {"node", name},
                                {"status", "ACTIVE"}});
    state["allocations"].push_back(
        {{"consumer", uuid},
         {"provider", numbered_uuid("8000", host)},
         {"resources", {{"VCPU", 1}, {"MEMORY_MB", 2048}, {"DISK_GB", 10}}}});
  }
  return state;
}

struct Taken {
  int requests = 0;
  double whole = 0;
  double waited = 0;
  std::size_t bytes = 0;
  capacity::Report report = {};
};

Taken take(const char* program, long hosts, long servers) {
  const bench::EmulatorProcess emulator(program);
  const auto http = make_http_transport();
  const auto processes = make_process_runner();
  const auto files = make_file_system();
  const auto clock = make_clock();
  emulator.control(*http, "state", cloud_of(hosts, servers).dump());
  Measured measured(*http);
  const Platform platform{*processes, *files, measured, *clock};
  openstack::Session session(platform, emulator.account());
  const auto begin = std::chrono::steady_clock::now();
  Taken taken{.report = capacity::report(
                  capacity::observe_look(session, {.flavors = {"m1.small", "m1.large"}}))};
  taken.whole = Seconds(std::chrono::steady_clock::now() - begin).count();
  taken.waited = measured.waited.count();
  taken.requests = measured.requests;
  taken.bytes = measured.bytes;
  return taken;
}

int measure(const char* program, long hosts, long servers) {
  const Taken tenth = take(program, hosts / 10, servers / 10);
  const Taken taken = take(program, hosts, servers);
  const double own = taken.whole - taken.waited;
  const long long left = taken.report.profiles.at(1).left;
  std::printf(
      "%ld hosts, %ld servers: %d requests (%d with a tenth), %.1f MB, %.2f s of which %.2f s of "
      "the cloud: own %.3f s; %s %lld left\n",
      hosts,
      servers,
      taken.requests,
      tenth.requests,
      static_cast<double>(taken.bytes) / 1e6,
      taken.whole,
      taken.waited,
      own,
      taken.report.profiles.at(1).name.c_str(),
      left);
  return taken.requests == tenth.requests && own <= most_seconds && left > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_measurement(argc,
                                argv,
                                "capacity_look CLOUD_EMULATOR [hosts [servers]]",
                                {1000, 20000},
                                [](const char* program, const std::vector<long>& numbers) {
                                  return measure(program, numbers[0], numbers[1]);
                                });
}
