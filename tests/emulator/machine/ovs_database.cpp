#include "ovs_database.hpp"

#include <array>
#include <cstdio>
#include <set>

#include <sys/random.h>

#include "ovs_values.hpp"

namespace emulated {

namespace ovs {

namespace {

void mark(const Json& tables,
          const Table& table,
          const std::string& uuid,
          std::set<std::string>& alive) {
  if (!tables.contains(table.name) || !tables.at(table.name).contains(uuid) ||
      !alive.insert(uuid).second)
    return;
  const Json& row = tables.at(table.name).at(uuid);
  for (const Column& column : table.columns) {
    if (column.table.empty())
      continue;
    for (const Json& target : row.at(column.name))
      mark(tables, find_table(column.table), target.get<std::string>(), alive);
  }
}

}  // namespace

Json new_row(const Table& table) {
  Json row = Json::object();
  for (const Column& column : table.columns)
    row[column.name] = empty_value(column);
  return row;
}

std::string find_record(Json& tables, const Table& table, const std::string& name) {
  if (table.root && name == ".")
    return switch_row(tables).empty() ? "" : tables[table.name].items().begin().key();
  if (!tables.contains(table.name))
    return "";
  const bool beginning =
      name.size() >= 4 && name.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
  for (const auto& [uuid, row] : tables[table.name].items())
    if (uuid == name || (!table.key.empty() && row[table.key] == name) ||
        (beginning && starts_with(uuid, name)))
      return uuid;
  const bool only = table.name == "SSL" && name == "." && tables[table.name].size() == 1;
  return only ? tables[table.name].items().begin().key() : "";
}

void collect_garbage(Json& tables) {
  std::set<std::string> alive;
  for (const Table& table : ovs::tables())
    if (table.root && tables.contains(table.name))
      for (const auto& [uuid, row] : tables[table.name].items())
        mark(tables, table, uuid, alive);
  for (auto& [name, rows] : tables.items())
    for (auto row = rows.begin(); row != rows.end();)
      row = alive.count(row.key()) > 0 ? std::next(row) : rows.erase(row);
}

void check_keys(const Json& tables) {
  for (const Table& table : ovs::tables()) {
    if (table.key.empty() || !tables.contains(table.name))
      continue;
    std::set<std::string> seen;
    for (const auto& [uuid, row] : tables.at(table.name).items())
      if (const std::string key = row.at(table.key).get<std::string>(); !seen.insert(key).second)
        throw failure("transaction error: {\"details\":\"Transaction causes multiple rows in \\\"" +
                      table.name + "\\\" table to have identical values (" + key +
                      ") for index on column \\\"" + table.key +
                      "\\\".\",\"error\":\"constraint violation\"}");
  }
}

}  // namespace ovs

std::string new_uuid() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("no random numbers");
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", bytes[i]);
    text += (i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "") + std::string(digits.data());
  }
  return text;
}

Json& switch_row(Json& tables) {
  const ovs::Table& table = ovs::find_table("Open_vSwitch");
  if (!tables.contains(table.name) || tables[table.name].empty())
    tables[table.name] = {{new_uuid(), ovs::new_row(table)}};
  return tables[table.name].begin().value();
}

}  // namespace emulated
