#include <algorithm>
#include <set>
#include <tuple>

#include "reservation.hpp"
#include "words/entries.hpp"

namespace ncc::reservation {
namespace {

using openstack::SizedNode;

constexpr std::size_t most_candidates = 100;

bool is_candidate(const Request& request, const SizedNode& node) {
  const auto& names = request.candidates;
  return names.empty() || std::find(names.begin(), names.end(), node.uuid) != names.end() ||
         (!node.name.empty() && std::find(names.begin(), names.end(), node.name) != names.end());
}

bool has_traits(const Request& request, const SizedNode& node) {
  return std::all_of(request.traits.begin(), request.traits.end(), [&](const std::string& trait) {
    return std::find(node.traits.begin(), node.traits.end(), trait) != node.traits.end();
  });
}

bool has_capabilities(const Request& request, const SizedNode& node) {
  return std::all_of(
      request.capabilities.begin(), request.capabilities.end(), [&](const auto& wanted) {
        const auto found = node.capabilities.find(wanted.first);
        return found != node.capabilities.end() && found->second == wanted.second;
      });
}

/// A node that somebody owns is his alone.
bool may_have(const Request& request, const SizedNode& node) {
  return node.owner.empty() || node.owner == request.owner;
}

bool fits(const Request& request, const SizedNode& node) {
  const bool of_class =
      request.resource_class.empty() || request.resource_class == node.resource_class;
  return of_class && node.memory_mb >= request.memory_mb && node.vcpus >= request.vcpus &&
         node.local_gb >= request.root_gb && is_candidate(request, node) &&
         has_traits(request, node) && has_capabilities(request, node) && may_have(request, node);
}

auto size_of(const SizedNode& node) {
  return std::tie(node.memory_mb, node.vcpus, node.local_gb, node.uuid);
}

std::string wish_of(const Request& request) {
  std::string wish;
  const auto add = [&](bool there, const std::string& text) {
    if (there) {
      wish += (wish.empty() ? "" : ", ") + text;
    }
  };
  add(!request.resource_class.empty(), "class " + request.resource_class);
  add(request.memory_mb > 0, std::to_string(request.memory_mb) + " MiB");
  add(request.vcpus > 0, std::to_string(request.vcpus) + " vcpus");
  add(request.root_gb > 0, std::to_string(request.root_gb) + " GB");
  for (const std::string& trait : request.traits) {
    add(true, trait);
  }
  for (const auto& [name, value] : request.capabilities) {
    add(true, name + ":" + value);
  }
  return wish;
}

}  // namespace

Choice choose(const Request& request, const std::vector<SizedNode>& free_nodes) {
  std::vector<const SizedNode*> fitting;
  for (const SizedNode& node : free_nodes) {
    if (fits(request, node)) {
      fitting.push_back(&node);
    }
  }
  if (fitting.empty()) {
    return {.reason = "none of " + std::to_string(free_nodes.size()) + " free nodes has " +
                      wish_of(request)};
  }
  std::sort(fitting.begin(), fitting.end(), [](const SizedNode* left, const SizedNode* right) {
    return size_of(*left) < size_of(*right);
  });
  Choice choice{.resource_class = fitting.front()->resource_class};
  for (const SizedNode* node : fitting) {
    if (node->resource_class == choice.resource_class &&
        choice.candidates.size() < most_candidates) {
      choice.candidates.push_back(node->uuid);
    }
  }
  return choice;
}

std::string server_of(const openstack::NodeAllocation& allocation) {
  return entry_of(allocation.extra, server_key);
}

bool is_left_over(const openstack::NodeAllocation& allocation,
                  const std::vector<std::string>& servers) {
  const std::string server = server_of(allocation);
  return !server.empty() && std::find(servers.begin(), servers.end(), server) == servers.end();
}

}  // namespace ncc::reservation
