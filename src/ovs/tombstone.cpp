// The tombstone in Open vSwitch: what keeps OVN from placing gateways on this chassis, and the way
// back. Source of keys and tokens: ovn-controller(8), neutron/common/ovn/constants.py.

#include "ovs/tombstone.hpp"

#include <algorithm>
#include <set>

namespace ncc::ovs {

namespace {

constexpr const char* bridge_name = "br-int";
constexpr const char* cms_options = "ovn-cms-options";
const std::set<std::string> gateway_tokens{"enable-chassis-as-gw",
                                           "enable-chassis-as-extport-host"};

const std::string* value_of(const Settings& settings, const std::string& key) {
  const auto found = settings.external_ids.find(key);
  return found != settings.external_ids.end() && found->second ? &*found->second : nullptr;
}

/// A key of this very chassis goes before the general one.
std::string effective_key(const Settings& current) {
  const std::string* system_id = value_of(current, "system-id");
  const std::string own = std::string(cms_options) + "-" + (system_id ? *system_id : "");
  return system_id && value_of(current, own) ? own : cms_options;
}

bool is_marked(const Settings& current) {
  const auto bridge = current.bridges.find(bridge_name);
  return bridge != current.bridges.end() && bridge->second.external_ids.contains("tombstoned");
}

void set_tombstone(ExternalIds& change, const Settings& current) {
  const std::string key = effective_key(current);
  const std::string* value = value_of(current, key);
  const std::string rest = value ? without_gateway_tokens(*value) : std::string();
  if (value && rest != *value) {
    if (!value_of(current, saved_prefix + key)) {
      change[saved_prefix + key] = *value;
    }
    change[key] = rest.empty() ? std::nullopt : std::optional(rest);
  }
}

void take_back(ExternalIds& change, const Settings& current) {
  const std::string prefix = saved_prefix;
  for (const auto& [key, value] : current.external_ids) {
    if (key.starts_with(prefix) && value) {
      change[key.substr(prefix.size())] = value;
      change[key] = std::nullopt;
    }
  }
}

}  // namespace

std::string without_gateway_tokens(const std::string& options) {
  std::string rest;
  bool first = true;
  for (std::size_t begin = 0; begin <= options.size();) {
    const std::size_t end = std::min(options.find(',', begin), options.size());
    const std::string token = options.substr(begin, end - begin);
    if (!gateway_tokens.contains(token)) {
      rest += (first ? "" : ",") + token;
      first = false;
    }
    begin = end + 1;
  }
  return rest;
}

bool owns_cms_options(const Settings& current, const Settings& wanted) {
  if (!wanted.tombstoned) {
    return false;
  }
  ExternalIds change;
  take_back(change, current);
  return *wanted.tombstoned || !change.empty();
}

ExternalIds tombstone_external_ids(const Settings& current, bool tombstoned) {
  ExternalIds change;
  tombstoned ? set_tombstone(change, current) : take_back(change, current);
  return change;
}

std::vector<std::string> mark_command(const Settings& current, const Settings& wanted) {
  const bool will_be_there =
      current.bridges.contains(bridge_name) || wanted.bridges.contains(bridge_name);
  if (wanted.tombstoned == true && !is_marked(current) && will_be_there) {
    return {"set", "Bridge", bridge_name, "external_ids:tombstoned=true"};
  }
  if (wanted.tombstoned == false && is_marked(current)) {
    return {"remove", "Bridge", bridge_name, "external_ids", "tombstoned"};
  }
  return {};
}

}  // namespace ncc::ovs
