// neutron-plugin: a subordinate charm beside us that owns Open vSwitch, and settings that it wants
// in nova.conf.

#include "relations/decode.hpp"
#include "words/text.hpp"

namespace ncc {

namespace {

using Json = nlohmann::json;
constexpr const char* configuration_key = "subordinate_configuration";

/// As Python's str() writes it, which is what ends up in nova.conf.
std::string python_text(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_boolean()) {
    return value.get<bool>() ? "True" : "False";
  }
  return value.is_number() ? value.dump() : "\n";
}

/// Names of sections and options end up in front of values: nothing that ends them early.
bool is_name(const std::string& text) {
  return !text.empty() && text == trim(text) && text.find_first_of("=[]#\n\r") == std::string::npos;
}

/// The member, which must be an object; an empty one when it is absent.
Json member(const Bags& unit, const Json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) {
    return Json::object();
  }
  if (!found->is_object()) {
    unit.wrong(configuration_key, name + " is no JSON object");
  }
  return *found;
}

/// A section's settings: a list of [option, value]; order and duplicates matter.
void read_section(const Bags& unit,
                  const std::string& section,
                  const Json& settings,
                  Plugin& plugin) {
  if (!is_name(section) || !settings.is_array()) {
    unit.wrong(configuration_key, "sections must be lists of [option, value]");
  }
  for (const Json& setting : settings) {
    const bool pair = setting.is_array() && setting.size() == 2 && setting[0].is_string();
    const std::string option = pair ? setting[0].get<std::string>() : "";
    const std::string value = pair ? python_text(setting[1]) : "";
    if (!is_name(option) || has_line_break(value)) {
      unit.wrong(configuration_key,
                 "[" + section + "] holds something else than [option, one line of text]");
    }
    plugin.nova_conf[section].emplace_back(option, value);
  }
}

void read_configuration(const Bags& unit, Plugin& plugin) {
  const Json services = unit.object(configuration_key);
  if (services.is_null()) {
    return;
  }
  for (const char* service : {"nova", "nova-compute"}) {
    const Json file = member(unit, member(unit, services, service), "/etc/nova/nova.conf");
    const Json sections = member(unit, file, "sections");
    for (const auto& [section, settings] : sections.items()) {
      read_section(unit, section, settings, plugin);
    }
  }
}

}  // namespace

Need<Plugin> read_neutron_plugin(const RemoteUnits& remote) {
  const Bags bags("neutron-plugin", remote);
  Plugin plugin;
  plugin.metadata_secret = Secret(bags.text("metadata-shared-secret"));
  for (const Bags& unit : bags.each()) {
    read_configuration(unit, plugin);
  }
  // ovn-chassis says the first of these; neutron-openvswitch the others.
  const bool spoken = !plugin.metadata_secret.empty() || !plugin.nova_conf.empty() ||
                      !bags.text("neutron-plugin").empty();
  if (!spoken) {
    return {std::nullopt, awaited("metadata-shared-secret")};
  }
  return {plugin, {}};
}

}  // namespace ncc
