// Options that list several values in one line.

#include <set>

#include "config/kinds.hpp"
#include "words/text.hpp"

namespace ncc::kinds {

namespace {

constexpr const char* cpu_list_form = "numbers, ranges and exclusions such as 0-3,^2,8";
constexpr long long highest_cpu = 8191;  // CONFIG_NR_CPUS of the largest Linux kernels is 8192

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Letters, digits and `others`.
bool consists_of(const std::string& text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

struct CpuRange {
  long long first = 0;
  long long last = 0;
};

/// 4 or 0-3.
std::optional<CpuRange> cpu_range(const std::string& text) {
  const auto dash = text.find('-');
  const std::optional<long long> first = to_integer(trim(text.substr(0, dash)));
  const std::optional<long long> last =
      dash == std::string::npos ? first : to_integer(trim(text.substr(dash + 1)));
  if (!first || !last || *first < 0 || *last < *first || *last > highest_cpu) {
    return std::nullopt;
  }
  return CpuRange{*first, *last};
}

/// Kernel names of interfaces have at most 15 characters.
bool is_interface(const std::string& text) {
  return text.size() <= 15 && consists_of(text, "._-");
}

/// 00:11:22:33:44:55 in lower case; empty when it is none.
std::string mac_of(const std::string& text) {
  std::string mac = text;
  for (std::size_t i = 0; i < mac.size(); ++i) {
    char& c = mac[i];
    c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (i % 3 == 2 ? c != ':' : !digit) {
      return {};
    }
  }
  return mac.size() == 17 ? mac : std::string();
}

bool is_bridge(const std::string& text) {
  return is_interface(text) && text != "br-int";
}

/// The parts of `left:right`; the left one is empty when there is no colon.
std::pair<std::string, std::string> at_colon(const std::string& text) {
  const auto colon = text.find(':');
  return colon == std::string::npos ? std::pair(std::string(), text)
                                    : std::pair(text.substr(0, colon), text.substr(colon + 1));
}

/// A host name of one label: the shard's nova-compute is known by it.
bool is_shard(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), fits);
}

bool is_extra_flag(const std::string& text) {
  return consists_of(text.substr(text.starts_with("+") || text.starts_with("-") ? 1 : 0), "._-");
}

}  // namespace

Parsed<std::string> cpu_list(const std::string& text) {
  std::set<long long> cpus;
  std::set<long long> excluded;
  std::vector<std::string> parts;
  for (const std::string& part : split(text, ",")) {
    const bool exclusion = part.starts_with("^");
    const std::optional<CpuRange> range = cpu_range(exclusion ? part.substr(1) : part);
    if (!range) {
      return {{}, misfit(text, "list of CPUs", cpu_list_form)};
    }
    for (long long cpu = range->first; cpu <= range->last; ++cpu) {
      (exclusion ? excluded : cpus).insert(cpu);
    }
    parts.push_back(std::to_string(range->first) +
                    (range->first == range->last ? "" : "-" + std::to_string(range->last)));
    parts.back().insert(0, exclusion ? "^" : "");
  }
  if (std::includes(excluded.begin(), excluded.end(), cpus.begin(), cpus.end())) {
    return {{}, quoted(text) + " leaves no CPU; allowed: " + cpu_list_form};
  }
  return {join(parts, ",")};
}

Parsed<std::string> cpu_model(const std::string& text) {
  return consists_of(text, "._-")
             ? Parsed<std::string>{text}
             : Parsed<std::string>{{}, misfit(text, "CPU model", "names such as Haswell-noTSX")};
}

Parsed<std::vector<std::string>> cpu_models(const std::string& text) {
  std::vector<std::string> models = split(text, ",");
  for (const std::string& model : models) {
    if (const Parsed<std::string> parsed = cpu_model(model); !parsed.problem.empty()) {
      return {{}, parsed.problem};
    }
  }
  return {std::move(models)};
}

Parsed<std::string> cpu_flags(const std::string& text) {
  const std::vector<std::string> names = split(text, " ,\t");
  if (!std::all_of(names.begin(), names.end(), is_extra_flag) || !line(text).problem.empty()) {
    return {
        {},
        misfit(
            text, "list of CPU flags", "names such as pcid, +pcid or -vmx, separated by commas")};
  }
  return {join(names, ",")};
}

Parsed<std::string> cache_modes(const std::string& text) {
  static const std::set<std::string> types{"file", "block", "network", "mount"};
  static const std::set<std::string> modes{
      "default", "none", "writethrough", "writeback", "directsync", "unsafe"};
  const std::vector<std::string> parts = split(text, ", ");
  for (const std::string& part : parts) {
    const auto equals = part.find('=');
    if (equals == std::string::npos || !types.contains(part.substr(0, equals)) ||
        !modes.contains(part.substr(equals + 1))) {
      return {
          {},
          quoted(part) +
              " is no type=mode; allowed: types file, block, network, mount; modes default, none, "
              "writethrough, writeback, directsync, unsafe"};
    }
  }
  return {join(parts, ",")};
}

Parsed<std::vector<std::string>> names(const std::string& text) {
  if (const Parsed<std::string> one_line = line(text); !one_line.problem.empty()) {
    return {{}, one_line.problem};
  }
  return {split(text, ",")};
}

Parsed<Flags> flags(const std::string& text) {
  if (const Parsed<std::string> one_line = line(text); !one_line.problem.empty()) {
    return {{}, one_line.problem};
  }
  Flags result;
  for (const std::string& part : split(text, ",")) {
    const auto equals = part.find('=');
    const std::string key = trim(part.substr(0, equals));
    if (equals == std::string::npos && !result.empty()) {
      result.back().second += "," + part;
    } else if (equals == std::string::npos || !consists_of(key, "_")) {
      return {{},
              misfit(part,
                     "setting of section [DEFAULT]",
                     "key=value pairs separated by commas, such as a=1,b=2")};
    } else {
      result.emplace_back(key, trim(part.substr(equals + 1)));
    }
  }
  return {std::move(result)};
}

Parsed<Pairs> bridge_mappings(const std::string& text) {
  std::map<std::string, std::string> bridges;
  Pairs result;
  for (const std::string& part : split(text)) {
    const auto [physnet, bridge] = at_colon(part);
    if (!consists_of(physnet, "._-") || !is_bridge(bridge)) {
      return {
          {},
          misfit(
              part, "mapping", "network:bridge pairs separated by spaces, such as physnet1:br-ex")};
    }
    if (!bridges.emplace(physnet, bridge).second) {
      return {{}, physnet + " has two bridges; allowed: one bridge for a network"};
    }
    result.emplace_back(physnet, bridge);
  }
  return {std::move(result)};
}

Parsed<Pairs> interface_mappings(const std::string& text) {
  std::map<std::string, std::string> bridges;
  Pairs result;
  for (const std::string& part : split(text)) {
    const auto [bridge, port] = at_colon(part);
    const std::string mac = mac_of(port);
    if (!is_bridge(bridge) || (mac.empty() && !is_interface(port))) {
      return {{},
              misfit(part,
                     "mapping",
                     "bridge:interface pairs separated by spaces, such as br-ex:eno3 or "
                     "br-ex:00:53:00:00:00:42")};
    }
    const std::string& interface = mac.empty() ? port : mac;
    if (!bridges.emplace(interface, bridge).second) {
      return {{}, interface + " is named twice; allowed: an interface in one bridge"};
    }
    result.emplace_back(bridge, interface);
  }
  return {std::move(result)};
}

Parsed<Shards> shards(const std::string& text) {
  constexpr const char* form =
      "a number from 1 to 1000, or names of lower case letters, digits and dashes separated by "
      "commas, each with @group where it has a conductor group";
  constexpr long long most = 1000;
  if (const std::optional<long long> number = to_integer(text)) {
    return *number >= 1 && *number <= most
               ? Parsed<Shards>{{.number = *number}}
               : Parsed<Shards>{{}, misfit(text, "number of shards", form)};
  }
  Shards result;
  std::set<std::string> names;
  for (const std::string& part : split(text, ", ")) {
    const std::size_t at = part.find('@');
    const std::string name = part.substr(0, at);
    const std::string group = at == std::string::npos ? "" : part.substr(at + 1);
    if (!is_shard(name) || (at != std::string::npos && !consists_of(group, "._-"))) {
      return {{}, misfit(part, "shard", form)};
    }
    if (!names.insert(name).second) {
      return {{}, name + " is named twice; allowed: each shard once"};
    }
    result.named.push_back({name, group});
  }
  if (names.empty() || static_cast<long long>(names.size()) > most) {
    return {{}, misfit(text, "list of shards", form)};
  }
  return {std::move(result)};
}

}  // namespace ncc::kinds
