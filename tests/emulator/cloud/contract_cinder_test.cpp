// The contract: volumes and their attachments, where the cloud has them.
#include "cloud/contract_probe.hpp"
#include "support/catch.hpp"

using namespace ncc::contract;

namespace {

const std::string unknown_id = "00000000-0000-4000-8000-00000000abcd";

/// A volume that is removed on every path.
class TestVolume {
 public:
  TestVolume()
      : created_(session().cinder(
            "POST /volumes",
            {{"volume",
              {{"name", "ncc-contract"}, {"size", 1}, {"metadata", {{"ncc", "contract"}}}}}})) {
    REQUIRE(created_.status == 202);
    id_ = created_.json()["volume"]["id"];
  }

  ~TestVolume() {
    (void)await_status("available");
    (void)session().cinder("DELETE /volumes/" + id_);
  }

  TestVolume(const TestVolume&) = delete;
  TestVolume& operator=(const TestVolume&) = delete;

  [[nodiscard]] const std::string& id() const { return id_; }

  [[nodiscard]] Json created() const { return created_.json()["volume"]; }

  [[nodiscard]] bool await_status(const std::string& wanted) const {
    return await([&] { return session().cinder("GET /volumes/" + id_); },
                 [&](const Answer& answer) {
                   return answer.status == 404 || answer.json()["volume"]["status"] == wanted;
                 })
        .has_value();
  }

 private:
  Answer created_;
  std::string id_ = {};
};

bool no_cinder() {
  const bool lacking = !session().offers("block-storage") && !session().offers("volumev3");
  if (lacking) {
    WARN("this cloud has no Cinder");
  }
  return lacking;
}

}  // namespace

TEST_CASE("a volume is made, found by name and metadata, and gone", "[contract][cinder]") {
  if (no_cinder()) {
    return;
  }
  const TestVolume volume;

  CHECK(missing(volume.created(),
                "id name status size volume_type metadata attachments bootable") == "");
  CHECK(volume.created()["status"] == "creating");
  REQUIRE(volume.await_status("available"));
  const Json named = session().cinder("GET /volumes/detail?name=ncc-contract").json()["volumes"];
  CHECK(id_of(named, "ncc-contract") == volume.id());
  const Json marked = session()
                          .cinder("GET /volumes/detail?metadata=%7B%22ncc%22%3A%22contract%22%7D")
                          .json()["volumes"];
  CHECK(id_of(marked, "ncc-contract") == volume.id());
  CHECK(session()
            .cinder("GET /volumes/detail?metadata=%7B%22ncc%22%3A%22other%22%7D")
            .json()["volumes"]
            .empty());
  CHECK(session().cinder("DELETE /volumes/" + volume.id()).status == 202);
  CHECK(await([&] { return session().cinder("GET /volumes/" + volume.id()); },
              [](const Answer& answer) { return answer.status == 404; }));
}

TEST_CASE("an unknown volume or type is 404", "[contract][cinder]") {
  if (no_cinder()) {
    return;
  }
  const Answer shown = session().cinder("GET /volumes/" + unknown_id);
  const Answer typed = session().cinder(
      "POST /volumes",
      {{"volume", {{"name", "ncc-contract"}, {"size", 1}, {"volume_type", "no-such-type"}}}});

  CHECK(shown.status == 404);
  CHECK(shown.json()["itemNotFound"]["message"] == "Volume " + unknown_id + " could not be found.");
  CHECK(typed.status == 404);
  CHECK(typed.json()["itemNotFound"]["message"] ==
        "Volume type with name no-such-type could not be found.");
}

TEST_CASE("a volume is in-use while a server has it", "[contract][cinder]") {
  if (no_cinder()) {
    return;
  }
  const TestVolume volume;
  REQUIRE(volume.await_status("available"));
  const auto probe = active_server();
  REQUIRE(probe);
  const std::string path = probe->path() + "/os-volume_attachments";

  const Answer attached =
      session().nova("POST" + path, "2.53", {{"volumeAttachment", {{"volumeId", volume.id()}}}});

  CHECK(attached.status == 200);
  REQUIRE(volume.await_status("in-use"));
  const Json listed = session().nova("GET" + path, "2.53").json()["volumeAttachments"];
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["volumeId"] == volume.id());
  CHECK(session().cinder("DELETE /volumes/" + volume.id()).status == 400);
  CHECK(session().nova("DELETE" + path + "/" + volume.id(), "2.53").status == 202);
  CHECK(volume.await_status("available"));
  CHECK(session().nova("DELETE" + path + "/" + volume.id(), "2.53").status == 404);
}

TEST_CASE("attaching and detaching of an unknown volume are 404", "[contract][cinder]") {
  if (no_cinder()) {
    return;
  }
  const auto probe = active_server();
  REQUIRE(probe);
  const std::string path = probe->path() + "/os-volume_attachments";

  CHECK(session()
            .nova("POST" + path, "2.53", {{"volumeAttachment", {{"volumeId", unknown_id}}}})
            .status == 404);
  CHECK(session().nova("DELETE" + path + "/" + unknown_id, "2.53").status == 404);
}
