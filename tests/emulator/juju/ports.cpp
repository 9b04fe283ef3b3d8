#include "ports.hpp"

#include <regex>

#include "model.hpp"
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {

std::string PortRange::str() const {
  if (protocol == "icmp")
    return "icmp";
  const std::string ports =
      from == to ? std::to_string(from) : std::to_string(from) + "-" + std::to_string(to);
  return ports + "/" + protocol;
}

bool PortRange::overlaps(const PortRange& other) const {
  return protocol == other.protocol && from <= other.to && other.from <= to;
}

PortRange parse_port_range(const std::string& text) {
  if (text == "icmp")
    return {-1, -1, "icmp"};
  static const std::regex form("([0-9]{1,6})(?:-([0-9]{1,6}))?(?:/([a-z]+))?");
  std::smatch parts;
  if (!std::regex_match(text, parts, form))
    throw Refused("invalid port range " + go_quoted(text));
  PortRange range{std::stoi(parts[1]), std::stoi(parts[2].matched ? parts[2] : parts[1])};
  if (parts[3].matched)
    range.protocol = parts[3];
  if (range.protocol != "tcp" && range.protocol != "udp")
    throw Refused("invalid protocol " + go_quoted(range.protocol) +
                  R"(, expected "tcp", "udp", or "icmp")");
  if (range.from < 1 || range.to > 65535 || range.from > range.to)
    throw Refused("invalid port range " + range.str());
  return range;
}

namespace {

/// Throws unless `range` may be opened or closed beside what `owner` holds. True: it is there
/// already.
bool exists_or_conflicts(const ToolRun& run,
                         const std::string& endpoint,
                         const PortRange& range,
                         const std::pair<std::string, PortRanges>& owner,
                         const std::string& detail) {
  for (const auto& [other_endpoint, ranges] : owner.second) {
    for (const std::string& text : ranges) {
      const PortRange other = parse_port_range(text);
      if (!range.overlaps(other))
        continue;
      const bool own = owner.first == run.context.unit.name;
      if (own && range == other && endpoint == other_endpoint)
        return true;
      if (!own || !(range == other))
        throw ToolError("cannot " + run.call.name.substr(0, run.call.name.find('-')) + " " +
                        range.str() + " (unit " + go_quoted(run.context.unit.name) +
                        "): port range conflicts with " + other.str() + " (unit " +
                        go_quoted(owner.first) + ")" + detail);
    }
  }
  return false;
}

bool already_there(const ToolRun& run, const std::string& endpoint, const PortRange& range) {
  const Context& context = run.context;
  const bool opening = run.call.name == "open-port";
  const PortRanges& pending = opening ? context.open : context.close;
  if (exists_or_conflicts(run, endpoint, range, {context.unit.name, pending}, " requested earlier"))
    return true;
  bool there = false;
  for (const auto& [name, unit] : context.model.units)
    if (!unit.machine.empty() && unit.machine == context.unit.machine)
      there = exists_or_conflicts(run, endpoint, range, {name, unit.ports}, "") || there;
  return opening && there;
}

std::string change_port(ToolRun& run) {
  if (run.arguments.words.empty())
    throw UsageError("no port or range specified");
  std::string text = run.arguments.words[0];
  for (char& c : text)
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  PortRange range;
  try {
    range = parse_port_range(text);
  } catch (const Refused& error) {
    throw UsageError(error.what());
  }
  run.no_more_than(1);
  const bool opening = run.call.name == "open-port";
  std::string endpoints = run.arguments.get("endpoints") + ",";
  for (std::size_t from = 0; from < endpoints.size(); from = endpoints.find(',', from) + 1) {
    const std::string endpoint = trimmed(endpoints.substr(from, endpoints.find(',', from) - from));
    if (!endpoint.empty() && !run.context.application().charm.endpoints.contains(endpoint))
      throw ToolError("cannot open " + range.str() + ": endpoint " + go_quoted(endpoint) +
                      " not found");
    PortRanges& undone = opening ? run.context.close : run.context.open;
    undone[endpoint].erase(range.str());
    if (!already_there(run, endpoint, range))
      (opening ? run.context.open : run.context.close)[endpoint].insert(range.str());
  }
  return "";
}

std::string opened_ports_tool(ToolRun& run) {
  run.no_more_than(0);
  std::map<std::string, std::string> endpoints_of;
  for (const auto& [endpoint, ranges] : opened_ports(run.context))
    for (const std::string& range : ranges) {
      std::string& list = endpoints_of[range];
      list += (list.empty() ? "" : ", ") + (endpoint.empty() ? "*" : endpoint);
    }
  Json list = Json::array();
  for (const auto& [range, endpoints] : endpoints_of)
    list.push_back(run.arguments.is("endpoints") ? range + " (" + endpoints + ")" : range);
  return run.print(list);
}

}  // namespace

std::vector<Tool> port_tools() {
  const std::vector<Flag> flags{{"endpoints", "", false}, {"format", "", false}};
  return {{"open-port", false, "", flags, change_port},
          {"close-port", false, "", flags, change_port},
          {"opened-ports", false, "smart", {{"endpoints", "", true}}, opened_ports_tool}};
}

}  // namespace local_juju
