#include "openstack/ironic.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "openstack.hpp"
#include "openstack/ironic_calls.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

constexpr const char* shard_version = "1.82";       // shards; all other fields that we read
constexpr const char* allocation_version = "1.60";  // owner of an allocation; 1.58 backfill
constexpr int least_minor = 82;
constexpr int page_length = 1000;  // Ironic's own limit by default

constexpr const char* allocation_fields =
    "uuid,name,state,node_uuid,resource_class,owner,last_error,extra";
constexpr const char* size_fields = "uuid,name,resource_class,owner,properties,traits";

std::map<std::string, std::string> texts_in(const json& object) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : object.items()) {
    texts[key] = value.is_string() ? value.get<std::string>() : text_of(value);
  }
  return texts;
}

NodeAllocation read_allocation(const Answer& answer, const json& row) {
  return {.uuid = answer.text(row, "uuid"),
          .name = answer.text(row, "name"),
          .state = answer.text(row, "state"),
          .node = answer.text(row, "node_uuid"),
          .resource_class = answer.text(row, "resource_class"),
          .owner = answer.text(row, "owner"),
          .last_error = answer.text(row, "last_error"),
          .extra = texts_in(answer.object(row, "extra"))};
}

/// Sizes are numbers, or text as older tools wrote them; what is neither is 0.
long long size_in(const json& properties, const char* key) {
  const json size = properties.value(key, json());
  if (size.is_number_integer()) {
    return size.get<long long>();
  }
  return size.is_string() ? to_integer(size.get<std::string>()).value_or(0) : 0;
}

std::map<std::string, std::string> capabilities_in(const json& properties) {
  std::map<std::string, std::string> capabilities;
  const json text = properties.value("capabilities", json());
  for (const std::string& part : split(text.is_string() ? text.get<std::string>() : "", ", ")) {
    const std::size_t colon = part.find(':');
    if (colon != std::string::npos) {
      capabilities[part.substr(0, colon)] = part.substr(colon + 1);
    }
  }
  return capabilities;
}

SizedNode read_sized_node(const Answer& answer, const json& row) {
  const json& properties = answer.object(row, "properties");
  return {.uuid = answer.text(row, "uuid"),
          .name = answer.text(row, "name"),
          .resource_class = answer.text(row, "resource_class"),
          .owner = answer.text(row, "owner"),
          .memory_mb = size_in(properties, "memory_mb"),
          .vcpus = size_in(properties, "cpus"),
          .local_gb = size_in(properties, "local_gb"),
          .capabilities = capabilities_in(properties),
          .traits = answer.texts(row, "traits")};
}

std::string allocation_path(const std::string& allocation) {
  return "/allocations/" + percent_encode(allocation);
}

std::optional<NodeAllocation> get_allocation(Session& session, const std::string& path) {
  const auto answer = get_one(session, ironic_call("GET", path + "?fields=" + allocation_fields));
  return answer ? std::optional(read_allocation(*answer, answer->document())) : std::nullopt;
}

std::string query_of(const NodeFilter& filter) {
  std::string query;
  const auto add = [&](const char* key, const std::optional<std::string>& value) {
    query += value ? std::string("&") + key + "=" + percent_encode(*value) : "";
  };
  const auto word = [](const std::optional<bool>& flag) {
    return flag ? std::optional<std::string>(*flag ? "true" : "false") : std::nullopt;
  };
  const bool unsharded = filter.shard && filter.shard->empty();
  add(unsharded ? "sharded" : "shard", unsharded ? word(false) : filter.shard);
  add("conductor_group", filter.conductor_group);
  add("provision_state", filter.provision_state);
  add("resource_class", filter.resource_class);
  add("owner", filter.owner);
  add("associated", word(filter.associated));
  add("maintenance", word(filter.maintenance));
  return query;
}

/// A list of Ironic's, read page by page.
class Pages {
 public:
  Pages(Session& session, std::string path, std::string key, const std::string& after = {})
      : session_(session), path_(std::move(path)), key_(std::move(key)), trail_({after}) {}

  void for_each(const std::function<void(const Answer&, const json&)>& read) {
    bool more = true;
    while (more) {
      const Answer answer = next_page();
      trail_.erase(trail_.begin(), trail_.end() - 1);
      for (const json& row : answer.list(answer.document(), key_.c_str())) {
        trail_.push_back(answer.text(row, "uuid"));
        read(answer, row);
      }
      more = !answer.optional_text(answer.document(), "next").empty();
    }
  }

 private:
  /// The page behind the newest uuid of the trail that still exists. What is behind a deleted one
  /// begins behind the one before it, so nothing is read twice and nothing is left out.
  Answer next_page() {
    while (true) {
      const Session::Call call = ironic_call(
          "GET", trail_.back().empty() ? path_ : with_marker(path_, percent_encode(trail_.back())));
      const bool can_go_back = trail_.size() > 1;
      const HttpResponse response =
          session_.send(call, can_go_back ? std::vector<int>{404} : std::vector<int>{});
      if (response.code != 404) {
        return {call, response};
      }
      trail_.pop_back();
    }
  }

  Session& session_;
  std::string path_;
  std::string key_;
  std::vector<std::string> trail_;  // uuids of the last page behind the one before them; an empty
                                    // one is the beginning
};

json removed(const char* path) {
  return json::array({{{"op", "remove"}, {"path", path}}});
}

json body_of(const AllocationRequest& request) {
  json body = json::object();
  const auto add = [&](const char* key, const auto& value) {
    if (!value.empty()) {
      body[key] = value;
    }
  };
  add("name", request.name);
  add("uuid", request.uuid);
  add("resource_class", request.resource_class);
  add("traits", request.traits);
  add("candidate_nodes", request.candidate_nodes);
  add("owner", request.owner);
  add("node", request.node);
  add("extra", request.extra);
  return body;
}

}  // namespace

Session::Call ironic_call(const std::string& method, const std::string& path, const json& body) {
  return {.service = "baremetal",
          .method = method,
          .path = path,
          .body = body.is_null() ? "" : text_of(body),
          .microversion = path.rfind("/allocations", 0) == 0 ? allocation_version : shard_version};
}

std::string node_path(const std::string& node) {
  return "/nodes/" + percent_encode(node);
}

Session::Call node_call(const std::string& node) {
  return ironic_call("GET", node_path(node) + "?fields=" + node_fields);
}

Node read_node(const Answer& answer, const json& row) {
  return {.uuid = answer.text(row, "uuid"),
          .name = answer.text(row, "name"),
          .shard = answer.text(row, "shard"),
          .instance_uuid = answer.text(row, "instance_uuid"),
          .provision_state = answer.text(row, "provision_state"),
          .target_provision_state = answer.text(row, "target_provision_state"),
          .maintenance = answer.flag(row, "maintenance"),
          .conductor_group = answer.text(row, "conductor_group"),
          .resource_class = answer.text(row, "resource_class"),
          .owner = answer.text(row, "owner"),
          .lessee = answer.text(row, "lessee"),
          .reservation = answer.text(row, "reservation")};
}

const std::string& Ironic::newest_version() {
  return session_.newest_version("baremetal");
}

bool Ironic::has_shards() {
  const std::string& newest = newest_version();
  const bool known = newest.rfind("1.", 0) == 0;
  return known && to_integer(newest.substr(2)).value_or(0) >= least_minor;
}

void Ironic::for_each_node(const NodeFilter& filter,
                           const std::function<void(const Node&)>& read,
                           const std::string& after) {
  const std::string path = std::string("/nodes?fields=") + node_fields +
                           "&limit=" + std::to_string(page_length) + query_of(filter);
  Pages(session_, path, "nodes", after).for_each([&](const Answer& answer, const json& row) {
    read(read_node(answer, row));
  });
}

void Ironic::for_each_free_node(const std::function<void(const SizedNode&)>& read) {
  const std::string path = std::string("/nodes?fields=") + size_fields +
                           "&provision_state=available&associated=false&maintenance=false&limit=" +
                           std::to_string(page_length);
  Pages(session_, path, "nodes").for_each([&](const Answer& answer, const json& row) {
    read(read_sized_node(answer, row));
  });
}

std::optional<Node> Ironic::node(const std::string& uuid_or_name) {
  const auto answer = get_one(session_, node_call(uuid_or_name));
  return answer ? std::optional(read_node(*answer, answer->document())) : std::nullopt;
}

Outcome Ironic::clear_instance(const std::string& node) {
  return session_.change(ironic_call("PATCH", node_path(node), removed("/instance_uuid")));
}

Outcome Ironic::set_maintenance(const std::string& node, const std::string& reason) {
  return session_.change(
      ironic_call("PUT", node_path(node) + "/maintenance", {{"reason", reason}}));
}

Outcome Ironic::clear_maintenance(const std::string& node) {
  return session_.change(ironic_call("DELETE", node_path(node) + "/maintenance"));
}

std::vector<NodeAllocation> Ironic::allocations() {
  const std::string path = std::string("/allocations?fields=") + allocation_fields +
                           "&limit=" + std::to_string(page_length);
  std::vector<NodeAllocation> allocations;
  Pages(session_, path, "allocations").for_each([&](const Answer& answer, const json& row) {
    allocations.push_back(read_allocation(answer, row));
  });
  return allocations;
}

std::set<std::string> Ironic::allocation_uuids() {
  const std::string path = "/allocations?fields=uuid&limit=" + std::to_string(page_length);
  std::set<std::string> uuids;
  Pages(session_, path, "allocations").for_each([&](const Answer& answer, const json& row) {
    uuids.insert(answer.text(row, "uuid"));
  });
  return uuids;
}

std::optional<NodeAllocation> Ironic::node_allocation(const std::string& node) {
  return get_allocation(session_, node_path(node) + "/allocation");
}

std::optional<NodeAllocation> Ironic::allocation(const std::string& uuid_or_name) {
  return get_allocation(session_, allocation_path(uuid_or_name));
}

Outcome Ironic::allocate(const AllocationRequest& request) {
  return session_.change(ironic_call("POST", "/allocations", body_of(request)));
}

Outcome Ironic::delete_allocation(const std::string& uuid_or_name) {
  return session_.change(ironic_call("DELETE", allocation_path(uuid_or_name)));
}

}  // namespace ncc::openstack
