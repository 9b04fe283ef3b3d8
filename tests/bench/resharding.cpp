// How close giving shards to many nodes comes to N x t / P: N changes of t each, P at a time.
//   bin/resharding CLOUD_EMULATOR [nodes [milliseconds [parallel]]]     10000 nodes, 50 ms, 16
// The emulator waits so long with each answer about nodes, the pages of the list, too. t is what a
// request alone takes, which is more on a busy machine: the mean of some before and some after.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/emulator_process.hpp"
#include "log.hpp"
#include "reshard.hpp"

namespace {

using namespace ncc;

constexpr double most_ratio = 1.1;
constexpr int samples = 100;

struct Figures {
  long nodes = 0;
  long milliseconds = 0;
  long parallel = 0;
};

/// Seconds of one request for a node, with nothing beside it.
double seconds_alone(HttpTransport& http, Clock& clock, const std::string& url) {
  const auto begin = clock.steady();
  for (int i = 0; i < samples; ++i) {
    static_cast<void>(http.send({.url = url}));
  }
  return std::chrono::duration<double>(clock.steady() - begin).count() / samples;
}

int measure(const char* program, const Figures& figures) {
  const bench::EmulatorProcess emulator(program);
  const auto http = make_http_transport();
  const auto processes = make_process_runner();
  const auto files = make_file_system();
  const auto clock = make_clock();
  emulator.control(*http, "ironic/nodes", R"({"count": )" + std::to_string(figures.nodes) + "}");
  emulator.control(*http,
                   "faults",
                   R"({"path": "/baremetal/v1/nodes", "count": 0, "delay_ms": )" +
                       std::to_string(figures.milliseconds) + "}");
  const Platform platform{*processes, *files, *http, *clock};
  openstack::Credentials account = emulator.account();
  account.system_scope = true;
  openstack::Session session(platform, account);
  reshard::Request request{.parallel = static_cast<std::size_t>(figures.parallel),
                           .timeout = std::chrono::hours(1)};
  for (int i = 0; i < 20; ++i) {
    request.places.push_back({.shard = "shard-" + std::to_string(i)});
  }

  const std::string node = emulator.url() + "/baremetal/v1/nodes/none";
  const double before = seconds_alone(*http, *clock, node);
  const auto begin = clock->steady();
  const reshard::Result result = reshard::run(platform, session, request, {});
  const double taken = std::chrono::duration<double>(clock->steady() - begin).count();
  const double alone = (before + seconds_alone(*http, *clock, node)) / 2;
  const double ratio =
      taken * static_cast<double>(figures.parallel) / (static_cast<double>(figures.nodes) * alone);
  const bool whole = static_cast<long>(result.moved) == figures.nodes;
  std::printf(
      "%zu of %ld nodes got a shard, %ld at a time, %ld ms each (%.1f here): %.2f s, ratio %.3f\n",
      result.moved,
      figures.nodes,
      figures.parallel,
      figures.milliseconds,
      alone * 1000,
      taken,
      ratio);
  return whole && ratio <= most_ratio ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_measurement(
      argc,
      argv,
      "resharding CLOUD_EMULATOR [nodes [milliseconds [parallel]]]",
      {10000, 50, 16},
      [](const char* program, const std::vector<long>& numbers) {
        return measure(program,
                       {.nodes = numbers[0], .milliseconds = numbers[1], .parallel = numbers[2]});
      });
}
