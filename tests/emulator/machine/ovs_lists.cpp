// ovs-vsctl's list and find, and how tables are printed: --format=list (the default),
// --format=json, --bare.
#include "ovs_commands.hpp"
#include "ovs_values.hpp"

namespace emulated::ovs {

namespace {

/// Pseudo column in front of the others.
const Column& uuid_column() {
  static const Column column{.name = "_uuid", .kind = Kind::uuid};
  return column;
}

std::vector<Column> chosen(const Table& table, const Words& names) {
  std::vector<Column> columns;
  if (names.empty()) {
    columns = table.columns;
    columns.insert(columns.begin(), uuid_column());
  }
  for (const std::string& name : names)
    columns.push_back(name == "_uuid" ? uuid_column() : find_column(table, name));
  return columns;
}

Words columns_of(const Command& command) {
  return command.has("--columns") ? split(command.options.at("--columns"), ',') : Words();
}

void list(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  Words uuids;
  if (command.arguments.size() == 1)
    for (const auto& [uuid, row] : transaction.tables[table.name].items())
      uuids.push_back(uuid);
  for (std::size_t i = 1; i < command.arguments.size(); ++i)
    if (const std::string uuid = transaction.record(table, command.arguments[i], command);
        !uuid.empty())
      uuids.push_back(uuid);
  print_rows(transaction, table, columns_of(command), uuids);
}

/// `column[:key]=value` and `!=`.
bool meets(const Table& table, const Json& row, const std::string& condition) {
  const std::size_t inverse = condition.find("!=");
  const bool negated = inverse != std::string::npos && inverse == condition.find_first_of("=!");
  const Assignment asked =
      parse_assignment(negated ? std::string(condition).erase(inverse, 1) : condition, true);
  if (!asked.column.empty() && std::string("<>{").find(asked.value[0]) != std::string::npos)
    throw failure("emulated: find knows = and != only");
  const Column& column = find_column(table, asked.column);
  const Json& value = row[column.name];
  if (!asked.has_key)
    return (value == parse_datum(column, asked.value)) != negated;
  return value.contains(asked.key) &&
         (value[asked.key] == parse_atom(column, asked.value)) != negated;
}

void find(Transaction& transaction, const Command& command) {
  const Table& table = find_table(command.arguments[0]);
  Words uuids;
  for (const auto& [uuid, row] : transaction.tables[table.name].items()) {
    bool all = true;
    for (std::size_t i = 1; i < command.arguments.size(); ++i)
      all = all && meets(table, row, command.arguments[i]);
    if (all)
      uuids.push_back(uuid);
  }
  print_rows(transaction, table, columns_of(command), uuids);
}

std::string json_table(const std::vector<Column>& columns,
                       const std::vector<std::vector<Json>>& rows) {
  Json data = Json::array();
  for (const std::vector<Json>& row : rows) {
    Json cells = Json::array();
    for (std::size_t i = 0; i < columns.size(); ++i)
      cells.push_back(wire(columns[i], row[i]));
    data.push_back(cells);
  }
  Json headings = Json::array();
  for (const Column& column : columns)
    headings.push_back(column.name);
  return Json{{"data", data}, {"headings", headings}}.dump() + "\n";
}

std::string padded(std::string name) {
  if (name.size() < 20)
    name.resize(20, ' ');
  return name + ": ";
}

}  // namespace

void print_rows(Transaction& transaction,
                const Table& table,
                const Words& names,
                const Words& uuids) {
  const std::vector<Column> columns = chosen(table, names);
  std::vector<std::vector<Json>> rows;
  for (const std::string& uuid : uuids) {
    rows.emplace_back();
    for (const Column& column : columns)
      rows.back().push_back(
          column.name == "_uuid" ? Json(uuid) : transaction.tables[table.name][uuid][column.name]);
  }
  if (transaction.format.format == "json") {
    transaction.output += json_table(columns, rows);
    return;
  }
  for (const std::vector<Json>& row : rows) {
    transaction.output += transaction.table_printed ? "\n" : "";
    transaction.table_printed = true;
    for (std::size_t i = 0; i < columns.size(); ++i)
      transaction.output += transaction.format.bare
                                ? bare(columns[i], row[i]) + "\n"
                                : padded(columns[i].name) + formatted(columns[i], row[i]) + "\n";
  }
}

std::map<std::string, Rule> list_rules() {
  return {{"list", {1, any_number, {"--if-exists", "--columns"}, list}},
          {"find", {1, any_number, {"--columns"}, find}}};
}

}  // namespace emulated::ovs
