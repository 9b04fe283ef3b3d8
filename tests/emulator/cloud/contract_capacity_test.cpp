// The contract: capacity::report() counts as Placement does. A provider with an inventory made up
// at random takes so many consumers as it says, in one request, and refuses one more.
#include <cstdlib>
#include <random>

#include "capacity.hpp"
#include "cloud/contract.hpp"
#include "log.hpp"
#include "openstack.hpp"
#include "platform.hpp"
#include "support/catch.hpp"

using namespace ncc;
using contract::Json;
using contract::session;
using contract::target;

namespace {

/// NCC_CONTRACT_CASES, or a thousand: a real Placement takes its time.
int cases() {
  const char* asked = std::getenv("NCC_CONTRACT_CASES");
  return asked == nullptr ? 1000 : std::stoi(asked);
}

const std::vector<std::string> classes = {"VCPU", "MEMORY_MB", "DISK_GB"};
const std::string name = "ncc-capacity-contract";
const std::string uuid = "5ca1ab1e-0000-4000-8000-0000000ca9ac";
const std::string path = "/resource_providers/" + uuid;

std::string consumer(int number) {
  char text[40] = {};
  std::snprintf(text, sizeof text, "5ca1ab1e-0000-4000-9000-%012d", number);
  return text;
}

/// A provider of our own, without traits, that no server comes to: it goes at the end.
class OwnProvider {
 public:
  OwnProvider() {
    clear();
    REQUIRE(session()
                .placement("POST /resource_providers", "1.20", {{"name", name}, {"uuid", uuid}})
                .status == 200);
  }

  OwnProvider(const OwnProvider&) = delete;
  OwnProvider& operator=(const OwnProvider&) = delete;

  ~OwnProvider() { clear(); }

  void set(const Json& inventories) {
    const Json now = session().placement("GET " + path, "1.14").json();
    const contract::Answer answer = session().placement(
        "PUT " + path + "/inventories",
        "1.26",
        {{"resource_provider_generation", now["generation"]}, {"inventories", inventories}});
    INFO(answer.body);
    REQUIRE(answer.status == 200);
  }

  /// Status of one request for consumers first..last, each of `need`.
  int take(int first, int last, const openstack::Resources& need) {
    Json body = Json::object();
    for (int i = first; i <= last; ++i) {
      body[consumer(i)] = {{"allocations", {{uuid, {{"resources", need}}}}},
                           {"project_id", "ncc"},
                           {"user_id", "ncc"},
                           {"consumer_generation", nullptr}};
    }
    const int status = session().placement("POST /allocations", "1.28", body).status;
    most_ = status == 204 ? std::max(most_, last) : most_;
    return status;
  }

  void empty() {
    for (int i = 0; i <= most_; ++i) {
      (void)session().placement("DELETE /allocations/" + consumer(i), "1.28");
    }
    most_ = -1;
  }

 private:
  void clear() {
    const Json left = session().placement("GET " + path + "/allocations", "1.14").json();
    if (left.contains("allocations")) {
      for (const auto& [one, resources] : left["allocations"].items()) {
        (void)session().placement("DELETE /allocations/" + one, "1.28");
      }
    }
    (void)session().placement("DELETE " + path, "1.14");
  }

  int most_ = -1;
};

/// A class at random: its first inventory, in which `used` fits, and the one that counts, which may
/// have shrunk below it since.
struct Draw {
  Json before = {};
  Json after = {};
  long long used = 0;
  long long need = 0;
};

class Dice {
 public:
  long long between(long long least, long long most) {
    return std::uniform_int_distribution<long long>(least, most)(random_);
  }

  Draw draw() {
    static const std::vector<double> ratios = {1.0, 1.0, 1.5, 0.9, 4.0, 16.0};
    const long long total = between(1, 60);
    const long long reserved = between(0, 3) == 0 ? between(0, total) : 0;
    const long long max_unit = between(0, 3) == 0 ? between(1, total) : total;
    const long long step = between(0, 5) == 0 ? 2 : 1;
    return {.before = {{"total", total}},
            .after = {{"total", total},
                      {"reserved", reserved},
                      {"min_unit", 1},
                      {"max_unit", max_unit},
                      {"step_size", step},
                      {"allocation_ratio", ratios[static_cast<std::size_t>(between(0, 5))]}},
            .used = between(0, 1) == 0 ? 0 : between(1, total),
            .need = between(0, 5) == 0 ? 0 : between(1, 12)};
  }

 private:
  std::mt19937 random_{20261126};
};

}  // namespace

TEST_CASE("a provider takes as many as the report says, and not one more", "[contract][capacity]") {
  log::set_sink([](log::Level, const std::string&) {});
  const auto http = make_http_transport();
  const auto processes = make_process_runner();
  const auto files = make_file_system();
  const auto clock = make_clock();
  const Platform platform{*processes, *files, *http, *clock};
  openstack::Session client(platform,
                            {.auth_url = target().auth_url,
                             .username = target().user,
                             .password = Secret(target().password),
                             .project = target().project,
                             .user_domain = target().user_domain,
                             .project_domain = target().project_domain,
                             .region = target().region,
                             .interface = "internal"});
  OwnProvider provider;
  Dice dice;
  int some = 0;

  const int count = cases();
  for (int round = 0; round < count; ++round) {
    Json before = Json::object();
    Json after = Json::object();
    openstack::Resources used;
    openstack::Resources need;
    for (const std::string& resource : classes) {
      const Draw draw = dice.draw();
      before[resource] = draw.before;
      after[resource] = draw.after;
      if (draw.used > 0) {
        used[resource] = draw.used;
      }
      if (draw.need > 0) {
        need[resource] = draw.need;
      }
    }
    if (need.empty()) {
      need["VCPU"] = 1;
    }
    provider.set(before);
    if (!used.empty()) {
      REQUIRE(provider.take(0, 0, used) == 204);
    }
    provider.set(after);

    capacity::Look look{.hosts = {{name, capacity::HostState::serving}},
                        .nodes = {{.hypervisor = {.id = uuid, .name = name, .host = name}}}};
    openstack::Candidates candidates = openstack::Placement(client).trees_with_room(need);
    if (candidates.providers.contains(uuid)) {
      look.providers[uuid] = candidates.providers.at(uuid);
    }
    look.flavors.push_back({.name = "any", .need = need, .able = candidates.able});
    const int left = static_cast<int>(capacity::report(look).profiles.front().left);

    INFO("round " << round << ": " << after.dump() << " used " << Json(used).dump() << " need "
                  << Json(need).dump() << " left " << left);
    CHECK(provider.take(1, left + 1, need) == 409);
    if (left > 0) {
      ++some;
      CHECK(provider.take(1, left, need) == 204);
    }
    provider.empty();
  }
  CHECK(some > count / 5);  // the draws are not all full
}
