// Shards beside Nova's hash ring: how even, how much moves, how long it takes, how much memory.
//   bin/shard_planning [nodes [services]]     100000 nodes, 200 services
//
// The ring is the one of nova/virt/ironic up to 2023.1 (tooz/hashring.py): 32 points a member, each
// the md5 of the name repeated once more; a key goes to the first point after its md5.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <sys/resource.h>

#include "shards.hpp"

namespace {

using namespace ncc;
using Digest = std::array<unsigned char, 16>;
using Homes = std::vector<std::string>;  // of each node

class Md5 {
 public:
  Md5() : context_(EVP_MD_CTX_new()) {}

  Md5(const Md5&) = delete;
  Md5& operator=(const Md5&) = delete;

  ~Md5() { EVP_MD_CTX_free(context_); }

  Digest of(const std::string& text) {
    Digest digest{};
    EVP_DigestInit_ex(context_, EVP_md5(), nullptr);
    EVP_DigestUpdate(context_, text.data(), text.size());
    EVP_DigestFinal_ex(context_, digest.data(), nullptr);
    return digest;
  }

 private:
  EVP_MD_CTX* context_;
};

class Ring {
 public:
  explicit Ring(const std::vector<std::string>& members) {
    for (const std::string& member : members) {
      std::string key = member;
      for (int point = 0; point < 32; ++point) {
        key += member;
        points_[md5_.of(key)] = member;
      }
    }
  }

  std::string home(const std::string& key) {
    const auto found = points_.upper_bound(md5_.of(key));
    return found == points_.end() ? points_.begin()->second : found->second;
  }

 private:
  Md5 md5_;
  std::map<Digest, std::string> points_ = {};
};

struct Case {
  const char* name = "";
  std::vector<std::string> before = {};
  std::vector<std::string> after = {};
};

std::vector<std::string> names(int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) {
    all.push_back("ironic-" + std::to_string(i));
  }
  return all;
}

std::vector<shards::Node> some_nodes(int count) {
  Md5 md5;
  std::vector<shards::Node> nodes;
  for (int i = 0; i < count; ++i) {
    const Digest digest = md5.of("node " + std::to_string(i));
    std::string text;
    for (std::size_t byte = 0; byte < digest.size(); ++byte) {
      std::array<char, 3> two{};
      std::snprintf(two.data(), two.size(), "%02x", static_cast<unsigned>(digest[byte]));
      text +=
          (byte == 4 || byte == 6 || byte == 8 || byte == 10 ? "-" : "") + std::string(two.data());
    }
    nodes.push_back({.uuid = Uuid(text)});
  }
  return nodes;
}

Homes by_ring(const std::vector<shards::Node>& nodes, const std::vector<std::string>& members) {
  Ring ring(members);
  Homes homes;
  for (const shards::Node& node : nodes) {
    homes.push_back(ring.home(node.uuid.str()));
  }
  return homes;
}

/// The homes after a plan; milliseconds into `took`.
Homes by_shards(std::vector<shards::Node>& nodes,
                const std::vector<std::string>& members,
                bool orphans_only,
                double& took) {
  std::vector<shards::Place> places;
  for (const std::string& member : members) {
    places.push_back({.shard = member, .cap = static_cast<int>(nodes.size())});
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto plan = reshard(nodes, places, {.orphans_only = orphans_only});
  const auto end = std::chrono::steady_clock::now();
  took = std::chrono::duration<double, std::milli>(end - begin).count();
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    index[nodes[i].uuid.str()] = i;
  }
  for (const shards::Move& move : plan.moves) {
    nodes[index.at(move.uuid.str())].shard = move.to;
  }
  Homes homes;
  for (const shards::Node& node : nodes) {
    homes.push_back(node.shard);
  }
  return homes;
}

void print(
    const char* what, const Homes& before, const Homes& after, std::size_t members, double ms) {
  std::map<std::string, double> counts;
  std::size_t moved = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    counts[after[i]] += 1;
    moved += before[i] == after[i] ? 0U : 1U;
  }
  const double mean = static_cast<double>(after.size()) / static_cast<double>(members);
  double least = counts.size() < members ? 0 : mean;
  double most = mean;
  double squares = static_cast<double>(members - counts.size()) * mean * mean;
  for (const auto& [name, count] : counts) {
    least = std::min(least, count);
    most = std::max(most, count);
    squares += (count - mean) * (count - mean);
  }
  std::printf(
      "  %-22s least %7.0f most %7.0f most/mean %.3f sd %5.2f %%  moved %7zu (%.4f)  %7.1f ms\n",
      what,
      least,
      most,
      most / mean,
      100 * std::sqrt(squares / static_cast<double>(members)) / mean,
      moved,
      static_cast<double>(moved) / static_cast<double>(after.size()),
      ms);
}

void compare(const Case& one, std::vector<shards::Node> nodes) {
  std::printf("%s: %zu nodes, %zu services, then %zu\n",
              one.name,
              nodes.size(),
              one.before.size(),
              one.after.size());
  const Homes ring = by_ring(nodes, one.before);
  const auto begin = std::chrono::steady_clock::now();
  const Homes ring_after = by_ring(nodes, one.after);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  double ms = 0;
  const Homes first = by_shards(nodes, one.before, false, ms);
  std::vector<shards::Node> again = nodes;

  print("ring, before", ring, ring, one.before.size(), 0);
  print("ring, after", ring, ring_after, one.after.size(), took.count());
  print("shards, first plan", Homes(nodes.size()), first, one.before.size(), ms);
  const Homes level = by_shards(nodes, one.after, false, ms);
  print("shards, balanced", first, level, one.after.size(), ms);
  const Homes orphans = by_shards(again, one.after, true, ms);
  print("shards, orphans only", first, orphans, one.after.size(), ms);
}

/// The shards over the units, and one unit less.
void compare_units(int shards_count, int units_count) {
  const auto all = names(shards_count);
  const std::set<shards::Shard> identities(all.begin(), all.end());
  std::set<UnitName> units;
  for (int i = 0; i < units_count; ++i) {
    units.insert(UnitName("nova-compute/" + std::to_string(i)));
  }
  const auto owners = shards::assign(identities, units, {});
  units.erase(units.begin());
  const auto begin = std::chrono::steady_clock::now();
  const auto after = shards::assign(identities, units, owners);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  const auto moved = std::count_if(after.begin(), after.end(), [&](const auto& owner) {
    return owners.at(owner.first) != owner.second;
  });
  std::printf("units: %d shards, %d units, one goes: %ld shards move, %.2f ms\n",
              shards_count,
              units_count,
              static_cast<long>(moved),
              took.count());
}

}  // namespace

int main(int argc, char** argv) {
  const int nodes = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const int services = argc > 2 ? std::atoi(argv[2]) : 200;
  const auto all = some_nodes(nodes);
  std::vector<std::string> fewer = names(services);
  fewer.erase(fewer.begin());
  compare({"one goes", names(services), fewer}, all);
  compare({"one comes", names(services), names(services + 1)}, all);
  compare_units(services, 20);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("most memory: %ld MiB\n", usage.ru_maxrss / 1024);
}
