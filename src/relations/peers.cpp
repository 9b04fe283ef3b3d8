// compute-peer: orders of the leader, and what each unit has reached.

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "relations.hpp"
#include "words/error.hpp"

namespace ncc {
namespace {

using nlohmann::json;

constexpr const char* key = "scale-in";
constexpr std::array wants{Want::serving, Want::tombstoned, Want::ended};

/// Throws ConfigError for anything that is not an object of JSON.
json object_of(const std::string& text) {
  json object = json::parse(text, nullptr, false);
  if (!object.is_object()) {
    throw ConfigError("compute-peer: scale-in", "is no JSON object");
  }
  return object;
}

template <typename Value>
Value member(const json& object, const char* name, Value otherwise) {
  const auto found = object.find(name);
  if (found == object.end()) {
    return otherwise;
  }
  try {
    return found->get<Value>();
  } catch (const json::exception&) {
    throw ConfigError(std::string("compute-peer: scale-in: ") + name, "has a wrong form");
  }
}

Want want_of(const json& object) {
  const auto text = member<std::string>(object, "want", "");
  const auto found =
      std::find_if(wants.begin(), wants.end(), [&](Want want) { return text == to_string(want); });
  if (found == wants.end()) {
    throw ConfigError("compute-peer: scale-in: want", "is none of serving, tombstoned, ended");
  }
  return *found;
}

Order order_of(const json& object) {
  return {.number = member(object, "number", 0LL),
          .run = member(object, "run", std::string()),
          .want = want_of(object),
          .purge_orphans = member(object, "purge-orphans", false),
          .force_last_gateway = member(object, "force-last-gateway", false)};
}

Reached reached_of(const std::string& text) {
  const json object = object_of(text);
  return {.number = member(object, "number", 0LL),
          .run = member(object, "run", std::string()),
          .want = want_of(object),
          .done = member(object, "done", false),
          .pending = member(object, "pending", std::string())};
}

const std::string* value_of(const Databag& bag, const char* name) {
  const auto found = bag.find(name);
  return found == bag.end() || found->second.empty() ? nullptr : &found->second;
}

}  // namespace

const char* to_string(Want want) {
  switch (want) {
    case Want::tombstoned:
      return "tombstoned";
    case Want::ended:
      return "ended";
    case Want::serving:
      break;
  }
  return "serving";
}

Orders read_orders(const Databag& bag) {
  Orders orders;
  const std::string* text = value_of(bag, key);
  if (text == nullptr) {
    return orders;
  }
  const json object = object_of(*text);
  for (const auto& [unit, order] : object.items()) {
    if (!order.is_object()) {
      throw ConfigError("compute-peer: scale-in: " + unit, "is no JSON object");
    }
    orders[unit] = order_of(order);
  }
  return orders;
}

std::string to_text(const Orders& orders) {
  json object = json::object();
  for (const auto& [unit, order] : orders) {
    object[unit] = {{"number", order.number}, {"run", order.run}, {"want", to_string(order.want)}};
    if (order.purge_orphans) {
      object[unit]["purge-orphans"] = true;
    }
    if (order.force_last_gateway) {
      object[unit]["force-last-gateway"] = true;
    }
  }
  return object.dump();
}

std::vector<Peer> read_peers(const RemoteUnits& remote) {
  std::vector<Peer> peers;
  for (const auto& [name, bag] : remote.units) {
    Peer peer{.unit = UnitName(name)};
    if (const std::string* host = value_of(bag, "hostname")) {
      peer.host = HostName(*host);
    }
    if (const std::string* text = value_of(bag, key)) {
      peer.reached = reached_of(*text);
    }
    peers.push_back(std::move(peer));
  }
  std::sort(peers.begin(), peers.end(), [](const Peer& left, const Peer& right) {
    return by_number(left.unit, right.unit);
  });
  return peers;
}

std::string to_text(const Reached& reached) {
  json object{{"number", reached.number},
              {"run", reached.run},
              {"want", to_string(reached.want)},
              {"done", reached.done}};
  if (!reached.pending.empty()) {
    object["pending"] = reached.pending;
  }
  return object.dump();
}

}  // namespace ncc
