#include <algorithm>
#include <string>

#include "capacity.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::testing;
using capacity::Load;
using openstack::Rooms;

namespace {

struct World {
  FakeCloud cloud = FakeCloud::with_services();
  openstack::Session session{cloud.platform, cloud.credentials};

  void answer(const std::string& resources, const json& summaries) {
    cloud.http.answer("GET http://placement/allocation_candidates?resources=" + resources +
                          "&required=%21COMPUTE_STATUS_DISABLED",
                      {{"allocation_requests", json::array()}, {"provider_summaries", summaries}});
  }

  [[nodiscard]] long questions() const {
    return std::count_if(cloud.http.requests.begin(),
                         cloud.http.requests.end(),
                         [](const HttpRequest& request) { return request.method == "GET"; });
  }
};

json room(long long capacity, long long used) {
  return {{"capacity", capacity}, {"used", used}};
}

json provider(const json& resources) {
  return {{"resources", resources}};
}

const Load diskless{.name = "d", .need = {{"MEMORY_MB", 512}, {"VCPU", 1}}, .count = 1};
const Load disked{.name = "m", .need = {{"DISK_GB", 20}, {"MEMORY_MB", 2048}}, .count = 1};

}  // namespace

TEST_CASE("the rooms of all needs are put together, without the leaving ones",
          "[capacity][client]") {
  World world;
  world.answer("MEMORY_MB:512,VCPU:1",
               {{"p-a", provider({{"VCPU", room(16, 1)}, {"MEMORY_MB", room(9000, 512)}})},
                {"p-b", provider({{"VCPU", room(32, 4)}, {"MEMORY_MB", room(8000, 1000)}})},
                {"p-c", provider({{"VCPU", room(8, 0)}, {"MEMORY_MB", room(1024, 0)}})}});
  world.answer("DISK_GB:20,MEMORY_MB:2048",
               {{"p-a", provider({{"MEMORY_MB", room(9000, 512)}, {"DISK_GB", room(50, 0)}})},
                {"p-b", provider({{"MEMORY_MB", room(8000, 1000)}, {"DISK_GB", room(100, 20)}})}});

  const Rooms rooms = capacity::observe_rooms(world.session, {diskless, disked}, {"p-a", "gone"});

  CHECK(rooms ==
        Rooms{{"p-b", {{"VCPU", {32, 4}}, {"MEMORY_MB", {8000, 1000}}, {"DISK_GB", {100, 20}}}},
              {"p-c", {{"VCPU", {8, 0}}, {"MEMORY_MB", {1024, 0}}}}});
}

TEST_CASE("placement is asked once for each different need", "[capacity][client]") {
  World world;
  world.answer("MEMORY_MB:512,VCPU:1", json::object());
  world.answer("DISK_GB:20,MEMORY_MB:2048", json::object());
  Load same_need = diskless;
  same_need.name = "another";

  const Rooms rooms = capacity::observe_rooms(world.session, {diskless, disked, same_need}, {});

  CHECK(rooms.empty());
  CHECK(world.questions() == 2);
}

TEST_CASE("placement is not asked for nothing", "[capacity][client]") {
  World world;

  CHECK(capacity::observe_rooms(world.session, {}, {}).empty());
  CHECK(capacity::observe_rooms(world.session, {{.name = "none", .count = 1}}, {}).empty());
  CHECK(world.cloud.http.requests.empty());
}
