#pragma once
// The tables of Open vSwitch's database that the emulator has, with the columns of its schema
// (8.3). How values are kept in the world: one value as it is, an optional or a set as a sorted
// array, a map as an object; a uuid is its text.

#include "world.hpp"

namespace emulated::ovs {

enum class Kind { string, integer, boolean, uuid };
enum class Shape { one, optional, set, map };

struct Column {
  std::string name = {};
  Kind kind = Kind::string;
  Shape shape = Shape::one;
  Words allowed = {};      // the only values, sorted; empty: any
  bool fixed = false;      // read-only after creation
  std::string table = {};  // of a uuid: the table it refers to, when the emulator has it
  long lowest = 0;         // of an integer, when lowest < highest
  long highest = 0;
};

struct Table {
  std::string name = {};
  std::vector<Column> columns = {};  // by name
  std::string key = {};              // column by which a record may be named; empty: by uuid or `.`
  bool root = false;                 // rows live without being referred to
};

[[nodiscard]] const std::vector<Table>& tables();
/// Names may be cut short, in any case, with - for _. Throws Refused in ovs-vsctl's words.
[[nodiscard]] const Table& find_table(const std::string& name);
[[nodiscard]] const Column& find_column(const Table& table, const std::string& name);

/// ovs-vsctl's way to fail: "ovs-vsctl: TEXT", status 1.
[[nodiscard]] Refused failure(const std::string& text);

}  // namespace emulated::ovs
