// ovs-vsctl's commands on bridges and ports, on TLS files and managers.
#include <algorithm>

#include "ovs_commands.hpp"
#include "ovs_values.hpp"

namespace emulated::ovs {

namespace {

std::string uuid_of(Transaction& transaction, const std::string& table, const std::string& name) {
  return find_record(transaction.tables, find_table(table), name);
}

Json& row(Transaction& transaction, const std::string& table, const std::string& uuid) {
  return transaction.tables[table][uuid];
}

std::string insert(Transaction& transaction, const std::string& table, const Json& values) {
  Json fresh = new_row(find_table(table));
  fresh.update(values);
  const std::string uuid = new_uuid();
  transaction.tables[table][uuid] = fresh;
  return uuid;
}

void append(Json& list, const std::string& uuid) {
  list.push_back(uuid);
  std::sort(list.begin(), list.end());
}

void erase(Json& list, const std::string& uuid) {
  list.erase(std::remove(list.begin(), list.end(), uuid), list.end());
}

std::string existing_bridge(Transaction& transaction, const std::string& name) {
  const std::string uuid = uuid_of(transaction, "Bridge", name);
  if (uuid.empty())
    throw failure("no bridge named " + name);
  return uuid;
}

/// Name of the bridge that has the port; empty when there is no such port.
std::string bridge_of_port(Transaction& transaction, const std::string& port) {
  const std::string uuid = uuid_of(transaction, "Port", port);
  for (const auto& [bridge, values] : transaction.tables["Bridge"].items())
    if (std::find(values["ports"].begin(), values["ports"].end(), uuid) != values["ports"].end())
      return values["name"].get<std::string>();
  return "";
}

void add_br(Transaction& transaction, const Command& command) {
  const std::string& name = command.arguments[0];
  if (command.arguments.size() > 1)
    throw failure("emulated: add-br makes no fake bridges");
  if (!uuid_of(transaction, "Bridge", name).empty()) {
    if (command.has("--may-exist"))
      return;
    throw failure("cannot create a bridge named " + name + " because a bridge named " + name +
                  " already exists");
  }
  const std::string holder = bridge_of_port(transaction, name);
  if (!holder.empty())
    throw failure("cannot create a bridge named " + name + " because a port named " + name +
                  " already exists on bridge " + holder);
  const std::string interface =
      insert(transaction, "Interface", {{"name", name}, {"type", "internal"}});
  const std::string port =
      insert(transaction, "Port", {{"name", name}, {"interfaces", {interface}}});
  append(switch_row(transaction.tables)["bridges"],
         insert(transaction, "Bridge", {{"name", name}, {"ports", {port}}}));
}

void del_br(Transaction& transaction, const Command& command) {
  const std::string& name = command.arguments[0];
  if (command.has("--if-exists") && uuid_of(transaction, "Bridge", name).empty())
    return;
  erase(switch_row(transaction.tables)["bridges"], existing_bridge(transaction, name));
  collect_garbage(transaction.tables);
}

void add_port(Transaction& transaction, const Command& command) {
  const std::string& bridge = command.arguments[0];
  const std::string& name = command.arguments[1];
  const std::string holder = bridge_of_port(transaction, name);
  if (!holder.empty()) {
    if (!command.has("--may-exist"))
      throw failure("cannot create a port named " + name + " because a " +
                    (holder == name
                         ? "bridge named " + name + " already exists"
                         : "port named " + name + " already exists on bridge " + holder));
    if (holder != bridge)
      throw failure("\"--may-exist add-port " + bridge + " " + name + "\" but " + name +
                    " is actually attached to bridge " + holder);
    return;
  }
  const std::string target = existing_bridge(transaction, bridge);
  const std::string interface = insert(transaction, "Interface", {{"name", name}});
  const std::string port =
      insert(transaction, "Port", {{"name", name}, {"interfaces", {interface}}});
  append(row(transaction, "Bridge", target)["ports"], port);
  for (std::size_t i = 2; i < command.arguments.size(); ++i) {
    const Assignment assignment = parse_assignment(command.arguments[i], true);
    const Column& column = find_column(find_table("Port"), assignment.column);
    Json& values = row(transaction, "Port", port);
    if (assignment.has_key)
      values[column.name][assignment.key] = parse_atom(column, assignment.value);
    else
      values[column.name] = parse_datum(column, assignment.value);
  }
}

void del_port(Transaction& transaction, const Command& command) {
  const std::string& name = command.arguments.back();
  const std::string holder = bridge_of_port(transaction, name);
  if (command.arguments.size() == 2)
    static_cast<void>(existing_bridge(transaction, command.arguments[0]));
  if (holder.empty() || holder == name) {
    if (command.has("--if-exists") && holder.empty())
      return;
    throw failure(holder.empty()
                      ? "no port named " + name
                      : "cannot delete port " + name + " because it is the local port for bridge " +
                            name + " (deleting this port requires deleting the entire bridge)");
  }
  if (command.arguments.size() == 2 && holder != command.arguments[0])
    throw failure("bridge " + command.arguments[0] + " does not have a port " + name +
                  " (although its parent bridge " + holder + " does)");
  erase(row(transaction, "Bridge", uuid_of(transaction, "Bridge", holder))["ports"],
        uuid_of(transaction, "Port", name));
  collect_garbage(transaction.tables);
}

void print_sorted(Transaction& transaction, Words names) {
  std::sort(names.begin(), names.end());
  for (const std::string& name : names)
    transaction.output += name + "\n";
}

void list_br(Transaction& transaction, const Command&) {
  Words names;
  for (const auto& [uuid, values] : transaction.tables["Bridge"].items())
    names.push_back(values["name"].get<std::string>());
  print_sorted(transaction, names);
}

void list_ports(Transaction& transaction, const Command& command) {
  Words names;
  for (const Json& port :
       row(transaction, "Bridge", existing_bridge(transaction, command.arguments[0]))["ports"])
    names.push_back(row(transaction, "Port", port.get<std::string>())["name"].get<std::string>());
  names.erase(std::remove(names.begin(), names.end(), command.arguments[0]), names.end());
  print_sorted(transaction, names);
}

void br_exists(Transaction& transaction, const Command& command) {
  if (uuid_of(transaction, "Bridge", command.arguments[0]).empty())
    transaction.exit = 2;
}

void port_to_br(Transaction& transaction, const Command& command) {
  const std::string holder = bridge_of_port(transaction, command.arguments[0]);
  if (holder.empty() || holder == command.arguments[0])
    throw failure("no port named " + command.arguments[0]);
  transaction.output += holder + "\n";
}

void br_set_external_id(Transaction& transaction, const Command& command) {
  Json& ids = row(
      transaction, "Bridge", existing_bridge(transaction, command.arguments[0]))["external_ids"];
  if (command.arguments.size() == 3)
    ids[command.arguments[1]] = command.arguments[2];
  else
    ids.erase(command.arguments[1]);
}

void br_get_external_id(Transaction& transaction, const Command& command) {
  const Json ids = row(
      transaction, "Bridge", existing_bridge(transaction, command.arguments[0]))["external_ids"];
  for (const auto& [key, value] : ids.items())
    if (command.arguments.size() == 1)
      transaction.output += key + "=" + value.get<std::string>() + "\n";
    else if (key == command.arguments[1])
      transaction.output += value.get<std::string>() + "\n";
}

void set_ssl(Transaction& transaction, const Command& command) {
  const std::string uuid = insert(transaction,
                                  "SSL",
                                  {{"private_key", command.arguments[0]},
                                   {"certificate", command.arguments[1]},
                                   {"ca_cert", command.arguments[2]},
                                   {"bootstrap_ca_cert", command.has("--bootstrap")}});
  switch_row(transaction.tables)["ssl"] = Json::array({uuid});
}

void del_ssl(Transaction& transaction, const Command&) {
  switch_row(transaction.tables)["ssl"] = Json::array();
  collect_garbage(transaction.tables);
}

void get_ssl(Transaction& transaction, const Command&) {
  for (const Json& uuid : switch_row(transaction.tables)["ssl"]) {
    const Json& values = row(transaction, "SSL", uuid.get<std::string>());
    transaction.output += "Private key: " + values["private_key"].get<std::string>() +
                          "\nCertificate: " + values["certificate"].get<std::string>() +
                          "\nCA Certificate: " + values["ca_cert"].get<std::string>() +
                          "\nBootstrap: " + values["bootstrap_ca_cert"].dump() + "\n";
  }
}

void set_manager(Transaction& transaction, const Command& command) {
  Json uuids = Json::array();
  for (const std::string& target : command.arguments)
    append(uuids, insert(transaction, "Manager", {{"target", target}}));
  switch_row(transaction.tables)["manager_options"] = uuids;
  collect_garbage(transaction.tables);
}

void get_manager(Transaction& transaction, const Command&) {
  Words targets;
  for (const Json& uuid : switch_row(transaction.tables)["manager_options"])
    targets.push_back(
        row(transaction, "Manager", uuid.get<std::string>())["target"].get<std::string>());
  print_sorted(transaction, targets);
}

void init(Transaction& transaction, const Command&) {
  static_cast<void>(switch_row(transaction.tables));
}

}  // namespace

std::map<std::string, Rule> bridge_rules() {
  return {
      {"init", {0, 0, {}, init}},
      {"add-br", {1, 3, {"--may-exist"}, add_br}},
      {"del-br", {1, 1, {"--if-exists"}, del_br}},
      {"list-br", {0, 0, {}, list_br}},
      {"br-exists", {1, 1, {}, br_exists}},
      {"br-set-external-id", {2, 3, {}, br_set_external_id}},
      {"br-get-external-id", {1, 2, {}, br_get_external_id}},
      {"add-port", {2, any_number, {"--may-exist"}, add_port}},
      {"del-port", {1, 2, {"--if-exists"}, del_port}},
      {"list-ports", {1, 1, {}, list_ports}},
      {"port-to-br", {1, 1, {}, port_to_br}},
      {"set-ssl", {3, 3, {"--bootstrap"}, set_ssl}},
      {"del-ssl", {0, 0, {}, del_ssl}},
      {"get-ssl", {0, 0, {}, get_ssl}},
      {"set-manager", {1, any_number, {}, set_manager}},
      {"del-manager",
       {0, 0, {}, [](Transaction& transaction, const Command&) { set_manager(transaction, {}); }}},
      {"get-manager", {0, 0, {}, get_manager}}};
}

}  // namespace emulated::ovs
