#include "relations/decode.hpp"

#include <algorithm>

#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc {

namespace {

std::string in_quotes(const std::string& text) {
  constexpr std::size_t longest = 60;
  std::string shown = text.substr(0, longest);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return "\"" + shown + (text.size() > longest ? "..." : "") + "\"";
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool is_pem(const std::string& text) {
  const auto begin = text.find("-----BEGIN ");
  return begin != std::string::npos && text.find("-----END ", begin) != std::string::npos;
}

/// [::1] without its brackets.
std::string bare_host(const std::string& text) {
  return text.starts_with("[") && text.ends_with("]") ? text.substr(1, text.size() - 2) : text;
}

std::vector<Databag> by_unit_number(const RemoteUnits& remote) {
  std::vector<std::pair<UnitName, Databag>> units;
  for (const auto& [name, bag] : remote.units) {
    units.emplace_back(UnitName(name), bag);
  }
  std::sort(units.begin(), units.end(), [](const auto& a, const auto& b) {
    return by_number(a.first, b.first);
  });
  std::vector<Databag> bags;
  for (auto& [name, bag] : units) {
    bags.push_back(std::move(bag));
  }
  return bags;
}

}  // namespace

std::optional<std::string> decoded(const std::string& raw) {
  std::string text = trim(raw);
  if (text.starts_with("\"")) {
    const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
    text = value.is_string() ? trim(value.get<std::string>()) : text;
  }
  if (text.empty() || text == "None" || text == "null" || text == "__null__") {
    return std::nullopt;
  }
  return text;
}

Bags::Bags(std::string endpoint, const RemoteUnits& remote)
    : Bags(std::move(endpoint), by_unit_number(remote)) {}

std::string Bags::document(const std::string& key) const {
  for (const Databag& bag : bags_) {
    if (const auto found = bag.find(key); found != bag.end()) {
      if (const std::optional<std::string> value = decoded(found->second)) {
        return *value;
      }
    }
  }
  return {};
}

std::string Bags::text(const std::string& key) const {
  std::string value = document(key);
  if (has_line_break(value)) {
    wrong(key, "has a line break");
  }
  return value;
}

std::string Bags::text_of(const std::vector<std::string>& keys) const {
  for (const std::string& key : keys) {
    if (std::string value = text(key); !value.empty()) {
      return value;
    }
  }
  return {};
}

std::optional<bool> Bags::boolean(const std::string& key) const {
  const std::string value = text(key);
  const std::optional<bool> result = to_bool(value);
  if (!value.empty() && !result) {
    wrong(key, in_quotes(value) + " is neither True nor False");
  }
  return result;
}

std::optional<int> Bags::port(const std::string& key) const {
  const std::string value = text(key);
  if (value.empty()) {
    return std::nullopt;
  }
  const std::optional<long long> number = to_integer(value);
  if (!number || *number < 1 || *number > 65535) {
    wrong(key, in_quotes(value) + " is no port");
  }
  return static_cast<int>(*number);
}

std::string Bags::host(const std::string& key) const {
  std::string value = bare_host(text(key));
  if (!value.empty() && !is_ip_address(value) && !HostKind::valid(value)) {
    wrong(key, in_quotes(value) + " is neither a host name nor an address");
  }
  return value;
}

std::string Bags::url(const std::string& key) const {
  std::string value = text(key);
  const auto colon = value.find("://");
  const std::vector<std::string> schemes{"http", "https", "ws", "wss"};
  const bool fits =
      colon != std::string::npos && colon + 3 < value.size() &&
      std::find(schemes.begin(), schemes.end(), value.substr(0, colon)) != schemes.end() &&
      value.find_first_of(" \t,\"") == std::string::npos;
  if (!value.empty() && !fits) {
    wrong(key, in_quotes(value) + " is no URL");
  }
  return value;
}

std::string Bags::choice(const std::string& key, const std::vector<std::string>& allowed) const {
  std::string value = lower(text(key));
  if (!value.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    wrong(key, in_quotes(value) + " is not supported, only " + join(allowed, ", "));
  }
  return value;
}

std::string Bags::pem(const std::string& key) const {
  std::string value = document(key);
  if (value.empty()) {
    return {};
  }
  if (!is_pem(value)) {
    wrong(key, "is no PEM text");
  }
  return value + "\n";
}

std::string Bags::pem_of_base64(const std::string& key) const {
  const std::string value = document(key);
  if (value.empty() || is_pem(value)) {
    return pem(key);
  }
  const std::optional<std::string> bytes = from_base64(value);
  if (!bytes || !is_pem(*bytes)) {
    wrong(key, "is no base64 of PEM text");
  }
  return trim(*bytes) + "\n";
}

nlohmann::json Bags::object(const std::string& key) const {
  const std::string value = document(key);
  if (value.empty()) {
    return nullptr;
  }
  nlohmann::json result = nlohmann::json::parse(value, nullptr, false);
  if (!result.is_object()) {
    wrong(key, "is no JSON object");
  }
  return result;
}

std::vector<Bags> Bags::each() const {
  std::vector<Bags> units;
  for (const Databag& bag : bags_) {
    units.push_back(Bags(endpoint_, std::vector<Databag>{bag}));
  }
  return units;
}

std::vector<std::string> Bags::keys(const std::string& prefix) const {
  std::vector<std::string> found;
  if (!bags_.empty()) {
    const Databag& bag = bags_.front();
    for (auto at = bag.lower_bound(prefix); at != bag.end() && at->first.starts_with(prefix);
         ++at) {
      found.push_back(at->first);
    }
  }
  return found;
}

void Bags::wrong(const std::string& key, const std::string& problem) const {
  throw ConfigError(endpoint_ + ": " + key, problem);
}

std::string awaited(const std::string& key) {
  return "no " + key + " yet";
}

std::string first_awaited(const std::vector<std::pair<std::string, std::string>>& keys) {
  for (const auto& [key, value] : keys) {
    if (value.empty()) {
      return awaited(key);
    }
  }
  return {};
}

std::string base_url(const std::string& scheme, const std::string& host, int port) {
  return scheme + "://" + url_host(host) + ":" + std::to_string(port);
}

bool has_line_break(const std::string& text) {
  return text.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos;
}

std::vector<std::string> sorted_once(std::vector<std::string> values) {
  std::erase_if(values, [](const std::string& value) { return value.empty(); });
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

}  // namespace ncc
