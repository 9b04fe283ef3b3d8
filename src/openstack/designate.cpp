#include <algorithm>
#include <optional>
#include <string>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

std::string records_path(const std::string& zone) {
  return "/zones/" + percent_encode(zone) + "/recordsets";
}

Record read_record(const Answer& answer, const json& row) {
  Record record{.id = answer.text(row, "id"),
                .name = answer.text(row, "name"),
                .addresses = answer.texts(row, "records"),
                .status = answer.text(row, "status"),
                .action = answer.optional_text(row, "action"),
                .description = answer.optional_text(row, "description")};
  std::sort(record.addresses.begin(), record.addresses.end());
  return record;
}

}  // namespace

std::optional<std::string> Designate::zone_id(const std::string& name) {
  const Session::Call call{.service = "dns", .path = "/zones?name=" + percent_encode(name)};
  const Answer answer(call, session_.send(call));
  for (const json& zone : answer.list(answer.document(), "zones")) {
    if (answer.text(zone, "name") == name) {
      return answer.text(zone, "id");
    }
  }
  return std::nullopt;
}

std::optional<Record> Designate::record(const std::string& zone, const std::string& name) {
  const Session::Call call{.service = "dns",
                           .path = records_path(zone) + "?type=A&name=" + percent_encode(name)};
  const Answer answer(call, session_.send(call));
  for (const json& row : answer.list(answer.document(), "recordsets")) {
    if (answer.text(row, "name") == name && answer.text(row, "type") == "A") {
      return read_record(answer, row);
    }
  }
  return std::nullopt;
}

Outcome Designate::create(const std::string& zone, const RecordRequest& request) {
  const json body{{"name", request.name},
                  {"type", "A"},
                  {"records", {request.address}},
                  {"description", request.description}};
  return session_.change(
      {.service = "dns", .method = "POST", .path = records_path(zone), .body = text_of(body)});
}

Outcome Designate::remove(const std::string& zone, const std::string& id) {
  return session_.change({.service = "dns",
                          .method = "DELETE",
                          .path = records_path(zone) + "/" + percent_encode(id)});
}

}  // namespace ncc::openstack
