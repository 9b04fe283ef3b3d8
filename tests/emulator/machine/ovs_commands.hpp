#pragma once
// The commands of one ovs-vsctl call, run one after the other on a copy of the database: all of
// them or none. ovs_records.cpp works on any table, ovs_bridges.cpp on bridges, ports, TLS and
// managers.

#include <functional>

#include "ovs_database.hpp"

namespace emulated::ovs {

struct Command {
  std::string name = {};
  std::map<std::string, std::string> options =
      {};  // with dashes: "--may-exist" -> "", "--id" -> "@x"
  Words arguments = {};

  [[nodiscard]] bool has(const std::string& option) const { return options.count(option) > 0; }
};

/// How tables are printed.
struct Format {
  std::string format = "list";  // or json
  bool bare = false;
};

struct Transaction {
  Json tables = {};
  Format format = {};
  std::map<std::string, std::string> symbols = {};  // "@x" -> uuid
  std::string output = {};
  std::string warnings = {};
  bool table_printed = false;
  int exit = 0;  // of the whole call, e.g. 2 from br-exists

  /// uuid of a record that a command names. Throws unless it is there; with --if-exists: empty.
  [[nodiscard]] std::string record(const Table& table,
                                   const std::string& name,
                                   const Command& command);
};

struct Rule {
  std::size_t least = 0;
  std::size_t most = 0;
  Words options = {};
  void (*run)(Transaction&, const Command&) = nullptr;
};

inline constexpr std::size_t any_number = 1000000;

[[nodiscard]] std::map<std::string, Rule> record_rules();
[[nodiscard]] std::map<std::string, Rule> bridge_rules();
[[nodiscard]] std::map<std::string, Rule> list_rules();

/// Appends the rows in the transaction's format. `columns` empty: all, beginning with _uuid.
void print_rows(Transaction& transaction,
                const Table& table,
                const Words& columns,
                const Words& uuids);

}  // namespace emulated::ovs
