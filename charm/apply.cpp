// The only place where a hook changes anything, in a fixed order: early files, packages,
// directories, users, files, daemon-reload, Open vSwitch, services, relation data, record, Nova.
// Every step compares first.

#include <algorithm>

#include "charm/charm.hpp"
#include "host.hpp"
#include "log.hpp"
#include "ovs.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

class Applier {
 public:
  Applier(const Plan& plan, const Model& model, const Platform& platform)
      : plan_(plan), model_(model), platform_(platform), tools_(platform.processes) {}

  Report run() {
    files(true);
    packages();
    directories();
    users();
    files(false);
    absent_files();
    reload();
    open_vswitch();
    services();
    relation_data();
    record();
    nova();
    return std::move(report_);
  }

 private:
  void did(std::string line) { report_.lines.push_back(std::move(line)); }

  void packages() {
    std::set<std::string> missing;
    for (const std::string& package : plan_.packages) {
      if (!model_.machine.packages.contains(package)) {
        missing.insert(package);
      }
    }
    if (!missing.empty()) {
      host::install(platform_.processes, missing);
      did("installed " + join({missing.begin(), missing.end()}, " "));
    }
  }

  void directories() {
    for (const auto& [path, wanted] : plan_.directories) {
      const FileFacts facts{wanted.mode, wanted.owner};
      if (platform_.files.facts(path) != facts) {
        platform_.files.make_directory(path, facts);
        did("made directory " + path);
      }
    }
  }

  void users() {
    for (const auto& [name, path] : plan_.ssh_keys) {
      if (!platform_.files.exists(path) || !platform_.files.exists(path + ".pub")) {
        host::make_ssh_key(platform_, path, name + ":" + name);
        did("made key pair " + path);
      }
    }
    for (const auto& [name, shell] : plan_.shells) {
      if (shell != model_.machine.nova_shell) {
        host::set_shell(platform_.processes, name, shell);
        did("set login shell of " + name + " to " + shell);
      }
    }
  }

  void files(bool early) {
    for (const auto& [path, wanted] : plan_.files) {
      if (wanted.early == early) {
        write(path, wanted);
      }
    }
    if (early) {
      reload();
    }
  }

  void write(const std::string& path, const File& wanted) {
    const std::optional<std::string> current = platform_.files.read(path);
    const std::string content =
        wanted.block ? with_block(current.value_or(""), wanted.content) : wanted.content;
    if (wanted.block && !current && content.empty()) {
      return;
    }
    const FileFacts facts{wanted.mode, wanted.owner};
    const bool same_content = current == content;
    if (same_content && platform_.files.facts(path) == facts) {
      return;
    }
    platform_.files.write(path, content, facts);
    did("wrote " + path + (same_content ? " (mode or owner)" : ""));
    report_.restarts.insert(wanted.restarts.begin(), wanted.restarts.end());
    touched(path);
  }

  void absent_files() {
    // What is in a directory goes before it.
    for (auto path = plan_.absent_files.rbegin(); path != plan_.absent_files.rend(); ++path) {
      if (platform_.files.remove(*path)) {
        did("removed " + *path);
        touched(*path);
      }
    }
    if (trust_changed_) {
      host::update_ca_certificates(platform_.processes);
      did("updated the trusted CA certificates");
    }
  }

  void touched(const std::string& path) {
    trust_changed_ = trust_changed_ || plan_.trust.contains(path);
    units_changed_ = units_changed_ || path.starts_with("/etc/systemd/");
  }

  void reload() {
    if (units_changed_ && platform_.files.exists(systemd_runs)) {
      host::systemctl(platform_.processes, "daemon-reload", {});
      units_changed_ = false;
    }
  }

  void open_vswitch() {
    if (!plan_.ovs) {
      return;
    }
    const std::optional<ovs::Settings> current = ovs::read(platform_.processes);
    if (!current) {
      log::warn("Open vSwitch does not answer: its settings are left for the next hook");
      return;
    }
    const std::vector<std::string> changes = ovs::changes(*current, wish());
    if (!changes.empty()) {
      ovs::apply(platform_.processes, changes);
      did("changed Open vSwitch: " + join(changes, " "));
    }
  }

  [[nodiscard]] ovs::Settings wish() const {
    ovs::Settings wanted;
    wanted.external_ids = plan_.ovs->external_ids;
    wanted.managers = plan_.ovs->managers;
    wanted.owns_bridges = plan_.ovs->owns_bridges;
    wanted.tombstoned = plan_.ovs->tombstoned;
    if (plan_.ovs->ssl) {
      wanted.ssl = ovs::Ssl{
          plan_.ovs->ssl->private_key, plan_.ovs->ssl->certificate, plan_.ovs->ssl->ca_cert};
    }
    for (const auto& [name, bridge] : plan_.ovs->bridges) {
      wanted.bridges[name] = ovs::Bridge{bridge.external_ids,
                                         bridge.other_config,
                                         bridge.protocols,
                                         bridge.datapath_type,
                                         bridge.fail_mode,
                                         bridge.ports};
    }
    return wanted;
  }

  /// A service whose package came in this very round is not in the model yet: the next round runs
  /// it.
  void services() {
    for (const auto& [name, state] : plan_.services) {
      const auto found = model_.machine.services.find(name);
      if (found != model_.machine.services.end() && found->second.exists) {
        if (state == ServiceState::running || state == ServiceState::started) {
          run_service(name, found->second, state == ServiceState::running);
        } else {
          stop_service(name, found->second);
        }
        if (state == ServiceState::masked && !found->second.masked) {
          host::systemctl(platform_.processes, "mask", {name});
          did("masked " + name);
        }
      }
    }
  }

  void run_service(const std::string& name, const Machine::Service& seen, bool enable) {
    if (seen.masked) {
      host::systemctl(platform_.processes, "unmask", {name});
    }
    if (enable && !seen.enabled) {
      host::systemctl(platform_.processes, "enable", {name});
      did("enabled " + name);
    }
    if (!seen.active) {
      host::systemctl(platform_.processes, "start", {name});
      did("started " + name);
      report_.started.insert(name);
      report_.restarts.erase(name);
    }
  }

  void stop_service(const std::string& name, const Machine::Service& seen) {
    if (seen.active) {
      host::systemctl(platform_.processes, "stop", {name});
      did("stopped " + name);
    }
    if (seen.enabled) {
      host::systemctl(platform_.processes, "disable", {name});
      did("disabled " + name);
    }
  }

  void relation_data() {
    for (const auto& [relation, bag] : plan_.publish) {
      tools_.relation_set(relation, bag);
      std::vector<std::string> keys;
      for (const auto& [key, value] : bag) {
        keys.push_back(key);
      }
      did("published on " + relation + ": " + join(keys, ", "));
    }
  }

  void record() {
    if (!plan_.record || *plan_.record == model_.record) {
      return;
    }
    tools_.state_set(record_values(*plan_.record));
    if (plan_.record->version != model_.record.version && !plan_.record->version.empty()) {
      tools_.application_version_set(plan_.record->version);
    }
    did("recorded what this unit remembers");
  }

  void nova() {
    if (plan_.nova == NovaStep::none) {
      return;
    }
    openstack::Session session(platform_, credentials_of(model_));
    openstack::Nova nova(session);
    const std::string& id = model_.cloud.value().service_id;
    const bool enable = plan_.nova != NovaStep::disable;
    const openstack::Outcome outcome =
        enable ? nova.enable(id) : nova.disable(id, plan_.nova_reason);
    if (outcome.verdict != openstack::Verdict::done && !saved(outcome, nova)) {
      throw HttpError("PUT compute /os-services/" + id, outcome.code, outcome.message);
    }
    did(enable ? "enabled the service in Nova: everything it needs is there"
               : "disabled the new service in Nova: " + plan_.nova_reason);
  }

  /// After a PUT without a clear answer: Nova saves the row first and then calls the host, which
  /// may take longer than we wait.
  [[nodiscard]] bool saved(const openstack::Outcome& outcome, openstack::Nova& nova) const {
    if (outcome.verdict != openstack::Verdict::unknown) {
      return false;
    }
    const bool enable = plan_.nova != NovaStep::disable;
    const auto services = nova.compute_services(model_.host.str());
    return std::any_of(services.begin(), services.end(), [&](const openstack::Service& service) {
      const bool same = enable || service.disabled_reason == plan_.nova_reason;
      return service.id == model_.cloud.value().service_id && service.enabled == enable && same;
    });
  }

  const Plan& plan_;
  const Model& model_;
  const Platform& platform_;
  juju::Tools tools_;
  Report report_;
  bool trust_changed_ = false;
  bool units_changed_ = false;
};

}  // namespace

Report apply(const Plan& plan, const Model& model, const Platform& platform) {
  return Applier(plan, model, platform).run();
}

void restart_services(const std::set<std::string>& names, const Platform& platform) {
  if (!names.empty()) {
    host::systemctl(platform.processes, "restart", {names.begin(), names.end()});
  }
}

}  // namespace ncc::charm
