#include "charm/run_service.hpp"

#include "charm/run_text.hpp"
#include "log.hpp"
#include "words/entries.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

constexpr std::chrono::milliseconds look_pause{500};

std::string unit_path(const RunService& service) {
  return std::string("/etc/systemd/system/") + service.name + ".service";
}

std::string unit_file(const Model& model, const RunService& service) {
  return std::string("[Unit]\n") + "Description=" + service.description + " " + model.unit.str() +
         "\n"
         "After=network-online.target\n\n"
         "[Service]\n"
         "Type=exec\n"
         "ExecStart=" +
         model.charm_dir + "/bin/" + service.program + " " + model.unit.str() +
         "\n"
         "Restart=on-failure\n"
         "RestartSec=5\n\n"
         "[Install]\n"
         "WantedBy=multi-user.target\n";
}

}  // namespace

std::string credentials_path(const std::string& unit, const RunService& service) {
  const std::string journal = journal_path(unit);
  return journal.substr(0, journal.rfind('/') + 1) + service.credentials;
}

Plan plan_run_service(const Model& model, const RunService& service) {
  Plan plan;
  plan.files[credentials_path(model.unit.str(), service)] = {
      .content = run_text::to_text(credentials_of(model)),
      .shown = "*** (the log-in of the run)\n",
      .mode = 0600};
  plan.files[unit_path(service)] = {.content = unit_file(model, service)};
  plan.services[service.name] = ServiceState::running;
  return plan;
}

/// The unit file goes once the service is neither running nor enabled: systemd needs it for that.
Plan plan_run_service_over(const Model& model, const RunService& service) {
  Plan plan;
  const auto found = model.machine.services.find(service.name);
  if (found != model.machine.services.end() && (found->second.active || found->second.enabled)) {
    plan.services[service.name] = ServiceState::stopped;
  } else {
    plan.absent_files = {unit_path(service), credentials_path(model.unit.str(), service)};
  }
  return plan;
}

int run_service_main(const std::string& unit,
                     const Platform& platform,
                     Journal& journal,
                     const RunService& service,
                     const std::string& scope,
                     const std::function<void(openstack::Session& session)>& work) {
  try {
    if (journal.get(scope, "state").value_or("") != "open") {
      return 0;
    }
    const std::string path = credentials_path(unit, service);
    const auto credentials = platform.files.read(path);
    if (!credentials) {
      throw FileError(path, "is not there: the next hook writes it");
    }
    openstack::Session session(platform, run_text::read_credentials(*credentials));
    work(session);
    platform.files.remove(path);
    ask_for_a_hook(unit, journal.get(scope, "charm-dir").value_or(""), platform.processes);
    return 0;
  } catch (const std::runtime_error& error) {
    log::error("{}", error.what());
    return 1;
  }
}

void tell_progress(Journal& journal, const std::string& scope, const std::string& line) {
  log::info("{}", line);
  const long long last = to_integer(journal.get(scope, "progress").value_or("0")).value_or(0);
  journal.put(scope, "line", line);
  journal.put(scope, "progress", std::to_string(last + 1));
}

bool watch_progress(Scene& scene,
                    const std::string& scope,
                    std::optional<std::chrono::seconds> wait) {
  const auto begin = scene.platform.clock.steady();
  long long shown = 0;
  while (true) {
    const std::map<std::string, std::string> facts = scene.journal.list(scope);
    const auto text = [&](const char* key) { return entry_of(facts, key); };
    const long long progress = to_integer(text("progress")).value_or(0);
    if (progress > shown) {
      shown = progress;
      scene.tools.action_log(text("line"));
    }
    if (text("state") != "open") {
      return true;
    }
    if (wait && scene.platform.clock.steady() - begin >= *wait) {
      return false;
    }
    scene.platform.clock.sleep(look_pause);
  }
}

}  // namespace ncc::charm
