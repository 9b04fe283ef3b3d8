#pragma once
// Values on ovs-vsctl's command line and in its output: the quoting rules of ovs-vsctl(8) "Database
// Values".

#include "ovs_schema.hpp"

namespace emulated::ovs {

/// `column[:key]=value` or `column[:key]` as written. `value` is meaningless without `has_value`.
struct Assignment {
  std::string column = {};
  std::string key = {};
  bool has_key = false;
  std::string value = {};
  bool has_value = false;
};

/// `arg` of set (value required), create, find, get (no value). Throws as ovs-vsctl does.
[[nodiscard]] Assignment parse_assignment(const std::string& argument, bool value_required);

/// A whole value: `v`, `[a,b]` or `a,b`, `{k=v,...}` or `k=v,...`, in the form of the world.
/// `@name` is left in place of a uuid.
[[nodiscard]] Json parse_datum(const Column& column, const std::string& text);
/// One atom of a column, the whole text, quoted or not.
[[nodiscard]] Json parse_atom(const Column& column, const std::string& text);
/// Words that `remove` takes: keys (map with null values), pairs, or members.
[[nodiscard]] Json parse_partial(const Column& column, const std::string& text);

/// As list and get print it: quoted where needed, brackets and braces.
[[nodiscard]] std::string formatted(const Column& column, const Json& value);
[[nodiscard]] std::string formatted_atom(const Column& column, const Json& atom);
/// As --data=bare prints it.
[[nodiscard]] std::string bare(const Column& column, const Json& value);
/// As JSON of the OVSDB protocol (RFC 7047).
[[nodiscard]] Json wire(const Column& column, const Json& value);

[[nodiscard]] bool is_uuid(const std::string& text);
[[nodiscard]] Json empty_value(const Column& column);

}  // namespace emulated::ovs
