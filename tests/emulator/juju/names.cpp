#include "names.hpp"

#include <regex>

namespace local_juju {
namespace {

const std::string application_pattern = "[a-z][a-z0-9]*(?:-[a-z0-9]*[a-z][a-z0-9]*)*";

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_match(text, std::regex(pattern));
}

}  // namespace

bool is_application_name(const std::string& text) {
  return matches(text, application_pattern);
}

bool is_unit_name(const std::string& text) {
  return matches(text, application_pattern + "/(?:0|[1-9][0-9]*)");
}

bool is_endpoint_name(const std::string& text) {
  return matches(text, "[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*");
}

bool is_action_name(const std::string& text) {
  return matches(text, "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?");
}

bool is_secret_id(const std::string& text) {
  return matches(text, "(?:secret:)?[0-9a-z]{20}");
}

bool is_secret_key(const std::string& text) {
  return matches(text, "[a-z](?:-?[a-z0-9]){2,}");
}

bool is_reserved_name(const std::string& text) {
  return text == "juju" || text.rfind("juju-", 0) == 0;
}

}  // namespace local_juju
