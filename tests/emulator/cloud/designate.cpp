// Designate: zones to read, record sets to read, make and delete. Behaviour:
// designate/api/v2/controllers/zones/recordsets.py, api/middleware.py, central/service.py.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

constexpr auto time_format = "%Y-%m-%dT%H:%M:%S.000000";

Response designate_error(const Call& call,
                         int status,
                         const std::string& type,
                         const std::string& message) {
  return json_response(
      status,
      {{"code", status}, {"type", type}, {"message", message}, {"request_id", call.request_id}});
}

Response no_such_record(const Call& call) {
  return designate_error(call, 404, "recordset_not_found", "Could not find RecordSet");
}

const Zone* zone_of(const Call& call) {
  const auto& zones = call.state().zones;
  const auto found = std::find_if(
      zones.begin(), zones.end(), [&](const Zone& zone) { return zone.id == call.path[2]; });
  return found == zones.end() ? nullptr : &*found;
}

Json zone_view(const Call& call, const Zone& zone) {
  return {{"id", zone.id},
          {"name", zone.name},
          {"type", "PRIMARY"},
          {"email", "hostmaster@" + zone.name.substr(0, zone.name.size() - 1)},
          {"ttl", 3600},
          {"serial", 1},
          {"status", "ACTIVE"},
          {"action", "NONE"},
          {"description", nullptr},
          {"links", {{"self", call.cloud.base_url + "/dns/v2/zones/" + zone.id}}}};
}

Json record_view(const Call& call, const Zone& zone, const Record& record) {
  const std::string self =
      call.cloud.base_url + "/dns/v2/zones/" + zone.id + "/recordsets/" + record.id;
  return {{"id", record.id},
          {"zone_id", zone.id},
          {"zone_name", zone.name},
          {"project_id", id_of("project " + call.token.project)},
          {"name", record.name},
          {"type", record.type},
          {"records", record.records},
          {"ttl", nullptr},
          {"description", record.description.empty() ? Json(nullptr) : Json(record.description)},
          {"status", record.status},
          {"action", record.action},
          {"version", 1},
          {"created_at", iso_time(record.created_at, time_format)},
          {"updated_at", nullptr},
          {"links", {{"self", self}}}};
}

// What the workers have done by now.
void settle_records(Cloud& cloud) {
  auto& records = cloud.state.records;
  for (Record& record : records) {
    if (record.status == "PENDING" && record.ready_at <= now(cloud)) {
      record.status = record.action == "DELETE" ? "DELETED" : "ACTIVE";
      record.action = "NONE";
    }
  }
  std::erase_if(records, [](const Record& record) { return record.status == "DELETED"; });
}

Json page(const Call& call, const char* key, Json list) {
  const Json metadata = {{"total_count", list.size()}};
  return {{key, std::move(list)},
          {"links", {{"self", call.cloud.base_url + call.request.target}}},
          {"metadata", metadata}};
}

Response list_zones(const Call& call) {
  Json zones = Json::array();
  for (const Zone& zone : call.state().zones) {
    if (call.parameter("name").value_or(zone.name) == zone.name) {
      zones.push_back(zone_view(call, zone));
    }
  }
  return json_response(200, page(call, "zones", std::move(zones)));
}

Response list_records(const Call& call, const Zone& zone) {
  Json records = Json::array();
  for (const Record& record : call.state().records) {
    const bool wanted = record.zone == zone.id &&
                        call.parameter("name").value_or(record.name) == record.name &&
                        call.parameter("type").value_or(record.type) == record.type;
    if (wanted) {
      records.push_back(record_view(call, zone, record));
    }
  }
  return json_response(200, page(call, "recordsets", std::move(records)));
}

std::optional<Response> complaint_about(const Call& call, const Zone& zone, const Json& asked) {
  const bool whole = asked.is_object() && asked.value("name", "").ends_with('.') &&
                     asked.contains("type") && asked.value("records", Json()).is_array() &&
                     !asked["records"].empty() && asked.value("description", "").size() <= 160;
  if (!whole) {
    return designate_error(call, 400, "invalid_object", "Provided object does not match schema");
  }
  const std::string name = asked["name"];
  if (name != zone.name && !name.ends_with("." + zone.name)) {
    return designate_error(call,
                           400,
                           "invalid_recordset_location",
                           "RecordSet is not contained within it's parent zone");
  }
  const auto& records = call.state().records;
  const bool duplicate = std::any_of(records.begin(), records.end(), [&](const Record& one) {
    return one.zone == zone.id && one.name == name && one.type == asked["type"];
  });
  return duplicate ? std::optional(
                         designate_error(call, 409, "duplicate_recordset", "Duplicate RecordSet"))
                   : std::nullopt;
}

Response create(const Call& call, const Zone& zone) {
  const Json asked = Json::parse(call.request.body, nullptr, false);
  if (const auto complaint = complaint_about(call, zone, asked)) {
    return *complaint;
  }
  const Number time = now(call.cloud);
  const Record record{.id = make_uuid(call.cloud),
                      .zone = zone.id,
                      .name = asked["name"],
                      .type = asked["type"],
                      .records = asked["records"],
                      .status = "PENDING",
                      .action = "CREATE",
                      .description = asked.value("description", ""),
                      .created_at = time,
                      .ready_at = time + call.state().settings.dns_seconds};
  call.state().records.push_back(record);
  return json_response(202, record_view(call, zone, record));
}

Response remove(const Call& call, const Zone& zone) {
  for (Record& record : call.state().records) {
    if (record.zone == zone.id && record.id == call.path[4]) {
      record.status = "PENDING";
      record.action = "DELETE";
      record.ready_at = now(call.cloud) + call.state().settings.dns_seconds;
      return json_response(202, record_view(call, zone, record));
    }
  }
  return no_such_record(call);
}

Response in_zone(const Call& call) {
  const Zone* zone = zone_of(call);
  if (zone == nullptr) {
    return designate_error(call, 404, "zone_not_found", "Could not find Zone");
  }
  if (call.is("GET", "v2/zones/*/recordsets")) {
    return list_records(call, *zone);
  }
  if (call.is("POST", "v2/zones/*/recordsets")) {
    return create(call, *zone);
  }
  if (call.is("DELETE", "v2/zones/*/recordsets/*")) {
    return remove(call, *zone);
  }
  return not_emulated(call.request);
}

}  // namespace

Response designate(Call call) {
  const std::optional<Token> token = valid_token(call.cloud, call.request);
  if (!token) {
    return unauthorized(call.cloud);
  }
  call.token = *token;
  settle_records(call.cloud);
  if (call.is("GET", "v2/zones")) {
    return list_zones(call);
  }
  return call.path.size() >= 4 ? in_zone(call) : not_emulated(call.request);
}

}  // namespace ncc::fake_cloud
