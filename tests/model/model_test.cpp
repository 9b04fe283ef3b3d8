#include "model.hpp"

#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc {
namespace {

using test::a_fully_related_model;

TEST_CASE("cloud-credentials wins over cloud-compute once complete", "[model][unit]") {
  Model model = a_fully_related_model();
  CHECK(account_of(model)->source == "cloud-compute");

  model.credentials.value = test::an_account();
  model.credentials.value->source = "cloud-credentials";

  CHECK(account_of(model)->source == "cloud-credentials");
}

TEST_CASE("without account there is none", "[model][unit]") {
  Model model = a_fully_related_model();
  model.controller.value->account = {};
  CHECK_FALSE(account_of(model));
  model.controller.value = {};
  CHECK_FALSE(account_of(model));
}

TEST_CASE("virt-type auto follows /dev/kvm, a named one stands", "[model][unit]") {
  const auto [option, kvm, expected] =
      GENERATE(table<std::string, bool, std::string>({{"auto", true, "kvm"},
                                                      {"auto", false, "qemu"},
                                                      {"qemu", true, "qemu"},
                                                      {"kvm", false, "kvm"}}));
  Model model = a_fully_related_model();
  model.config.virt_type = option;
  model.machine.kvm = kvm;

  CHECK(virt_type_of(model) == expected);
}

TEST_CASE("a record is completed once and kept from then on", "[model][unit]") {
  Model model = a_fully_related_model();
  const Record kept = completed_record(model);
  CHECK(kept == model.record);

  model.record = {};
  const Record made = completed_record(model);

  CHECK(made.host == "node4.maas");
  CHECK(made.certificate_id == "11111111-1111-4111-8111-111111111111");
  CHECK(made.metadata_secret == "22222222-2222-4222-8222-222222222222");
}

TEST_CASE("a related subordinate brings the metadata secret or none", "[model][unit]") {
  Model model = a_fully_related_model();
  CHECK(metadata_secret_of(model).reveal() == "sEcReT-metadata");

  model.related.insert("neutron-plugin");
  CHECK(metadata_secret_of(model).empty());

  model.plugin.value = Plugin{.metadata_secret = Secret("theirs")};
  CHECK(metadata_secret_of(model).reveal() == "theirs");
}

TEST_CASE("guests count as present while libvirt does not answer", "[model][unit]") {
  Model model = a_fully_related_model();
  CHECK_FALSE(has_guests(model));
  model.machine.guests = 1;
  CHECK(has_guests(model));
  model.machine.guests = {};
  CHECK(has_guests(model));

  model.machine.services["libvirtd"] = {.exists = false};

  CHECK_FALSE(has_guests(model));
}

}  // namespace
}  // namespace ncc
