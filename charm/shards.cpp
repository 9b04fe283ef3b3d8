// Shards of Ironic nodes: what a hook reads of them and what it does beside the plan. Who may run
// what is decided in src/shards.

#include <algorithm>

#include "charm/charm.hpp"
#include "compute.hpp"
#include "log.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using std::chrono::seconds;

constexpr const char* scope = "shards";
/// A process that has just started is not up in Nova yet.
constexpr seconds heartbeat{60};

/// How long `fact` has been so; the first look at it is 0. Forgotten when it is not so any more.
seconds lasts(Scene& scene, const std::string& fact, bool is_so) {
  if (!is_so) {
    if (!scene.journal.get(scope, fact).value_or("").empty()) {
      scene.journal.put(scope, fact, "");
    }
    return seconds{0};
  }
  const long long now = scene.platform.clock.now_seconds();
  const auto since = to_integer(scene.journal.get(scope, fact).value_or(""));
  if (!since) {
    scene.journal.put(scope, fact, std::to_string(now));
  }
  return seconds{now - since.value_or(now)};
}

/// Of the leader's order and one that the unit was given itself, which only it speaks of.
Want newest_want(const Orders& orders, const Peer& peer) {
  const auto order = orders.find(peer.unit.str());
  const bool leads = order != orders.end() && order->second.number >= peer.reached.number;
  return leads ? order->second.want : peer.reached.want;
}

/// A container that is started again may keep its boot id: so the start of its first process, too.
std::string boot_of(FileSystem& files) {
  constexpr std::size_t start_time = 19;  // field 22 of /proc/1/stat, counted behind the name
  const std::string stat = files.read("/proc/1/stat").value_or("");
  const std::size_t name_end = stat.rfind(") ");
  const std::vector<std::string> fields =
      name_end == std::string::npos ? std::vector<std::string>() : split(stat.substr(name_end + 2));
  return trim(files.read("/proc/sys/kernel/random/boot_id").value_or("")) +
         (fields.size() > start_time ? "." + fields[start_time] : "");
}

using Services = std::map<std::string, openstack::Service>;  // host -> nova-compute

/// nullopt: Nova does not answer, or no account is known; the next hook asks again.
std::optional<Services> read_services(const Scene& scene) {
  try {
    openstack::Session session(scene.platform, credentials_of(scene.model));
    Services services;
    for (const openstack::Service& service : openstack::Nova(session).compute_services()) {
      services[service.host] = service;
    }
    return services;
  } catch (const HttpError& error) {
    log::warn("{}", error.what());
  } catch (const ConfigError& error) {
    log::warn("{}", error.what());
  }
  return std::nullopt;
}

shards::NovaSays word_of(const Services& services, const std::string& shard) {
  const auto found = services.find(shard);
  if (found == services.end()) {
    return shards::NovaSays::absent;
  }
  if (found->second.unknown) {
    return shards::NovaSays::not_asked;
  }
  return found->second.up ? shards::NovaSays::up : shards::NovaSays::down;
}

/// A service that Nova has made disabled, as its option enable_new_services says, is ready at once:
/// there is nothing else to wait for.
void enable_fresh(Scene& scene, const openstack::Service& service) {
  if (service.enabled || !compute::is_fresh(service.disabled_reason)) {
    return;
  }
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const CloudStep step = EnableService{service.id};
  const openstack::Outcome outcome = perform(step, session);
  log::info("{}{}", describe(step), outcome.message.empty() ? "" : ": " + outcome.message);
}

std::vector<std::string> not_up(Scene& scene, const std::optional<Services>& services) {
  std::vector<std::string> pending;
  for (const std::string& shard : compute::running_shards(scene.model)) {
    if (!services) {
      pending.push_back("nova: not asked about shard " + shard + " yet");
    } else if (word_of(*services, shard) != shards::NovaSays::up) {
      pending.push_back("nova: the service of shard " + shard + " is not up yet");
    } else {
      enable_fresh(scene, services->at(shard));
    }
  }
  return pending;
}

/// Units that claim shards of which none is up.
std::vector<std::string> silent_units(Scene& scene, const Services& services) {
  std::vector<std::string> texts;
  for (const auto& [unit, claims] : scene.model.shards->peers) {
    const bool down =
        !claims.shards.empty() &&
        std::all_of(claims.shards.begin(), claims.shards.end(), [&](const std::string& shard) {
          return word_of(services, shard) == shards::NovaSays::down;
        });
    if (lasts(scene, "down " + unit.str(), down) >= heartbeat) {
      texts.push_back(unit.str() + ": its shards " +
                      join({claims.shards.begin(), claims.shards.end()}, ", ") +
                      " are down: if its machine is off, run handover units=" + unit.str() +
                      " fenced=true on the leader");
    }
  }
  return texts;
}

}  // namespace

std::optional<ShardView> observe_shards(const Model& model,
                                        const Databag& application,
                                        const Platform& platform) {
  const std::string relation = peer_relation(model);
  if (!is_ironic(model) || relation.empty()) {
    return std::nullopt;
  }
  juju::Tools tools(platform.processes);
  ShardView view{.boot = boot_of(platform.files),
                 .now = platform.clock.now_seconds(),
                 .assignment = read_assignment(application),
                 .mine = read_claims(tools.unit_bag(relation, model.unit.str()))};
  RemoteUnits peers;
  for (const auto& [name, status] : tools.goal_units()) {
    const UnitName unit(name);
    if (status == "dying") {
      view.leaving.insert(unit);
    }
    if (unit != model.unit) {
      peers.units[name] = tools.unit_bag(relation, name);
      view.peers[unit] = read_claims(peers.units[name]);
    }
  }
  for (const Peer& peer : read_peers(peers)) {
    if (newest_want(model.orders, peer) != Want::serving) {
      view.leaving.insert(peer.unit);
    }
  }
  return view;
}

void ask_about_shards(Scene& scene) {
  Model& model = scene.model;
  if (!model.shards) {
    return;
  }
  const std::set<std::string> ask = compute::shard_step(model).ask;
  if (ask.empty()) {
    return;
  }
  if (const auto services = read_services(scene)) {
    for (const std::string& shard : ask) {
      model.shards->nova[shard] = word_of(*services, shard);
    }
  }
}

void share_out_shards(Scene& scene) {
  Model& model = scene.model;
  if (!model.shards || is_stopping(model) || !model.config.problems.empty() ||
      !scene.tools.is_leader()) {
    return;
  }
  ShardView& view = *model.shards;
  shards::Leading leading{.units = view.peers,
                          .leaving = view.leaving,
                          .previous = view.assignment,
                          .fence = view.fence};
  leading.units[model.unit] = view.mine;
  for (const Shards::Named& shard : shards_of(model)) {
    leading.shards.insert(shard.name);
  }
  if (is_tombstoned(model)) {
    leading.leaving.insert(model.unit);
  }
  const Databag changed = changes(view.assignment, shards::lead(leading));
  view.leads = true;
  if (!changed.empty()) {
    scene.tools.relation_set_application(peer_relation(model), changed);
    log::info("shared out the shards anew");
    view.again = true;  // what was written counts for us, too, once it is committed
  }
}

void follow_shards(Scene& scene) {
  Model& model = scene.model;
  if (!model.shards || is_stopping(model)) {
    return;
  }
  ShardView& view = *model.shards;
  const shards::HoldStep step = compute::shard_step(model);
  for (const auto& [shard, why] : step.waits) {
    view.pending.push_back(why);
  }
  const bool must_ask = view.leads || !compute::running_shards(model).empty();
  const auto services = must_ask ? read_services(scene) : std::nullopt;
  const std::vector<std::string> down = not_up(scene, services);
  view.pending.insert(view.pending.end(), down.begin(), down.end());
  if (view.leads && services) {
    view.silent = silent_units(scene, *services);
  }
  const bool letting_go =
      has_shards(model) && is_tombstoned(model) && !model.leaving.pending.empty();
  view.again = view.again || step.again || !down.empty() || letting_go;
  scene.journal.put(scope, "charm-dir", model.charm_dir);
  scene.journal.put(scope, "again", view.again ? "true" : "false");
  settle(scene);
}

int wake_main(const std::string& unit, const Platform& platform, Journal& journal) {
  constexpr seconds longest{60};
  seconds pause{1};
  while (journal.get(scope, "again") == "true") {
    platform.clock.sleep(pause);
    ask_for_a_hook(unit, journal.get(scope, "charm-dir").value_or(""), platform.processes);
    pause = std::min(2 * pause, longest);
  }
  return 0;
}

Plan plan_wake(const Model& model) {
  Plan plan;
  plan.files["/etc/systemd/system/nova-compute-wake.service"] = {
      .content =
          "[Unit]\n"
          "Description=Has Juju run a hook of " +
          model.unit.str() +
          " soon\n\n"
          "[Service]\n"
          "Type=exec\n"
          "ExecStart=" +
          model.charm_dir + "/bin/wake " + model.unit.str() + "\n"};
  if (model.shards && model.shards->again) {
    plan.services["nova-compute-wake"] = ServiceState::started;
  }
  return plan;
}

}  // namespace ncc::charm
