#include "charm.hpp"

#include <algorithm>

#include "archive.hpp"
#include "names.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

std::string text_of(const Json& map, const std::string& key) {
  const Json value = map.value(key, Json());
  return value.is_string() ? value.get<std::string>() : "";
}

void check_reserved(const std::string& name, const Endpoint& endpoint, bool subordinate) {
  const bool requirer = endpoint.role == "requires";
  const bool reserved = is_reserved_name(name) && !(requirer && subordinate);
  if (reserved || (!requirer && is_reserved_name(endpoint.interface)))
    throw Refused("metadata: charm endpoint " + go_quoted(name) + " uses a reserved name");
}

Endpoint read_endpoint(const std::string& name, const std::string& role, const Json& value) {
  Endpoint endpoint;
  endpoint.role = role;
  if (value.is_string()) {
    endpoint.interface = value;
    return endpoint;
  }
  endpoint.interface = text_of(value, "interface");
  if (endpoint.interface.empty())
    throw Refused("metadata: " + role + "." + name + ".interface: expected string, got nothing");
  endpoint.scope = value.value("scope", "global");
  endpoint.limit = value.value("limit", Json()).is_number() ? value["limit"].get<int>() : 0;
  endpoint.optional = value.value("optional", false);
  if (endpoint.scope != "global" && endpoint.scope != "container")
    throw Refused("metadata: " + role + "." + name + ".scope: unexpected value " +
                  go_quoted(endpoint.scope));
  return endpoint;
}

void read_endpoints(const Json& metadata, Charm& charm) {
  for (const char* role : {"provides", "requires", "peers"}) {
    for (const auto& [name, value] : child(metadata, role).items()) {
      if (!is_endpoint_name(name))
        throw Refused("metadata: invalid endpoint name " + go_quoted(name));
      const Endpoint endpoint = read_endpoint(name, role, value);
      check_reserved(name, endpoint, charm.subordinate);
      if (!charm.endpoints.emplace(name, endpoint).second)
        throw Refused("charm " + go_quoted(charm.name) +
                      " using a duplicated relation name: " + go_quoted(name));
    }
  }
  const bool contained =
      std::any_of(charm.endpoints.begin(), charm.endpoints.end(), [](const auto& item) {
        return item.second.role == "requires" && item.second.scope == "container";
      });
  if (charm.subordinate && !contained)
    throw Refused("subordinate charm " + go_quoted(charm.name) +
                  " lacks \"requires\" relation with container scope");
}

void read_storage(const Json& metadata, Charm& charm) {
  for (const auto& [name, value] : child(metadata, "storage").items()) {
    StorageSpec spec{.type = text_of(value, "type"), .location = text_of(value, "location")};
    if (!is_application_name(name) || (spec.type != "filesystem" && spec.type != "block"))
      throw Refused("charm " + go_quoted(charm.name) + " storage " + go_quoted(name) +
                    ": unexpected type " + go_quoted(spec.type));
    const Json range = value.value("multiple", Json::object()).value("range", Json());
    if (range.is_number_integer())
      spec.minimum = range;
    else if (range.is_string())
      spec.minimum = std::stoi(range.get<std::string>());
    spec.multiple = !range.is_null() && range != 1 && range != "1" && range != "0-1";
    charm.storage[name] = spec;
  }
}

void read_metadata(const Json& metadata, Charm& charm) {
  charm.name = text_of(metadata, "name");
  if (!is_application_name(charm.name))
    throw Refused("metadata: charm name " + go_quoted(charm.name) + " not valid");
  for (const char* key : {"summary", "description"})
    if (text_of(metadata, key).empty())
      throw Refused(std::string("metadata: ") + key + ": expected string, got nothing");
  charm.subordinate = metadata.value("subordinate", false);
  read_endpoints(metadata, charm);
  read_storage(metadata, charm);
  for (const auto& item : child(metadata, "extra-bindings").items()) {
    if (charm.endpoints.contains(item.key()))
      throw Refused("relation names (" + item.key() + ") cannot be used in extra bindings");
    charm.extra_bindings.insert(item.key());
  }
  for (const auto& [name, value] : child(metadata, "resources").items()) {
    charm.resources[name] = text_of(value, "filename");
    if (charm.resources[name].empty() || charm.resources[name].find('/') != std::string::npos)
      throw Refused("resource " + go_quoted(name) + ": filename not valid");
  }
}

void read_options(const Json& config, Charm& charm) {
  if (config.is_null())
    return;
  if (!config.contains("options") || !config["options"].is_object())
    throw Refused("invalid config: empty configuration");
  for (const auto& [name, value] : config["options"].items()) {
    Option option{.type = value.value("type", "string")};
    static const std::set<std::string> types{"string", "int", "float", "boolean", "secret"};
    if (!types.contains(option.type))
      throw Refused("invalid config: option " + go_quoted(name) + " has unknown type " +
                    go_quoted(option.type));
    const Json given = value.value("default", Json());
    option.value = given.is_null() ? Json() : checked_option(name, option, given);
    charm.options[name] = option;
  }
}

void refuse_reference(const std::string& action, const Json& schema) {
  if (!schema.is_structured())
    return;
  for (const auto& [key, value] : schema.items()) {
    if (schema.is_object() && (key == "$ref" || key == "$schema"))
      throw Refused("schema key " + go_quoted(key) + " not compatible with this version of juju");
    refuse_reference(action, value);
  }
}

/// Types of the keys that are not part of the schema.
void check_action_keys(const Json& action) {
  for (const auto& [key, value] : action.items()) {
    const std::string about = "value for schema key " + go_quoted(key) + " must be a ";
    const bool text = key == "description" || key == "title" || key == "execution-group";
    if (text && !value.is_string())
      throw Refused(about + "string");
    if (key == "required" && !value.is_array())
      throw Refused(about + "YAML list");
    if (key == "parallel" && !value.is_boolean())
      throw Refused(about + "bool");
    if (key == "params" && !value.is_object() && !value.is_null())
      throw Refused("params failed to parse as a map");
  }
}

void read_actions(const Json& actions, Charm& charm) {
  if (actions.is_null())
    return;
  for (const auto& [name, value] : actions.items()) {
    if (!is_action_name(name))
      throw Refused("bad action name " + name);
    if (is_reserved_name(name) && !is_reserved_name(charm.name))
      throw Refused("cannot use action name " + name + ": \"juju\" is a reserved name");
    refuse_reference(name, value);
    if (value.is_object())
      check_action_keys(value);
    charm.actions[name] = value.is_null() ? Json::object() : value;
  }
}

void read_bases(const Json& manifest, const std::string& juju, Charm& charm) {
  for (const Json& base : child(manifest, "bases")) {
    const std::string channel = base.value("channel", "");
    charm.bases.push_back(base.value("name", "") + "@" + channel.substr(0, channel.find('/')));
  }
  if (charm.bases.empty() && juju == "4.0")
    throw Refused("charm metadata without bases in manifest not valid");
}

void check_entry_point(const std::vector<Entry>& entries) {
  const bool found = std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
    const bool hook = entry.path.rfind("hooks/", 0) == 0 && entry.kind != Entry::Kind::folder;
    return hook || entry.path.find("dispatch") != std::string::npos;
  });
  if (!found)
    throw Refused("invalid charm: has no hooks nor dispatch file");
}

}  // namespace

Charm read_charm(const std::filesystem::path& archive, const std::string& juju) {
  if (std::filesystem::is_directory(archive))
    throw Refused("deploying from directory not supported");
  Charm charm;
  charm.archive = archive;
  const std::vector<Entry> entries = list_archive(archive);
  const Json metadata = parse_yaml(read_entry(archive, "metadata.yaml"));
  if (!metadata.is_object())
    throw Refused("invalid charm: archive file \"metadata.yaml\" not found");
  read_metadata(metadata, charm);
  check_entry_point(entries);
  read_options(parse_yaml(read_entry(archive, "config.yaml")), charm);
  read_actions(parse_yaml(read_entry(archive, "actions.yaml")), charm);
  read_bases(parse_yaml(read_entry(archive, "manifest.yaml")), juju, charm);
  return charm;
}

Json checked_option(const std::string& name, const Option& option, const Json& given) {
  const Json value = given.is_string() && option.type != "string" && option.type != "secret"
                         ? parse_yaml(given.get<std::string>())
                         : given;
  const bool fits = option.type == "string"    ? value.is_string()
                    : option.type == "secret"  ? value.is_string() && is_secret_id(value)
                    : option.type == "boolean" ? value.is_boolean()
                    : option.type == "int"     ? value.is_number_integer()
                                               : value.is_number();
  if (!fits)
    throw Refused("option " + go_quoted(name) + " expected " + option.type + ", got " +
                  (given.is_string() ? go_quoted(given.get<std::string>()) : given.dump()));
  return value;
}

}  // namespace local_juju
