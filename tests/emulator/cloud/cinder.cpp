// Cinder: volumes, made, listed, shown and deleted. Behaviour and texts: cinder/api/v3/volumes.py,
// cinder/volume/api.py, cinder/exception.py. Its errors look as Nova's do.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

Json or_null(const MaybeText& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json attachments_of(const Volume& volume) {
  if (!volume.server || volume.status == "reserved") {
    return Json::array();
  }
  return Json::array({{{"id", volume.id},
                       {"attachment_id", id_of("attachment " + volume.id)},
                       {"volume_id", volume.id},
                       {"server_id", *volume.server},
                       {"host_name", nullptr},
                       {"device", or_null(volume.device)}}});
}

Json brief_view(const Call& call, const Volume& volume) {
  const std::string self =
      call.cloud.base_url + "/volume/v3/" + project_id(call.token) + "/volumes/" + volume.id;
  return {{"id", volume.id},
          {"name", volume.name},
          {"links", Json::array({{{"rel", "self"}, {"href", self}}})}};
}

Json full_view(const Call& call, const Volume& volume) {
  const std::string created = iso_time(volume.created_at, "%Y-%m-%dT%H:%M:%S.000000");
  Json view = {{"status", volume.status},
               {"size", volume.size},
               {"volume_type", volume.type},
               {"metadata", volume.metadata},
               {"attachments", attachments_of(volume)},
               {"bootable", volume.bootable ? "true" : "false"},
               {"availability_zone", "nova"},
               {"created_at", created},
               {"updated_at", created},
               {"description", nullptr},
               {"snapshot_id", nullptr},
               {"source_volid", nullptr},
               {"encrypted", false},
               {"multiattach", false},
               {"replication_status", nullptr},
               {"consistencygroup_id", nullptr},
               {"user_id", id_of("user " + volume.user)},
               {"os-vol-tenant-attr:tenant_id", id_of("project " + volume.project)}};
  view.update(brief_view(call, volume));
  return view;
}

Response no_such_volume(const std::string& id) {
  return nova_error(404, "Volume " + id + " could not be found.");
}

// {"key": "value"}, in Python's notation too.
Json metadata_of(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return Json::parse(text, nullptr, false);
}

bool has_metadata(const Volume& volume, const Json& wanted) {
  for (const auto& [key, value] : wanted.items()) {
    const auto found = volume.metadata.find(key);
    if (found == volume.metadata.end() || value != found->second) {
      return false;
    }
  }
  return true;
}

bool is_visible(const Call& call, const Volume& volume) {
  const bool all =
      call.is_admin() && read_bool(call.parameter("all_tenants").value_or("0")) == true;
  return all || volume.project == call.token.project;
}

bool fits(const Call& call, const Volume& volume) {
  const auto name = call.parameter("name");
  const auto status = call.parameter("status");
  const auto metadata = call.parameter("metadata");
  return is_visible(call, volume) && (!name || volume.name == *name) &&
         (!status || volume.status == *status) &&
         (!metadata || has_metadata(volume, metadata_of(*metadata)));
}

// The newest first, as Cinder sorts when nobody asks for another order.
Response list(const Call& call, bool detail) {
  const Page page = read_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  std::vector<Volume> volumes;
  std::copy_if(call.state().volumes.rbegin(),
               call.state().volumes.rend(),
               std::back_inserter(volumes),
               [&](const Volume& v) { return fits(call, v); });
  auto from = volumes.begin();
  if (page.marker) {
    from = std::find_if(
        volumes.begin(), volumes.end(), [&](const Volume& v) { return v.id == page.marker; });
    if (from == volumes.end()) {
      return no_such_volume(*page.marker);
    }
    ++from;
  }
  Json body = {{"volumes", Json::array()}};
  for (; from != volumes.end() && body["volumes"].size() < page.limit; ++from) {
    body["volumes"].push_back(detail ? full_view(call, *from) : brief_view(call, *from));
  }
  if (page.limit > 0 && body["volumes"].size() == page.limit) {
    const std::string last = body["volumes"].back()["id"];
    body["volumes_links"] = Json::array({{{"rel", "next"}, {"href", next_page(call, last)}}});
  }
  return json_response(200, body);
}

// Of the project: how many volumes there are, or how many GiB.
Number count_of(const Call& call, bool gigabytes) {
  Number count = 0;
  for (const Volume& volume : call.state().volumes) {
    if (volume.project == call.token.project) {
      count += gigabytes ? volume.size : 1;
    }
  }
  return count;
}

std::optional<Response> over_quota(const Call& call, Number size) {
  const Settings& settings = call.state().settings;
  std::string message;
  const Number used = count_of(call, true);
  if (settings.gigabytes_quota >= 0 && used + size > settings.gigabytes_quota) {
    message =
        "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed "
        "gigabytes quota. Requested " +
        std::to_string(size) + "G, quota is " + std::to_string(settings.gigabytes_quota) +
        "G and " + std::to_string(used) + "G has been consumed.";
  } else if (settings.volume_quota >= 0 && count_of(call, false) >= settings.volume_quota) {
    message = "VolumeLimitExceeded: Maximum number of volumes allowed (" +
              std::to_string(settings.volume_quota) + ") exceeded for quota 'volumes'.";
  } else {
    return std::nullopt;
  }
  Response response = json_response(
      413, {{"overLimit", {{"code", 413}, {"message", message}, {"retryAfter", "0"}}}});
  response.headers.emplace_back("Retry-After", "0");
  return response;
}

std::optional<Response> complaint_about(const Call& call, const Json& asked) {
  const Json size = asked.value("size", Json());
  if (!size.is_number_integer() || size.get<Number>() < 1) {
    return nova_error(400,
                      "Invalid input received: Volume size '" +
                          (size.is_string() ? size.get<std::string>() : size.dump()) +
                          "' must be an integer and greater than 0");
  }
  const auto& types = call.state().settings.volume_types;
  const Json type = asked.value("volume_type", Json(nullptr));
  if (!type.is_null() && std::count(types.begin(), types.end(), type) == 0) {
    return nova_error(404,
                      "Volume type with name " + type.get<std::string>() + " could not be found.");
  }
  return over_quota(call, size.get<Number>());
}

Response create(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  if (!document.is_object() || !document.contains("volume") || !document["volume"].is_object()) {
    return nova_error(400, "Missing required element 'volume' in request body.");
  }
  const Json& asked = document["volume"];
  if (auto complaint = complaint_about(call, asked)) {
    return *complaint;
  }
  const Json type = asked.value("volume_type", Json(nullptr));
  Volume volume;
  volume.id = make_uuid(call.cloud);
  volume.name = asked.value("name", "");
  volume.type =
      type.is_null() ? call.state().settings.volume_types.front() : type.get<std::string>();
  volume.project = call.token.project;
  volume.user = call.token.user;
  volume.size = asked["size"];
  volume.metadata = asked.value("metadata", std::map<Text, Text>{});
  volume.bootable = asked.contains("imageRef");
  volume.created_at = now(call.cloud);
  begin_step(call.cloud, volume, "creating");
  call.state().volumes.push_back(volume);
  return json_response(202, {{"volume", full_view(call, volume)}});
}

Response remove(const Call& call, Volume& volume) {
  static const std::vector<std::string> from = {"available", "error", "error_deleting"};
  if (std::find(from.begin(), from.end(), volume.status) == from.end()) {
    return nova_error(
        400,
        "Invalid volume: Volume status must be available or error or error_restoring or "
        "error_extending or error_managing and must not be migrating, attached, belong to a group, "
        "have snapshots, awaiting a transfer, or be disassociated from snapshots after volume "
        "transfer.");
  }
  begin_step(call.cloud, volume, "deleting");
  return empty_response(202);
}

Response answer(const Call& call) {
  if (call.is("GET", "volumes") || call.is("GET", "volumes/detail")) {
    return list(call, call.path.size() == 2);
  }
  if (call.is("POST", "volumes")) {
    return create(call);
  }
  if (call.is("GET", "volumes/*") || call.is("DELETE", "volumes/*")) {
    Volume* volume = find_volume(call.state(), call.path[1]);
    if (volume == nullptr || (!call.is_admin() && volume->project != call.token.project)) {
      return no_such_volume(call.path[1]);
    }
    return call.method == "GET" ? json_response(200, {{"volume", full_view(call, *volume)}})
                                : remove(call, *volume);
  }
  return not_emulated(call.request);
}

}  // namespace

// Before 3.67 the project must be in the path; there it may be.
Response cinder(Call call) {
  const std::optional<Token> token = valid_token(call.cloud, call.request);
  if (!token) {
    return unauthorized(call.cloud);
  }
  call.token = *token;
  if (call.path.size() < 2 || call.path.front() != "v3") {
    return not_emulated(call.request);
  }
  call.path.erase(call.path.begin());
  if (looks_like_uuid(call.path.front())) {
    call.path.erase(call.path.begin());
  }
  Response response = answer(call);
  response.headers.emplace_back("OpenStack-API-Version", "volume 3.0");
  response.headers.emplace_back("Vary", "OpenStack-API-Version");
  return response;
}

}  // namespace ncc::fake_cloud
