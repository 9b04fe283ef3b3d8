// How much more fits: the arithmetic of scale-in-protocol.md, C.1, over provider trees. In a tree,
// each class of a server comes whole from one provider; disk that a host lacks comes from a pool.

#include <algorithm>

#include "capacity.hpp"
#include "words/text.hpp"

namespace ncc::capacity {
namespace {

using openstack::Room;
using Summary = openstack::Candidates::Summary;

/// Rooms of the providers of one tree, by class.
using Tree = std::map<std::string, std::vector<Room>>;

long long free_of(const Room& room) {
  return std::max(0LL, room.capacity - room.used);
}

long long amount(const std::map<std::string, long long>& amounts, const std::string& name) {
  const auto found = amounts.find(name);
  return found == amounts.end() ? 0 : found->second;
}

/// How many amounts of `need` go into the rooms, one by one.
template <typename Size>
long long times(const std::vector<Room>& rooms, long long need, Size size) {
  long long sum = 0;
  for (const Room& room : rooms) {
    sum += size(room) / need;
  }
  return sum;
}

class Reporter {
 public:
  explicit Reporter(const Look& look) : look_(look) {
    std::set<std::string> hypervisors;
    for (const Node& node : look.nodes) {
      hypervisors.insert(node.hypervisor.id);
    }
    for (const auto& [uuid, summary] : look.providers) {
      if (hypervisors.contains(summary.root)) {
        add_rooms(trees_[summary.root], summary);
      } else if (is_pool(summary)) {
        add_rooms(shared_, summary);
      }
    }
    for (const Node& node : look.nodes) {
      add_full(node);
    }
  }

  Report run() {
    for (const auto& [host, state] : look_.hosts) {
      report_.hosts[state].push_back(host);
    }
    for (const Node& node : look_.nodes) {
      count(node);
    }
    for (const auto& [name, rooms] : shared_) {
      add(report_.classes[name], rooms);
    }
    for (auto& [name, entry] : report_.classes) {
      if (!is_counted(name)) {
        entry.total = entry.capacity;
      }
    }
    count_bare_metal();
    for (const Asked& asked : look_.flavors) {
      report_.profiles.push_back(profile_of(asked));
    }
    std::sort(report_.profiles.begin(),
              report_.profiles.end(),
              [](const Profile& left, const Profile& right) { return left.name < right.name; });
    report_.missing_flavors = look_.missing_flavors;
    report_.truncated = look_.truncated;
    return std::move(report_);
  }

 private:
  static void add_rooms(Tree& tree, const Summary& summary) {
    for (const auto& [name, room] : summary.room) {
      tree[name].push_back(room);
    }
  }

  /// Storage that several hosts share. Any other provider that no hypervisor is behind is left
  /// over, or its host is not mapped to a cell yet: nothing can be scheduled to it.
  static bool is_pool(const Summary& summary) {
    const auto has = [&](const char* name) { return summary.room.contains(name); };
    return has("DISK_GB") && !has("VCPU") && !has("PCPU") && !has("MEMORY_MB");
  }

  /// Classes of which Nova counts the hardware.
  static bool is_counted(const std::string& name) {
    return name == "VCPU" || name == "MEMORY_MB" || name == "DISK_GB";
  }

  /// Placement says nothing of a host without any room.
  void add_full(const Node& node) {
    if (trees_.contains(node.hypervisor.id)) {
      return;
    }
    for (const auto& [name, used] : node.hardware.used) {
      if (amount(node.hardware.total, name) > 0) {
        trees_[node.hypervisor.id][name].push_back({.capacity = used, .used = used});
      }
    }
  }

  [[nodiscard]] bool serves(const Node& node) const {
    const auto host = look_.hosts.find(node.hypervisor.host);
    return host != look_.hosts.end() && host->second == HostState::serving;
  }

  [[nodiscard]] const Tree& tree_of(const Node& node) const {
    static const Tree none;
    const auto found = trees_.find(node.hypervisor.id);
    return found == trees_.end() ? none : found->second;
  }

  static void add(ClassReport& entry, const std::vector<Room>& rooms) {
    for (const Room& room : rooms) {
      entry.capacity += room.capacity;
      entry.used += room.used;
      entry.free += free_of(room);
    }
  }

  void count(const Node& node) {
    const Tree& tree = tree_of(node);
    std::map<std::string, long long> used;
    for (const auto& [name, rooms] : tree) {
      ClassReport entry;
      add(entry, rooms);
      used[name] = entry.used;
      if (serves(node)) {
        add(report_.classes[name], rooms);
      } else {
        report_.classes[name].stranded += entry.free;
      }
    }
    if (serves(node)) {
      used["VCPU"] += amount(used, "PCPU");  // Nova counts them in one
      for (const auto& [name, total] : node.hardware.total) {
        ClassReport& entry = report_.classes[name];
        entry.total += total;
        entry.reserved += std::max(0LL, amount(node.hardware.used, name) - amount(used, name));
      }
    }
  }

  /// A node of Ironic that is not free is in no answer of Placement's.
  void count_bare_metal() {
    for (const auto& [name, nodes] : look_.bare_metal) {
      ClassReport& entry = report_.classes[name];
      entry.total = nodes.nodes;
      entry.used = nodes.with_server;
      entry.reserved = std::max(0LL, entry.total - entry.used - entry.free);
      entry.capacity = entry.total - entry.reserved;
    }
  }

  /// Servers whose own classes find `size` in the tree; 0 where it has none of the classes, or one
  /// of them is nowhere.
  template <typename Size>
  [[nodiscard]] long long servers_in(const Tree& tree, const Resources& need, Size size) const {
    std::optional<long long> least;
    for (const auto& [name, wanted] : need) {
      const auto found = tree.find(name);
      if (found == tree.end() && !shared_.contains(name)) {
        return 0;
      }
      if (found != tree.end()) {
        const long long here = times(found->second, wanted, size);
        least = std::min(least.value_or(here), here);
      }
    }
    return least.value_or(0);
  }

  [[nodiscard]] bool needs_shared(const Tree& tree, const Resources& need) const {
    return std::any_of(
        need.begin(), need.end(), [&](const auto& each) { return !tree.contains(each.first); });
  }

  [[nodiscard]] long long shared_places(const Resources& need) const {
    std::optional<long long> least;
    for (const auto& [name, wanted] : need) {
      if (const auto found = shared_.find(name); found != shared_.end()) {
        const long long here = times(found->second, wanted, free_of);
        least = std::min(least.value_or(here), here);
      }
    }
    return least.value_or(0);
  }

  [[nodiscard]] Profile profile_of(const Asked& asked) const {
    Profile profile{.name = asked.name, .need = asked.need};
    profile.bare_metal = !asked.need.empty() &&
                         std::all_of(asked.need.begin(), asked.need.end(), [](const auto& each) {
                           return each.first.starts_with("CUSTOM_");
                         });
    const std::set<std::string> able = able_roots(asked);
    std::vector<long long> when_empty;
    long long on_shared = 0;
    for (const Node& node : look_.nodes) {
      const Tree& tree = tree_of(node);
      const long long room = servers_in(tree, asked.need, free_of);
      const bool fits = able.contains(node.hypervisor.id) && room > 0;
      if (fits) {
        (serves(node) ? profile.hosts : profile.stranded)[node.hypervisor.host] += room;
      }
      if (fits && serves(node)) {
        (needs_shared(tree, asked.need) ? on_shared : profile.left) += room;
      }
      // One that has room and yet is no candidate would take none when it is empty, too.
      if (serves(node) && (fits || room == 0)) {
        when_empty.push_back(servers_in(
            tree, asked.need, [](const Room& each) { return std::max(0LL, each.capacity); }));
      }
    }
    profile.left += std::min(on_shared, shared_places(asked.need));
    profile.per_node = lower_median(when_empty);
    return profile;
  }

  [[nodiscard]] std::set<std::string> able_roots(const Asked& asked) const {
    std::set<std::string> roots;
    for (const std::string& uuid : asked.able) {
      if (const auto found = look_.providers.find(uuid); found != look_.providers.end()) {
        roots.insert(found->second.root);
      }
    }
    return roots;
  }

  static long long lower_median(std::vector<long long> values) {
    std::erase(values, 0);
    if (values.empty()) {
      return 0;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  const Look& look_;
  std::map<std::string, Tree> trees_ = {};  // by the hypervisor's uuid
  Tree shared_ = {};
  Report report_ = {};
};

std::string listed(const std::vector<std::string>& hosts) {
  constexpr std::size_t most = 3;
  const std::vector<std::string> first(
      hosts.begin(), hosts.begin() + static_cast<std::ptrdiff_t>(std::min(hosts.size(), most)));
  return join(first, ", ") +
         (hosts.size() > most ? " and " + std::to_string(hosts.size() - most) + " more" : "");
}

}  // namespace

const char* to_string(HostState state) {
  switch (state) {
    case HostState::serving:
      return "serving";
    case HostState::tombstoned:
      return "tombstoned";
    case HostState::disabled:
      return "disabled";
    case HostState::down:
      return "down";
    case HostState::unknown:
      break;
  }
  return "unknown";
}

long long used_percent(const ClassReport& report) {
  return report.capacity > 0 ? report.used * 100 / report.capacity : 0;
}

long long Report::serving() const {
  const auto found = hosts.find(HostState::serving);
  return found == hosts.end() ? 0 : static_cast<long long>(found->second.size());
}

Report report(const Look& look) {
  return Reporter(look).run();
}

std::string doubt_about(const Report& report) {
  std::vector<std::string> doubts;
  if (const auto down = report.hosts.find(HostState::down); down != report.hosts.end()) {
    doubts.push_back(listed(down->second) + (down->second.size() == 1 ? " is down" : " are down"));
  }
  if (const auto unknown = report.hosts.find(HostState::unknown); unknown != report.hosts.end()) {
    doubts.push_back("the cell of " + listed(unknown->second) + " does not answer");
  }
  if (report.truncated) {
    doubts.emplace_back("Placement told a part of its candidates only");
  }
  return join(doubts, "; ");
}

}  // namespace ncc::capacity
