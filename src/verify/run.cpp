// Observe, next, perform; the VM goes on every path.

#include <algorithm>

#include "log.hpp"
#include "verify.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

using std::chrono::seconds;
constexpr std::chrono::milliseconds pause{500};
/// Time a delete may take after the checks, beside Request::timeout.
constexpr seconds delete_time{120};

std::string prefix_of(const UnitName& unit) {
  std::string name = unit.str();
  std::replace(name.begin(), name.end(), '/', '-');
  return "verify-" + name + "-";
}

HostView observe_host(openstack::Session& session, const HostName& host) {
  openstack::Nova nova(session);
  HostView view;
  for (openstack::Service& service : nova.compute_services(host.str())) {
    view.service = std::move(service);
  }
  for (openstack::Hypervisor& hypervisor : nova.hypervisors(host.str())) {
    view.inventory = openstack::Placement(session).inventory(hypervisor.id);
    view.hypervisor = std::move(hypervisor);
  }
  view.agents = openstack::Neutron(session).agents(host.str());
  return view;
}

/// One VM, from POST until it is gone.
class Vm {
 public:
  Vm(const Platform& platform,
     openstack::Nova& nova,
     openstack::ServerRequest request,
     const Progress& progress)
      : platform_(platform), nova_(nova), request_(std::move(request)), progress_(progress) {}

  /// Carries the VM through and returns the checks boot, host and delete.
  std::vector<Check> run(seconds timeout) {
    started_ = platform_.clock.steady();
    deadline_ = started_ + timeout;
    for (VmStep step = next_step(view_); step != VmStep::done; step = next_step(view_)) {
      perform(step);
      observe();
    }
    return checks();
  }

 private:
  void perform(VmStep step) {
    switch (step) {
      case VmStep::boot:
        boot();
        break;
      case VmStep::wait:
        platform_.clock.sleep(pause);
        break;
      case VmStep::remove:
        judge();
        nova_.delete_server(view_.server.value().id);
        view_.deleting = true;
        deadline_ = platform_.clock.steady() + delete_time;
        break;
      case VmStep::done:
        break;
    }
  }

  /// A POST whose answer was lost is not repeated: the server is looked for by its name, which is
  /// this run's own.
  void boot() {
    progress_("booting " + request_.name + " on " + request_.host);
    view_.booted = true;
    try {
      id_ = nova_.create_server(request_);
    } catch (const HttpError& error) {
      boot_ = {"boot", false, error.what()};
      const std::vector<openstack::Server> found = nova_.servers_named(request_.name);
      if (!found.empty()) {
        id_ = found.front().id;
      }
    }
  }

  void observe() {
    if (id_.empty()) {
      return;
    }
    view_.server = nova_.server(id_);
    view_.out_of_time = platform_.clock.steady() >= deadline_;
    if (view_.server && view_.server->status != shown_) {
      shown_ = view_.server->status;
      progress_("server " + request_.name + " is " + shown_);
    }
  }

  void judge() {
    const openstack::Server& server = *view_.server;
    const auto took =
        std::chrono::duration_cast<seconds>(platform_.clock.steady() - started_).count();
    if (server.status != "ACTIVE") {
      const std::string why = server.fault.empty() ? "" : ": " + server.fault;
      boot_ = {"boot",
               false,
               "the server is " + server.status + " after " + std::to_string(took) + " s" + why};
      return;
    }
    boot_ = {"boot", true, "ACTIVE after " + std::to_string(took) + " s"};
    host_ = Check{"host", server.host == request_.host, "on " + server.host};
  }

  [[nodiscard]] std::vector<Check> checks() const {
    std::vector<Check> all{boot_};
    if (host_) {
      all.push_back(*host_);
    }
    if (!id_.empty()) {
      const bool gone = !view_.server.has_value();
      all.push_back({"delete",
                     gone,
                     gone ? "deleted" : "server " + id_ + " is still there: delete it by hand"});
    }
    return all;
  }

  const Platform& platform_;
  openstack::Nova& nova_;
  openstack::ServerRequest request_;
  const Progress& progress_;
  VmView view_ = {};
  std::string id_ = {};
  std::string shown_ = {};
  Check boot_{"boot", false, "the server vanished while it was built"};
  std::optional<Check> host_ = {};
  std::chrono::steady_clock::time_point started_ = {};
  std::chrono::steady_clock::time_point deadline_ = {};
};

void remove_leftovers(openstack::Nova& nova,
                      const std::string& prefix,
                      const HostName& host,
                      const Progress& progress) {
  for (const openstack::Server& server : nova.servers_on(host.str())) {
    if (server.name.starts_with(prefix)) {
      progress("removing " + server.name + " of an earlier run");
      nova.delete_server(server.id);
    }
  }
}

std::string need(const std::optional<std::string>& id,
                 const std::string& parameter,
                 const std::string& wanted) {
  if (!id) {
    throw ConfigError(parameter,
                      wanted.empty() ? "the cloud has none to use"
                                     : "the cloud has no " + parameter + " \"" + wanted + "\"");
  }
  return *id;
}

openstack::ServerRequest server_request(const Platform& platform,
                                        openstack::Session& session,
                                        const Request& request,
                                        const UnitName& unit,
                                        const HostName& host) {
  openstack::ServerRequest server;
  const std::string uuid = trim(platform.files.read("/proc/sys/kernel/random/uuid").value_or(""));
  server.name = prefix_of(unit) + uuid.substr(0, 8);
  server.host = host.str();
  openstack::Glance glance(session);
  openstack::Nova nova(session);
  server.image_id =
      need(request.image.empty() ? glance.smallest_image_id() : glance.image_id(request.image),
           "image",
           request.image);
  server.flavor_id =
      need(request.flavor.empty() ? nova.smallest_flavor_id() : nova.flavor_id(request.flavor),
           "flavor",
           request.flavor);
  if (!request.network.empty()) {
    server.network_id =
        need(openstack::Neutron(session).network_id(request.network), "network", request.network);
  }
  return server;
}

}  // namespace

Report run(const Platform& platform,
           const openstack::Credentials& credentials,
           const UnitName& unit,
           const HostName& host,
           bool ovn_built_in,
           const Request& request,
           const Progress& progress) {
  openstack::Session session(platform, credentials);
  openstack::Nova nova(session);
  remove_leftovers(nova, prefix_of(unit), host, progress);
  Report report{check_host(observe_host(session, host), host, ovn_built_in)};
  for (const Check& check : report.checks) {
    progress(check.name + (check.passed ? " ok: " : " FAILED: ") + check.detail);
  }
  if (!report.failure().empty()) {
    return report;
  }
  Vm vm(platform, nova, server_request(platform, session, request, unit, host), progress);
  for (Check& check : vm.run(request.timeout)) {
    report.checks.push_back(std::move(check));
  }
  return report;
}

}  // namespace ncc::verify
