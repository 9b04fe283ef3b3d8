// Control of the emulated Ironic, below /_emulator/ironic. A world gets one by its first call.
//
//   POST nodes         {"count", "prefix"?: "bm", "shards"?: ["s1", ..], "owner"?, ...}: so many
//                      nodes, called PREFIX-0, PREFIX-1 ..., spread over the shards in turn; other
//                      keys are a node's own (state.hpp). Answers {"first", "last"}: uuids
//   POST nodes/{uuid}  a node's keys (state.hpp) that are given another value, null for none
//   DELETE nodes/{uuid}    the node is gone whatever its state
//   POST move          {"node", "destination", "dies_between"?: true}: nova-manage db
//                      ironic_compute_node_move; its message with 400 when it refuses
#include <algorithm>

#include "cloud/ironic.hpp"

namespace ncc::fake_cloud {

namespace {

Json body_of(const Call& call) {
  const Json body = ironic_body(call);
  if (!body.is_object()) {
    throw StateError("the body is no JSON object");
  }
  return body;
}

// Keys of one node as they are in the world's JSON; read_state() knows the rest of the rules.
IronicNode read_node(const Json& keys) {
  State state = read_state({{"ironic_nodes", Json::array({keys})}});
  return state.ironic_nodes.front();
}

Json write_node(const IronicNode& node) {
  State state;
  state.ironic_nodes = {node};
  return write_state(state)["ironic_nodes"][0];
}

Response make_nodes(const Call& call) {
  Json keys = body_of(call);
  const auto take = [&](const char* key, const Json& otherwise) {
    const Json value = keys.value(key, otherwise);
    keys.erase(key);
    return value;
  };
  const Number count = take("count", 1);
  const std::string prefix = take("prefix", "bm");
  const std::vector<Text> shards = take("shards", Json::array());
  keys["uuid"] = "made below";
  IronicNode node = read_node(keys);
  node.created_at = now(call.cloud);
  auto& nodes = call.state().ironic_nodes;
  const std::size_t before = nodes.size();
  nodes.reserve(before + static_cast<std::size_t>(count));
  for (Number i = 0; i < count; ++i) {
    node.uuid = make_uuid(call.cloud);
    node.name = prefix + "-" + std::to_string(i);
    if (!shards.empty()) {
      node.shard = shards[static_cast<std::size_t>(i) % shards.size()];
    }
    nodes.push_back(node);
  }
  return json_response(200,
                       count == 0
                           ? Json::object()
                           : Json{{"first", nodes[before].uuid}, {"last", nodes.back().uuid}});
}

IronicNode& node_at(const Call& call) {
  IronicNode* node = find_ironic_node(call.cloud, call.path[2]);
  if (node == nullptr) {
    throw StateError("no Ironic node " + call.path[2]);
  }
  return *node;
}

Response change_node(const Call& call) {
  IronicNode& node = node_at(call);
  const Json changes = body_of(call);
  Json keys = write_node(node);
  for (const auto& [key, value] : changes.items()) {
    keys[key] = value;
  }
  node = read_node(keys);
  return json_response(200, write_node(node));
}

Response remove_node(const Call& call) {
  auto& nodes = call.state().ironic_nodes;
  nodes.erase(nodes.begin() + (&node_at(call) - nodes.data()));
  return json_response(200, {{"ok", true}});
}

}  // namespace

std::optional<Response> ironic_control(const Call& call) {
  if (call.path.empty() || call.path.front() != "ironic") {
    return std::nullopt;
  }
  call.state().settings.ironic = true;
  if (call.is("POST", "ironic/nodes")) {
    return make_nodes(call);
  }
  if (call.is("POST", "ironic/nodes/*")) {
    return change_node(call);
  }
  if (call.is("DELETE", "ironic/nodes/*")) {
    return remove_node(call);
  }
  if (call.is("POST", "ironic/move")) {
    report_ironic_nodes(call.cloud);
    move_ironic_node(call.cloud, body_of(call));
    return json_response(200, {{"ok", true}});
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
