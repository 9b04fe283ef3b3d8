#pragma once
// One description of a struct's fields serves reading and writing: describe(visitor, value) calls
// visitor("name", member) for each. FieldReader leaves absent fields at their defaults and refuses
// unknown keys and wrong types with the path to them.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloud/state.hpp"

namespace ncc::fake_cloud {

struct FieldWriter {
  nlohmann::json document = nlohmann::json::object();

  template <class T>
  void operator()(const char* name, T& member) {
    document[name] = written(member);
  }

 private:
  template <class T>
  static nlohmann::json written(T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return value;
    } else {
      FieldWriter inner;
      describe(inner, value);
      return inner.document;
    }
  }

  static nlohmann::json written(std::optional<std::string>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
  }

  template <class T>
  static nlohmann::json written(std::vector<T>& values) {
    nlohmann::json list = nlohmann::json::array();
    for (T& value : values) {
      list.push_back(written(value));
    }
    return list;
  }

  template <class T>
  static nlohmann::json written(std::map<std::string, T>& values) {
    nlohmann::json object = nlohmann::json::object();
    for (auto& [key, value] : values) {
      object[key] = written(value);
    }
    return object;
  }
};

class FieldReader {
 public:
  FieldReader(const nlohmann::json& document, std::string where)
      : document_(document), where_(std::move(where)) {
    if (!document.is_object()) {
      throw StateError(where_ + ": not an object");
    }
  }

  template <class T>
  void operator()(const char* name, T& member) {
    known_.insert(name);
    const auto found = document_.find(name);
    if (found != document_.end()) {
      read(*found, member, where_ + "." + name);
    }
  }

  /// Call last: throws StateError if a key was not asked for.
  void finish() const {
    for (const auto& [key, value] : document_.items()) {
      if (known_.count(key) == 0) {
        throw StateError(where_ + ": unknown key " + key);
      }
    }
  }

 private:
  template <class T>
  static void read(const nlohmann::json& from, T& value, const std::string& where) {
    if constexpr (std::is_same_v<T, std::string>) {
      require(from.is_string(), where, "a string");
      value = from.get<std::string>();
    } else if constexpr (std::is_same_v<T, bool>) {
      require(from.is_boolean(), where, "true or false");
      value = from.get<bool>();
    } else if constexpr (std::is_arithmetic_v<T>) {
      require(std::is_floating_point_v<T> ? from.is_number() : from.is_number_integer(),
              where,
              "a number");
      value = from.get<T>();
    } else {
      FieldReader inner(from, where);
      describe(inner, value);
      inner.finish();
    }
  }

  static void read(const nlohmann::json& from,
                   std::optional<std::string>& value,
                   const std::string& where) {
    value.reset();
    if (!from.is_null()) {
      read(from, value.emplace(), where);
    }
  }

  template <class T>
  static void read(const nlohmann::json& from, std::vector<T>& values, const std::string& where) {
    require(from.is_array(), where, "a list");
    values.clear();
    for (std::size_t i = 0; i < from.size(); ++i) {
      read(from[i], values.emplace_back(), where + "[" + std::to_string(i) + "]");
    }
  }

  template <class T>
  static void read(const nlohmann::json& from,
                   std::map<std::string, T>& values,
                   const std::string& where) {
    require(from.is_object(), where, "an object");
    values.clear();
    for (const auto& [key, item] : from.items()) {
      read(item, values[key], where + "." + key);
    }
  }

  static void require(bool holds, const std::string& where, const char* wanted) {
    if (!holds) {
      throw StateError(where + ": not " + wanted);
    }
  }

  const nlohmann::json& document_;
  std::string where_;
  std::set<std::string> known_ = {};
};

}  // namespace ncc::fake_cloud
