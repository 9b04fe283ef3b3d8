// Packages and the archives they come from.

#include "compute.hpp"
#include "words/text.hpp"

namespace ncc::compute {
namespace {

constexpr const char* keyring = "ubuntu-cloud-keyring";

/// The pocket of cloud:<codename>-<release>[/<pocket>]: noble-updates/epoxy.
std::string cloud_pocket(const std::string& origin) {
  const std::string text = origin.substr(std::string("cloud:").size());
  const std::size_t slash = text.find('/');
  const std::size_t dash = text.find('-');
  const std::string pocket = slash == std::string::npos ? "updates" : text.substr(slash + 1);
  return text.substr(0, dash) + '-' + pocket + '/' + text.substr(dash + 1, slash - dash - 1);
}

/// The line of sources.list that an origin stands for; empty for the distribution's own archive.
std::string archive_line(const std::string& origin) {
  if (origin.starts_with("cloud:")) {
    return "deb http://ubuntu-cloud.archive.canonical.com/ubuntu " + cloud_pocket(origin) + " main";
  }
  return origin.starts_with("deb ") ? origin : std::string();
}

/// Adds the archive of one option as a file of its own. True when the key of the archive has to be
/// installed first: apt-get refuses an archive whose key it does not have.
bool add_archive(Plan& plan,
                 const Model& model,
                 const std::string& origin,
                 const std::string& file) {
  const std::string line = archive_line(origin);
  if (line.empty()) {
    return false;
  }
  if (origin.starts_with("cloud:")) {
    if (model.machine.release_id != "ubuntu") {
      plan.notes.insert(origin + " is an archive for Ubuntu: not used on " +
                        model.machine.release_id);
      return false;
    }
    plan.packages.insert(keyring);
    if (!model.machine.packages.contains(keyring)) {
      return true;
    }
  }
  plan.files["/etc/apt/sources.list.d/" + file] = {.content = line + '\n', .early = true};
  return false;
}

/// Debian's nova-compute.service is Type=notify: its first start, unconfigured, and every start
/// while RabbitMQ is away hold up dpkg or the hook for 90 s. Ubuntu's is Type=simple; this makes
/// Debian's alike.
void add_simple_start(Plan& plan, const Model& model) {
  if (model.machine.release_id == "debian") {
    plan.files["/etc/systemd/system/nova-compute.service.d/10-charm.conf"] = {
        .content = "[Service]\nType=simple\n", .early = true};
  }
}

void add_packages(Plan& plan, const Model& model) {
  const Config& config = model.config;
  if (model.related.contains("cos-agent")) {
    plan.packages.insert("prometheus-node-exporter");
  }
  if (is_ironic(model)) {
    plan.packages.insert({"nova-compute", "nova-compute-ironic", "ca-certificates"});
    return;
  }
  plan.packages.insert({"nova-compute",
                        virt_type_of(model) == "kvm" ? "nova-compute-kvm" : "nova-compute-qemu",
                        "genisoimage",  // config drives
                        "libvirt-clients",
                        "ca-certificates"});
  if (config.use_multipath) {
    plan.packages.insert({"multipath-tools", "sysfsutils"});
  }
  if (config.enable_live_migration || config.enable_resize) {
    plan.packages.insert("openssh-server");
  }
  // Debian has no such package; there the charm brings the unit file itself (config_files.cpp).
  if (!metadata_secret_of(model).empty() && model.machine.release_id != "debian") {
    plan.packages.insert("nova-api-metadata");
  }
}

}  // namespace

Plan plan_packages(const Model& model) {
  Plan plan;
  bool key_first =
      add_archive(plan, model, model.config.openstack_origin, "nova-compute-openstack.list");
  if (ovn_built_in(model)) {
    key_first |= add_archive(plan, model, model.config.ovn_source, "nova-compute-ovn.list");
  }
  if (!key_first) {
    add_simple_start(plan, model);
    add_packages(plan, model);
  }
  return plan;
}

std::set<std::string> packages_of_interest(const Model& model) {
  Plan plan;
  add_packages(plan, model);
  plan.packages.insert({keyring, "nova-common"});
  return plan.packages;
}

std::string workload_version(const Model& model) {
  const auto nova = model.machine.packages.find("nova-common");
  if (nova == model.machine.packages.end()) {
    return {};
  }
  const std::string& version = nova->second;
  const std::size_t epoch = version.find(':');
  const std::size_t begin = epoch == std::string::npos ? 0 : epoch + 1;
  return version.substr(begin, version.find_first_of("-+~", begin) - begin);
}

}  // namespace ncc::compute
