#pragma once
// The rows of the emulated Open vSwitch database: world `ovs`, table -> uuid -> column -> value.

#include "ovs_schema.hpp"
#include "world.hpp"

namespace emulated {

[[nodiscard]] std::string new_uuid();
/// The one row of Open_vSwitch, made when it is not there.
[[nodiscard]] Json& switch_row(Json& tables);

namespace ovs {

[[nodiscard]] Json new_row(const Table& table);
/// uuid of the record that a command names: its uuid, its beginning (four digits or more), its key
/// column, or `.`; empty: none.
[[nodiscard]] std::string find_record(Json& tables, const Table& table, const std::string& name);
/// Drops rows that no row refers to and references to rows that are gone, as ovsdb-server does at
/// the end of a transaction.
void collect_garbage(Json& tables);
/// Throws Refused when two rows of a table have one key.
void check_keys(const Json& tables);

}  // namespace ovs
}  // namespace emulated
