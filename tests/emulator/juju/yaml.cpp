// The only user of yaml-cpp.
#include <charconv>

#include <yaml-cpp/yaml.h>

#include "text.hpp"

namespace local_juju {
namespace {

Json number(const std::string& text) {
  std::string digits = text;
  if (!digits.empty() && digits.front() == '+')
    digits.erase(0, 1);
  const char* end = digits.data() + digits.size();
  std::int64_t integer = 0;
  if (auto [at, error] = std::from_chars(digits.data(), end, integer);
      error == std::errc{} && at == end)
    return integer;
  const bool numeric = digits.find_first_of("0123456789") != std::string::npos &&
                       digits.find_first_not_of("+-.eE0123456789") == std::string::npos;
  double real = 0;
  if (auto [at, error] = std::from_chars(digits.data(), end, real);
      numeric && error == std::errc{} && at == end)
    return real;
  return nullptr;
}

Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str")
    return text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return nullptr;
  if (text == "true" || text == "True" || text == "TRUE")
    return true;
  if (text == "false" || text == "False" || text == "FALSE")
    return false;
  Json value = number(text);
  return value.is_null() ? Json(text) : value;
}

Json convert(const YAML::Node& node) {
  if (!node || node.IsNull())
    return nullptr;
  if (node.IsScalar())
    return scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const auto& item : node)
      list.push_back(convert(item));
    return list;
  }
  Json map = Json::object();
  for (const auto& item : node)
    map[item.first.Scalar()] = convert(item.second);
  return map;
}

YAML::Node load(const std::string& text) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw Refused(std::string("yaml: ") + error.what());
  }
}

}  // namespace

Json parse_yaml(const std::string& text) {
  return convert(load(text));
}

Bag parse_string_map(const std::string& text) {
  const YAML::Node root = load(text);
  Bag bag;
  if (!root || root.IsNull())
    return bag;
  if (!root.IsMap())
    throw Refused("yaml: unmarshal errors:\n  line 1: cannot unmarshal into map[string]string");
  for (const auto& item : root) {
    if (item.second.IsMap() || item.second.IsSequence())
      throw Refused("yaml: unmarshal errors:\n  line " +
                    std::to_string(item.second.Mark().line + 1) + ": cannot unmarshal " +
                    (item.second.IsMap() ? "!!map" : "!!seq") + " into string");
    bag[item.first.Scalar()] = scalar(item.second).is_null() ? "" : item.second.Scalar();
  }
  return bag;
}

}  // namespace local_juju
