// Options that are JSON or YAML.

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "config/kinds.hpp"
#include "words/text.hpp"

namespace ncc::kinds {

namespace {

using Json = nlohmann::json;

constexpr const char* json_forms = "a JSON object or a JSON list of objects";
constexpr const char* sysctl_form = "a YAML map such as { kernel.pid_max: 4194303 }";

/// The values of a JSON text, or of one JSON text per line; a discarded value where it is none.
std::vector<Json> json_values(const std::string& text) {
  Json whole = Json::parse(text, nullptr, false);
  if (whole.is_array()) {
    return whole.get<std::vector<Json>>();
  }
  const std::vector<std::string> lines = split(text, "\n");
  if (!whole.is_discarded() || lines.size() < 2) {
    return {std::move(whole)};
  }
  std::vector<Json> values;
  for (const std::string& one : lines) {
    values.push_back(Json::parse(one, nullptr, false));
  }
  return values;
}

/// Names as in /proc/sys, with dots or slashes.
bool is_parameter(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/*@:").find(c) != std::string_view::npos;
  });
}

Parsed<std::map<std::string, std::string>> parameters(const YAML::Node& root) {
  Parsed<std::map<std::string, std::string>> parsed;
  for (const auto& entry : root) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (!is_parameter(name)) {
      return {{}, misfit(name, "kernel parameter", sysctl_form)};
    }
    if (!entry.second.IsScalar() || !line(entry.second.Scalar()).problem.empty() ||
        entry.second.Scalar().empty()) {
      return {{}, name + " has no plain value; allowed: " + sysctl_form};
    }
    parsed.value[name] = entry.second.Scalar();
  }
  return parsed;
}

}  // namespace

Parsed<std::vector<std::string>> json_objects(const std::string& text) {
  Parsed<std::vector<std::string>> parsed;
  for (const Json& value : json_values(text)) {
    if (!value.is_object() || value.empty()) {
      return {{}, misfit(text, "JSON object", json_forms)};
    }
    parsed.value.push_back(value.dump());
  }
  return parsed;
}

Parsed<std::map<std::string, std::string>> sysctl(const std::string& text) {
  try {
    const YAML::Node root = YAML::Load(text);
    if (!root.IsMap()) {
      return {{}, misfit(text, "YAML map", sysctl_form)};
    }
    return parameters(root);
  } catch (const YAML::Exception& error) {
    return {{},
            misfit(text, "YAML map", sysctl_form) + " (line " +
                std::to_string(error.mark.line + 1) + ")"};
  }
}

}  // namespace ncc::kinds
