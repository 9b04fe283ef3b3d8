// What an operator asks for, checked. Pure.

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "node.hpp"
#include "words/error.hpp"
#include "words/names.hpp"
#include "words/parameters.hpp"
#include "words/text.hpp"

namespace ncc::node {

namespace {

using nlohmann::json;

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_user_data = 65535;  // of Nova, once encoded
constexpr long long most_nodes = 100'000;
constexpr long long most_gib = 100'000;
constexpr long long least_seconds = 10;
constexpr long long most_seconds = 86'400;

class Reading {
 public:
  explicit Reading(const Parameters& parameters) : parameters_(parameters) {}

  void text(const char* name, std::string& value) const {
    if (const auto found = parameters_.find(name); found != parameters_.end()) {
      value = trim(found->second);
    }
  }

  void raw(const char* name, std::string& value) const {
    if (const auto found = parameters_.find(name); found != parameters_.end()) {
      value = found->second;
    }
  }

  void number(const char* name, long long& value, long long least, long long most) const {
    value = number_in(parameters_, name, value, {least, most});
  }

  void flag(const char* name, bool& value) const { value = flag_in(parameters_, name, value); }

  void list(const char* name, std::vector<std::string>& value) const {
    std::string given = join(value, ",");
    text(name, given);
    value = split(given, ", \n");
  }

 private:
  const Parameters& parameters_;
};

bool is_name_letter(unsigned char letter) {
  return std::islower(letter) != 0 || std::isdigit(letter) != 0 || letter == '-';
}

/// The host name base-N is one label: it begins with a letter or digit, and base holds neither dots
/// nor underscores.
void check_base(const Request& request) {
  const std::string& base = request.base;
  const bool fits =
      !base.empty() && base.front() != '-' && std::all_of(base.begin(), base.end(), is_name_letter);
  if (!fits) {
    throw ConfigError("base-name",
                      "\"" + base + "\" is not made of lower case letters, digits and dashes");
  }
  if (names_of(request, request.max).host.size() > longest_label) {
    throw ConfigError("base-name", "the longest host name has more than 63 characters");
  }
}

void check_domain(const char* name, std::string& domain) {
  if (domain.ends_with('.')) {
    domain.pop_back();
  }
  if (!domain.empty() && !HostKind::valid(domain)) {
    throw ConfigError(name, "\"" + domain + "\" is no domain");
  }
}

void check_dns(Request& request) {
  check_domain("domain", request.domain);
  check_domain("dns-zone", request.dns_zone);
  const bool inside = request.dns_zone.empty() || request.domain == request.dns_zone ||
                      request.domain.ends_with("." + request.dns_zone);
  if (!inside) {
    throw ConfigError("dns-zone",
                      "the domain \"" + request.domain + "\" is not in it: set domain, too");
  }
  if (!request.dns_zone.empty() && request.network.empty()) {
    throw ConfigError("network", "has no value: without an address there is no record");
  }
}

void check_user_data(const Request& request) {
  const std::string longest_id(36, '0');
  const std::size_t bytes = render(request, request.max, longest_id, longest_id).size();
  const std::size_t encoded = (bytes + 2) / 3 * 4;
  if (encoded > longest_user_data) {
    throw ConfigError(
        "user-data",
        "has " + std::to_string(encoded) + " characters once encoded as base64; Nova takes 65535");
  }
}

void must_have(const char* name, const std::string& value) {
  if (value.empty()) {
    throw ConfigError(name, std::string("has no value, and neither has the option node-") + name);
  }
}

void check(Request& request) {
  check_base(request);
  must_have("image", request.image);
  must_have("flavor", request.flavor);
  check_dns(request);
  if (!request.volume.device.empty() && !request.volume.device.starts_with("/dev/")) {
    throw ConfigError("volume-device", "\"" + request.volume.device + "\" is not below /dev");
  }
  check_user_data(request);
}

bool reads_compute(const Parameters& parameters, bool value) {
  std::string given = value ? "compute" : "active";
  Reading(parameters).text("registered", given);
  if (given != "compute" && given != "active") {
    throw ConfigError("registered", "\"" + given + "\" is neither compute nor active");
  }
  return given == "compute";
}

}  // namespace

Request read_request(const Parameters& parameters, Request request) {
  const Reading reading(parameters);
  reading.text("base-name", request.base);
  reading.number("max", request.max, 1, most_nodes);
  reading.text("image", request.image);
  reading.flag("strict-image", request.strict);
  reading.text("flavor", request.flavor);
  reading.text("network", request.network);
  reading.text("key", request.key);
  reading.list("security-groups", request.security_groups);
  reading.text("availability-zone", request.zone);
  reading.raw("user-data", request.user_data);
  reading.text("profile", request.profile);
  reading.number("volume-size", request.volume.size_gib, 0, most_gib);
  reading.text("volume-type", request.volume.type);
  reading.text("volume-device", request.volume.device);
  reading.text("domain", request.domain);
  reading.text("dns-zone", request.dns_zone);
  request.awaits_compute = reads_compute(parameters, request.awaits_compute);
  reading.flag("keep-on-failure", request.keep_on_failure);
  long long timeout = request.timeout.count();
  reading.number("timeout", timeout, least_seconds, most_seconds);
  request.timeout = std::chrono::seconds(timeout);
  check(request);
  return request;
}

std::string to_text(const Request& request) {
  const json document{{"base", request.base},
                      {"max", request.max},
                      {"image", request.image},
                      {"strict", request.strict},
                      {"flavor", request.flavor},
                      {"network", request.network},
                      {"key", request.key},
                      {"security-groups", request.security_groups},
                      {"zone", request.zone},
                      {"user-data", request.user_data},
                      {"profile", request.profile},
                      {"volume-size", request.volume.size_gib},
                      {"volume-type", request.volume.type},
                      {"volume-device", request.volume.device},
                      {"domain", request.domain},
                      {"dns-zone", request.dns_zone},
                      {"awaits-compute", request.awaits_compute},
                      {"keep-on-failure", request.keep_on_failure},
                      {"timeout", request.timeout.count()}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Request read_request(const std::string& text) {
  try {
    const json document = json::parse(text);
    const auto word = [&](const char* key) { return document.at(key).get<std::string>(); };
    return {.base = word("base"),
            .max = document.at("max").get<long long>(),
            .image = word("image"),
            .strict = document.at("strict").get<bool>(),
            .flavor = word("flavor"),
            .network = word("network"),
            .key = word("key"),
            .security_groups = document.at("security-groups").get<std::vector<std::string>>(),
            .zone = word("zone"),
            .user_data = word("user-data"),
            .profile = word("profile"),
            .volume = {.size_gib = document.at("volume-size").get<long long>(),
                       .type = word("volume-type"),
                       .device = word("volume-device")},
            .domain = word("domain"),
            .dns_zone = word("dns-zone"),
            .awaits_compute = document.at("awaits-compute").get<bool>(),
            .keep_on_failure = document.at("keep-on-failure").get<bool>(),
            .timeout = std::chrono::seconds(document.at("timeout").get<long long>())};
  } catch (const json::exception&) {
    throw ConfigError("journal: node request", "has a wrong form");
  }
}

}  // namespace ncc::node
