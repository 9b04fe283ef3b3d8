// ovs-vsctl's commands on records of any table: get, set, add, remove, clear, create, destroy.
#include <algorithm>

#include "ovs_commands.hpp"
#include "ovs_values.hpp"

namespace emulated::ovs {

namespace {

/// Puts uuids in place of @names.
Json resolved(Transaction& transaction, const Column& column, Json value) {
  if (column.kind != Kind::uuid)
    return value;
  for (Json& item : value) {
    const std::string name = item.get<std::string>();
    if (name[0] != '@')
      continue;
    if (!transaction.symbols.count(name))
      throw failure("row id \"" + name +
                    "\" is referenced but never created (e.g. with \"-- --id=" + name +
                    " create ...\")");
    item = transaction.symbols.at(name);
  }
  std::sort(value.begin(), value.end());
  return value;
}

void require_changeable(const Table& table, const Column& column) {
  if (column.fixed)
    throw failure("cannot modify read-only column " + column.name + " in table " + table.name);
}

void assign(Transaction& transaction, const Table& table, Json& row, const Assignment& assignment) {
  const Column& column = find_column(table, assignment.column);
  if (!assignment.has_key) {
    row[column.name] = resolved(transaction, column, parse_datum(column, assignment.value));
    return;
  }
  if (column.shape != Shape::map)
    throw failure("cannot specify key to set for non-map column " + column.name);
  row[column.name][assignment.key] = parse_atom(column, assignment.value);
}

void set(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  const std::string uuid = transaction.record(table, command.arguments[1], command);
  if (uuid.empty())
    return;
  for (std::size_t i = 2; i < command.arguments.size(); ++i) {
    const Assignment assignment = parse_assignment(command.arguments[i], true);
    require_changeable(table, find_column(table, assignment.column));
    assign(transaction, table, transaction.tables[table.name][uuid], assignment);
  }
}

/// One line per column asked for.
void get(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  const std::string uuid = transaction.record(table, command.arguments[1], command);
  if (command.has("--id"))
    transaction.symbols[command.options.at("--id")] = uuid;
  for (std::size_t i = 2; i < command.arguments.size(); ++i) {
    const Assignment asked = parse_assignment(command.arguments[i], false);
    if (uuid.empty() || asked.column == "_uuid") {
      transaction.output += uuid + "\n";
      continue;
    }
    const Column& column = find_column(table, asked.column);
    const Json& value = transaction.tables[table.name][uuid][column.name];
    if (!asked.has_key) {
      transaction.output += formatted(column, value) + "\n";
      continue;
    }
    if (column.shape != Shape::map)
      throw failure("cannot specify key to get for non-map column " + column.name);
    const bool found = value.contains(asked.key);
    if (!found && !command.has("--if-exists"))
      throw failure("no key \"" + asked.key + "\" in " + table.name + " record \"" +
                    command.arguments[1] + "\" column " + column.name);
    transaction.output += (found ? formatted_atom(column, value[asked.key]) : "") + "\n";
  }
}

void add(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  const std::string uuid = transaction.record(table, command.arguments[1], command);
  if (uuid.empty())
    return;
  const Column& column = find_column(table, command.arguments[2]);
  require_changeable(table, column);
  Json& value = transaction.tables[table.name][uuid][column.name];
  for (std::size_t i = 3; i < command.arguments.size(); ++i) {
    const Json more = resolved(transaction, column, parse_datum(column, command.arguments[i]));
    if (column.shape == Shape::map) {
      value.update(more);
      continue;
    }
    for (const Json& item : more.is_array() ? more : Json::array({more}))
      if (std::find(value.begin(), value.end(), item) == value.end())
        value.push_back(item);
  }
  if (column.shape == Shape::one || (column.shape == Shape::optional && value.size() > 1))
    throw failure("\"add\" operation would put " + std::to_string(value.size()) +
                  " values in column " + column.name + " of table " + table.name +
                  " but the maximum number is 1");
  if (column.shape != Shape::map)
    std::sort(value.begin(), value.end());
}

void remove_items(const Column& column, Json& value, const Json& gone) {
  if (column.shape == Shape::map) {
    for (const auto& [key, item] : gone.items())
      if (value.contains(key) && (item.is_null() || value[key] == item))
        value.erase(key);
    return;
  }
  for (const Json& item : gone)
    value.erase(std::remove(value.begin(), value.end(), item), value.end());
}

void remove(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  const std::string uuid = transaction.record(table, command.arguments[1], command);
  if (uuid.empty())
    return;
  const Column& column = find_column(table, command.arguments[2]);
  require_changeable(table, column);
  Json& value = transaction.tables[table.name][uuid][column.name];
  for (std::size_t i = 3; i < command.arguments.size(); ++i) {
    if (column.shape == Shape::one)
      throw failure("\"remove\" operation would put 0 values in column " + column.name +
                    " of table " + table.name + " but the minimum number is 1");
    Json gone = parse_partial(column, command.arguments[i]);
    if (column.shape != Shape::map)
      gone = resolved(transaction, column, gone);
    remove_items(column, value, gone);
  }
}

void clear(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  const std::string uuid = transaction.record(table, command.arguments[1], command);
  if (uuid.empty())
    return;
  for (std::size_t i = 2; i < command.arguments.size(); ++i) {
    const Column& column = find_column(table, command.arguments[i]);
    require_changeable(table, column);
    if (column.shape == Shape::one)
      throw failure("\"clear\" operation cannot be applied to column " + column.name +
                    " of table " + table.name + ", which is not allowed to be empty");
    transaction.tables[table.name][uuid][column.name] = empty_value(column);
  }
}

void create(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  Json row = new_row(table);
  for (std::size_t i = 1; i < command.arguments.size(); ++i)
    assign(transaction, table, row, parse_assignment(command.arguments[i], true));
  const std::string uuid =
      command.has("--id") ? transaction.symbols.at(command.options.at("--id")) : new_uuid();
  if (!command.has("--id") && !table.root)
    transaction.warnings += "db_ctl_base|WARN|applying \"create\" command to table " + table.name +
                            " without --id option will have no effect\n";
  transaction.tables[table.name][uuid] = row;
  transaction.output += uuid + "\n";
}

/// References to the row go with it.
void forget(Json& tables, const std::string& gone) {
  for (const Table& table : ovs::tables())
    for (const Column& column : table.columns)
      if (!column.table.empty() && tables.contains(table.name))
        for (auto& [uuid, row] : tables[table.name].items())
          row[column.name].erase(
              std::remove(row[column.name].begin(), row[column.name].end(), gone),
              row[column.name].end());
}

void destroy(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  Words gone;
  if (command.has("--all"))
    for (const auto& [uuid, row] : transaction.tables[table.name].items())
      gone.push_back(uuid);
  for (std::size_t i = 1; i < command.arguments.size(); ++i)
    gone.push_back(transaction.record(table, command.arguments[i], command));
  for (const std::string& uuid : gone) {
    transaction.tables[table.name].erase(uuid);
    forget(transaction.tables, uuid);
  }
}

}  // namespace

std::string Transaction::record(const Table& table,
                                const std::string& name,
                                const Command& command) {
  if (name[0] == '@') {
    const auto symbol = symbols.find(name);
    if (symbol != symbols.end() && tables[table.name].contains(symbol->second))
      return symbol->second;
    throw failure("row id \"" + name + "\" does not refer to a record that is there yet");
  }
  const std::string uuid = find_record(tables, table, name);
  if (uuid.empty() && !command.has("--if-exists"))
    throw failure("no row \"" + name + "\" in table " + table.name);
  return uuid;
}

std::map<std::string, Rule> record_rules() {
  return {{"get", {2, any_number, {"--if-exists", "--id"}, get}},
          {"set", {3, any_number, {"--if-exists"}, set}},
          {"add", {4, any_number, {"--if-exists"}, add}},
          {"remove", {4, any_number, {"--if-exists"}, remove}},
          {"clear", {3, any_number, {"--if-exists"}, clear}},
          {"create", {2, any_number, {"--id"}, create}},
          {"destroy", {1, any_number, {"--if-exists", "--all"}, destroy}}};
}

}  // namespace emulated::ovs
