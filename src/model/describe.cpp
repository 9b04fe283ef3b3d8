// The plan as lines for people. Of a file only what it wants to show; of the record no secret.

#include <sstream>

#include "model.hpp"
#include "words/text.hpp"

namespace ncc {
namespace {

using Lines = std::vector<std::string>;

std::string octal(unsigned mode) {
  std::ostringstream text;
  text << std::oct << '0' << mode;
  return text.str();
}

std::string words(const std::map<std::string, std::string>& pairs) {
  Lines parts;
  for (const auto& [key, value] : pairs) {
    parts.push_back(key + "=" + value);
  }
  return join(parts, " ");
}

void add_content(Lines& lines, const std::string& text) {
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back("  | " + line);
  }
}

void add_files(Lines& lines, const Plan& plan) {
  for (const auto& [path, directory] : plan.directories) {
    lines.push_back("directory " + path + " " + octal(directory.mode) + " " + directory.owner);
  }
  for (const auto& [path, file] : plan.files) {
    std::string line = "file " + path + " " + octal(file.mode) + " " + file.owner;
    if (file.block) {
      line += ", our part of it";
    }
    if (!file.restarts.empty()) {
      line += ", a change restarts " + join({file.restarts.begin(), file.restarts.end()}, " ");
    }
    lines.push_back(line);
    add_content(lines, file.shown.empty() ? file.content : file.shown);
  }
  for (const std::string& path : plan.absent_files) {
    lines.push_back("no file " + path);
  }
  for (const std::string& path : plan.trust) {
    lines.push_back("trust " + path);
  }
}

void add_bridge(Lines& lines, const std::string& name, const OvsPlan::Bridge& bridge) {
  lines.push_back("bridge " + name + " external_ids: " + words(bridge.external_ids));
  if (!bridge.other_config.empty()) {
    lines.push_back("bridge " + name + " other_config: " + words(bridge.other_config));
  }
  if (!bridge.protocols.empty()) {
    lines.push_back("bridge " + name + " protocols: " + join(bridge.protocols, ","));
  }
  if (!bridge.fail_mode.empty()) {
    lines.push_back("bridge " + name + " fail_mode: " + bridge.fail_mode);
  }
  for (const auto& [port, external_ids] : bridge.ports) {
    lines.push_back("bridge " + name + " port " + port + " external_ids: " + words(external_ids));
  }
}

void add_ovs(Lines& lines, const OvsPlan& ovs) {
  for (const auto& [key, value] : ovs.external_ids) {
    lines.push_back("Open vSwitch external_ids:" + key + (value ? "=" + *value : " absent"));
  }
  for (const auto& [name, bridge] : ovs.bridges) {
    add_bridge(lines, name, bridge);
  }
  if (ovs.owns_bridges) {
    lines.push_back("no other bridge or port that carries our mark");
  }
  if (ovs.ssl) {
    lines.push_back("Open vSwitch TLS: " + ovs.ssl->private_key + " " + ovs.ssl->certificate + " " +
                    ovs.ssl->ca_cert);
  }
  for (const std::string& manager : ovs.managers) {
    lines.push_back("Open vSwitch manager " + manager);
  }
  if (ovs.tombstoned == true) {
    lines.emplace_back("Open vSwitch tombstoned: no gateway tokens in ovn-cms-options");
  }
}

const char* to_string(ServiceState state) {
  switch (state) {
    case ServiceState::stopped:
      return "stopped";
    case ServiceState::masked:
      return "stopped and masked";
    case ServiceState::started:
      return "running until the machine stops";
    case ServiceState::running:
      break;
  }
  return "running";
}

void add_record(Lines& lines, const Record& record) {
  lines.push_back("record host: " + record.host);
  lines.push_back("record certificate_id: " + record.certificate_id);
  lines.push_back(std::string("record metadata_secret: ") +
                  (record.metadata_secret.empty() ? "none" : "***"));
  lines.push_back(std::string("record joined: ") + (record.joined ? "yes" : "no"));
  for (const auto& [id, print] : record.published) {
    lines.push_back("record published " + id + ": " + print);
  }
  lines.push_back("record version: " + record.version);
}

void add_nova(Lines& lines, const Plan& plan) {
  if (plan.nova == NovaStep::disable) {
    lines.push_back("nova: disable our service: " + plan.nova_reason);
  } else if (plan.nova == NovaStep::enable) {
    lines.emplace_back("nova: enable our service");
  }
}

}  // namespace

std::vector<std::string> describe(const Plan& plan) {
  Lines lines;
  for (const std::string& package : plan.packages) {
    lines.push_back("package " + package);
  }
  for (const auto& [user, path] : plan.ssh_keys) {
    lines.push_back("key pair of " + user + " " + path);
  }
  for (const auto& [user, shell] : plan.shells) {
    lines.push_back("shell of " + user + " " + shell);
  }
  add_files(lines, plan);
  if (plan.ovs) {
    add_ovs(lines, *plan.ovs);
  }
  for (const auto& [service, state] : plan.services) {
    lines.push_back("service " + service + " " + to_string(state));
  }
  for (const auto& [id, bag] : plan.publish) {
    lines.push_back("publish " + id + ": " + words(bag));
  }
  if (plan.record) {
    add_record(lines, *plan.record);
  }
  add_nova(lines, plan);
  for (const std::string& note : plan.notes) {
    lines.push_back("note: " + note);
  }
  return lines;
}

}  // namespace ncc
