#include "scenario/world.hpp"

#include <algorithm>
#include <stdexcept>

#include "charm/charm.hpp"
#include "cloud/internal.hpp"
#include "log.hpp"
#include "scenario/counterparts.hpp"
#include "scenario/machine.hpp"
#include "scenario/tools.hpp"

namespace ncc::scenario {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds longest_process = std::chrono::hours(48);
constexpr seconds restart_pause{5};  // RestartSec of the drain service
constexpr seconds retry_pause{30};   // of a hook that failed
constexpr int most_turns = 400;
constexpr const char* drain = "nova-compute-drain";
constexpr const char* wake = "nova-compute-wake";
constexpr seconds wake_pause{15};

class Runner : public ProcessRunner {
 public:
  Runner(Programs programs, HookTools* tools) : programs_(programs), tools_(tools) {}

  ProcessResult run(const Command& command) override {
    const std::string& program = command.argv.at(0);
    if (program.starts_with("/")) {
      return programs_.run(command);
    }
    if (tools_ == nullptr || !HookTools::knows(program)) {
      throw std::logic_error("no such program here: " + program);
    }
    return tools_->run(command);
  }

  std::vector<ProcessResult> run_all(const std::vector<Command>& commands) override {
    std::vector<ProcessResult> results;
    for (const Command& command : commands) {
      results.push_back(run(command));
    }
    return results;
  }

 private:
  Programs programs_;
  HookTools* tools_;
};

/// The seams of one process on a unit's machine.
struct Seat {
  Seat(World& world, Unit& unit, HookTools* tools, StageClock::Elapse elapse)
      : clock(world.stage, std::move(elapse)),
        files(world.stage,
              unit.machine,
              world.reaper,
              [&world, &unit] { report(world.stage, unit.machine); }),
        http(world.stage, clock, world.reaper),
        runner(Programs(world.stage, unit, world.reaper), tools),
        journal(unit.journal, world.reaper) {}

  StageClock clock;
  MachineFiles files;
  StageHttp http;
  Runner runner;
  MortalJournal journal;
  Platform platform{runner, files, http, clock};
};

juju::Context context_of(const std::string& unit) {
  juju::Context context;
  std::string name = unit;
  std::replace(name.begin(), name.end(), '/', '-');
  context.charm_dir = "/var/lib/juju/agents/unit-" + name + "/charm";
  context.unit = unit;
  context.model_name = "default";
  context.version = "3.6.0";
  return context;
}

juju::Context context_of(const std::string& unit, const Event& event) {
  juju::Context context = context_of(unit);
  context.dispatch_path = "hooks/" + event.hook;
  context.hook = event.hook;
  if (!event.remote_unit.empty()) {
    context.relation = "compute-peer";
    context.relation_id = peer_relation;
    context.remote_unit = event.remote_unit;
    context.departing_unit = event.departing_unit;
  }
  return context;
}

}  // namespace

std::string unit_name(int number) {
  return "nova-compute/" + std::to_string(number);
}

std::string node_name(int number) {
  return "node-" + std::to_string(number) + ".test";
}

World::World(Stage start) : stage(std::move(start)) {
  log::set_sink([](log::Level, const std::string&) {});
  stage.cloud.real_seconds = [this] {
    return 1'700'000'000 + std::chrono::duration_cast<seconds>(stage.passed).count();
  };
}

void World::add_unit(int number, const std::string& fqdn) {
  const std::string name = unit_name(number);
  Unit& unit = stage.units[name];
  unit.machine = fresh_machine(fqdn, number);
  if (stage.leader.empty()) {
    stage.leader = name;
  }
  for (const char* hook : {"install", "config-changed", "start"}) {
    unit.events.push_back({.hook = hook});
  }
}

void World::remove_unit(const std::string& name) {
  Unit& unit = stage.units.at(name);
  unit.leaving = true;
  for (auto& [other, stays] : stage.units) {
    if (stage.leader == name && other != name && !stays.leaving) {
      stage.leader = other;
    }
  }
  for (auto& [other, stays] : stage.units) {
    if (other != name) {
      std::erase_if(stays.events, [&](const Event& one) { return one.remote_unit == name; });
      stays.events.push_back(
          {.hook = "compute-peer-relation-departed", .remote_unit = name, .departing_unit = name});
    }
  }
  unit.events = {{.hook = "compute-peer-relation-departed",
                  .remote_unit = stage.leader,
                  .departing_unit = name},
                 {.hook = "stop"},
                 {.hook = "remove"}};
  for (int tries = 0; !unit.events.empty() && tries < most_turns; ++tries) {
    next_hook(name);
  }
  if (!unit.events.empty()) {
    throw std::runtime_error(name + " cannot be removed");
  }
  switch_off(stage, unit.machine);
  stage.units.erase(name);
}

void World::power_off(const std::string& name) {
  Unit& unit = stage.units.at(name);
  unit.off = true;
  unit.events.clear();
  switch_off(stage, unit.machine);
  elapse(std::chrono::minutes(5));
}

bool World::run_hook(const std::string& unit, const Event& event) {
  HookTools tools(stage, unit, {});
  Unit& self = stage.units.at(unit);
  Seat seat(*this, self, &tools, [this](milliseconds duration) { elapse(duration); });
  deadline_ = stage.passed + longest_process;
  try {
    if (charm::run_hook(context_of(unit, event), seat.platform, seat.journal) != 0) {
      return false;
    }
    reaper.pass("before the flush of " + event.hook);
    tools.flush();
    return true;
  } catch (const Killed&) {
    return false;
  }
}

std::optional<ActionResult> World::action(const std::string& unit,
                                          const std::string& name,
                                          const Bag& parameters) {
  HookTools tools(stage, unit, parameters);
  Unit& self = stage.units.at(unit);
  Seat seat(*this, self, &tools, [this](milliseconds duration) { elapse(duration); });
  juju::Context context = context_of(unit);
  context.dispatch_path = "actions/" + name;
  context.action = name;
  const milliseconds begin = stage.passed;
  deadline_ = begin + longest_process;
  try {
    static_cast<void>(charm::run_action(context, seat.platform, seat.journal));
    reaper.pass("before the flush of " + name);
  } catch (const Killed&) {
    return std::nullopt;
  }
  tools.flush();
  last_duration = stage.passed - begin;
  return tools.result;
}

void World::next_hook(const std::string& unit) {
  std::deque<Event>& events = stage.units.at(unit).events;
  const Event event = events.front();
  if (run_hook(unit, event)) {
    events.pop_front();
  } else {
    elapse(retry_pause);
  }
}

void World::tick() {
  elapse(std::chrono::minutes(5));
  for (auto& [name, unit] : stage.units) {
    const Event event{.hook = "update-status"};
    if (!unit.off &&
        std::find(unit.events.begin(), unit.events.end(), event) == unit.events.end()) {
      unit.events.push_back(event);
    }
  }
}

void World::elapse(milliseconds duration) {
  stage.passed += duration;
  if (stage.passed > deadline_ && deadline_.count() > 0) {
    throw std::logic_error("a process without an end");
  }
  if (!carrying_) {
    carrying_ = true;
    carry_services();
    carrying_ = false;
  }
}

void World::carry_services() {
  for (auto& [name, unit] : stage.units) {
    if (is_active(unit.machine, drain) && unit.machine.due <= stage.passed) {
      carry(unit, name);
    }
  }
}

/// One life of the service. Restart=on-failure, RestartSec=5.
void World::carry(Unit& unit, const std::string& name) {
  Seat seat(*this, unit, nullptr, [this](milliseconds duration) { elapse(duration); });
  int exit = 1;
  try {
    exit = charm::drain_main(name, seat.platform, seat.journal);
  } catch (const Killed&) {
  }
  unit.machine.daemons[drain].active = exit != 0;
  unit.machine.due = stage.passed + restart_pause;
}

bool World::turn() {
  bool worked = false;
  for (auto& [name, unit] : stage.units) {
    if (is_active(unit.machine, drain)) {
      elapse(restart_pause);
      worked = true;
    }
    if (is_active(unit.machine, wake)) {
      elapse(wake_pause);
      unit.machine.daemons[wake].active = false;
      unit.events.push_back({.hook = "update-status"});
    }
    if (unit.off) {
      unit.events.clear();
    }
    if (!unit.events.empty()) {
      next_hook(name);
      worked = true;
    }
  }
  return worked;
}

/// What changes as long as something is still to come.
std::string World::digest() const {
  std::string text = Json(stage.orders).dump();
  for (const auto& [name, unit] : stage.units) {
    text += name + " " + unit.status + Json(unit.bags).dump() + Json(unit.journal.facts).dump();
  }
  return text;
}

void World::settle() {
  deadline_ = milliseconds(0);
  std::string before;
  for (int turns = 0; turns < most_turns; ++turns) {
    if (turn()) {
      continue;
    }
    if (const std::string now = digest(); now != before) {
      before = now;
      tick();
    } else {
      return;
    }
  }
  throw std::runtime_error("the deployment never comes to rest: " + digest());
}

std::string World::boot(const std::string& host) {
  fake_cloud::Cloud& cloud = stage.cloud;
  fake_cloud::Server server;
  server.id = fake_cloud::make_uuid(cloud);
  server.name = "guest";
  server.status = "BUILD";
  server.flavor = cloud.state.flavors.at(0).id;
  server.image = cloud.state.images.at(0).id;
  server.created_at = now(cloud);
  cloud.state.servers.push_back(server);
  schedule(cloud,
           cloud.state.servers.back(),
           host.empty() ? std::nullopt : std::optional<std::string>(host));
  fake_cloud::settle(cloud);
  return server.id;
}

Stage deployment(int units, int routers) {
  Stage start;
  start.config = deployed_config();
  fake_cloud::State& state = start.cloud.state;
  state.settings.build_reads = 0;
  state.networks.push_back({"e0000000-0000-4000-8000-000000000001", "ext", {}, true, "physnet1"});
  for (int i = 0; i < routers; ++i) {
    const std::string tail = "0000000-0000-4000-8000-00000000000" + std::to_string(i);
    state.routers.push_back({.id = "a" + tail,
                             .name = "router-" + std::to_string(i),
                             .network = state.networks.back().id,
                             .port = "b" + tail});
  }
  World world(start);
  for (int number = 0; number < units; ++number) {
    world.add_unit(number, node_name(number));
  }
  world.settle();
  return world.stage;
}

}  // namespace ncc::scenario
