#include "bags.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::bags;
using Strings = std::vector<std::string>;

namespace {

Need<Messaging> amqp(const Databag& bag) {
  return read_amqp(one("rabbitmq-server/0", bag));
}

std::string amqp_error(const std::string& key, const std::string& value) {
  return wrong_key([&] { static_cast<void>(amqp(with(rabbit, key, value))); });
}

Need<ServiceAccount> account(const Databag& bag) {
  return read_cloud_credentials(one("keystone/0", bag));
}

}  // namespace

TEST_CASE("the broker's databag gives password, host, TLS port and CA", "[relations][unit]") {
  const Need<Messaging> need = amqp(rabbit);

  REQUIRE(need.value);
  CHECK(need.missing.empty());
  CHECK(need.value->password.reveal() == "pAssw0rd");
  CHECK(need.value->hosts == Strings{"10.10.0.21"});
  CHECK(need.value->tls);
  CHECK(need.value->port == 5671);
  CHECK(need.value->ca == ca_pem);
}

TEST_CASE("a broker without ssl_port speaks plainly on 5672", "[relations][unit]") {
  const Need<Messaging> need = amqp(without(rabbit, "ssl_port"));

  REQUIRE(need.value);
  CHECK_FALSE(need.value->tls);
  CHECK(need.value->port == 5672);
  CHECK(need.value->ca.empty());
}

TEST_CASE("an empty ssl_ca is no CA", "[relations][unit]") {
  CHECK(amqp(with(rabbit, "ssl_ca", "")).value->ca.empty());
  CHECK(amqp(with(rabbit, "ssl_ca", ca_pem)).value->ca == ca_pem);
}

TEST_CASE("without a password the broker is awaited", "[relations][unit]") {
  const std::string nothing = GENERATE("", "None", "__null__", "null", "\"\"");

  CHECK(amqp(with(rabbit, "password", nothing)).missing == "no password yet");
  CHECK(read_amqp({}).missing == "no password yet");
  CHECK(read_amqp({true, {}}).missing == "no password yet");
}

TEST_CASE("the private address stands in for a missing hostname", "[relations][unit]") {
  CHECK(amqp(without(rabbit, "hostname")).value->hosts == Strings{"10.10.0.21"});
  CHECK(amqp({{"password", "x"}}).missing == "no hostname yet");
}

TEST_CASE("brokers without a password are skipped, in any order of units", "[relations][ha]") {
  const RemoteUnits remote{true,
                           {{"rabbitmq-server/10", with(rabbit, "hostname", "10.10.0.9")},
                            {"rabbitmq-server/2", rabbit_without_password},
                            {"rabbitmq-server/1", rabbit}}};

  CHECK(read_amqp(remote).value->hosts == Strings{"10.10.0.21", "10.10.0.9"});
}

TEST_CASE("a clustered broker is its vip alone", "[relations][ha]") {
  const Databag clustered = with(with(rabbit, "clustered", "true"), "vip", "10.10.0.99");
  const RemoteUnits remote{true, {{"rabbitmq-server/0", rabbit}, {"rabbitmq-server/1", clustered}}};

  CHECK(read_amqp(remote).value->hosts == Strings{"10.10.0.99"});
  CHECK(amqp(with(rabbit, "vip", "10.10.0.99")).value->hosts == Strings{"10.10.0.21"});
}

TEST_CASE("addresses of IPv6 have no brackets", "[relations][unit]") {
  CHECK(amqp(with(rabbit, "hostname", "[fd00::21]")).value->hosts == Strings{"fd00::21"});
  CHECK(amqp(with(rabbit, "hostname", "fd00::21")).value->hosts == Strings{"fd00::21"});
}

TEST_CASE("a wrong value of the broker is named", "[relations][unit]") {
  CHECK(amqp_error("ssl_port", "0") == "amqp: ssl_port");
  CHECK(amqp_error("ssl_port", "65536") == "amqp: ssl_port");
  CHECK(amqp_error("ssl_port", "https") == "amqp: ssl_port");
  CHECK(amqp_error("ssl_ca", "%%%") == "amqp: ssl_ca");
  CHECK(amqp_error("ssl_ca", "QUJD") == "amqp: ssl_ca");
  CHECK(amqp_error("hostname", "a b") == "amqp: hostname");
  CHECK(amqp_error("password", "a\nb") == "amqp: password");
  CHECK(amqp_error("clustered", "perhaps") == "amqp: clustered");
  CHECK(wrong_key([] { static_cast<void>(read_amqp(one("no unit", rabbit))); }) == "unit name");
}

TEST_CASE("the URLs of all glance units come sorted and once", "[relations][ha]") {
  const RemoteUnits remote{
      true,
      {{"glance/0", {{"glance-api-server", "http://10.10.0.32:9292"}, {"glance-api-ready", "yes"}}},
       {"glance/1", {{"glance-api-server", "http://10.10.0.31:9292"}}},
       {"glance/2", {{"glance-api-server", "http://10.10.0.31:9292"}}},
       {"glance/3", {}}}};

  CHECK(read_image_service(remote).value->servers ==
        Strings{"http://10.10.0.31:9292", "http://10.10.0.32:9292"});
  CHECK(read_image_service(one("glance/0", {})).missing == "no glance-api-server yet");
  CHECK(wrong_key([] {
          static_cast<void>(
              read_image_service(one("glance/0", {{"glance-api-server", "10.10.0.31"}})));
        }) == "image-service: glance-api-server");
}

TEST_CASE("keystone's databag gives an account", "[relations][unit]") {
  const Need<ServiceAccount> need = account(keystone);

  REQUIRE(need.value);
  CHECK(need.value->auth_url == "http://10.10.0.5:5000");
  CHECK(need.value->username == "nova_compute");
  CHECK(need.value->password.reveal() == "pw");
  CHECK(need.value->project == "services");
  CHECK(need.value->user_domain == "service_domain");
  CHECK(need.value->project_domain == "service_domain");
  CHECK(need.value->region == "RegionOne");
  CHECK(need.value->ca.empty());
  CHECK(need.value->source == "cloud-credentials");
}

TEST_CASE("each key of an account is awaited by name", "[relations][unit]") {
  const std::string key = GENERATE("credentials_host",
                                   "credentials_port",
                                   "credentials_protocol",
                                   "credentials_username",
                                   "credentials_password",
                                   "credentials_project");

  CHECK(account(without(keystone, key)).missing == "no " + key + " yet");
  CHECK(account(with(keystone, key, "__null__")).missing == "no " + key + " yet");
}

TEST_CASE("domain stands in for the two domain names", "[relations][unit]") {
  const Databag short_form =
      without(without(keystone, "credentials_user_domain_name"), "credentials_project_domain_name");

  CHECK(account(short_form).value->user_domain == "service_domain");
  CHECK(account(without(short_form, "domain")).missing == "no credentials_user_domain_name yet");
}

TEST_CASE("Keystone on IPv6 gets brackets, its CA is decoded", "[relations][unit]") {
  const Databag bag = with(with(keystone, "credentials_host", "fd00::5"), "ca_cert", ca_base64);

  CHECK(account(bag).value->auth_url == "http://[fd00::5]:5000");
  CHECK(account(bag).value->ca == ca_pem);
}

TEST_CASE("a wrong value of keystone is named", "[relations][unit]") {
  using Row = std::tuple<const char*, const char*>;
  const auto [key, value] =
      GENERATE(table<const char*, const char*>({Row{"credentials_port", "http"},
                                                Row{"credentials_protocol", "ftp"},
                                                Row{"credentials_host", "a/b"},
                                                Row{"credentials_project", "a\nb"},
                                                Row{"ca_cert", "!"}}));
  const Databag bag = with(keystone, key, value);

  CHECK(wrong_key([&] { static_cast<void>(account(bag)); }) ==
        "cloud-credentials: " + std::string(key));
}

TEST_CASE("southbound addresses carry JSON quotes and are ordered by unit number",
          "[relations][ha]") {
  const RemoteUnits remote{true,
                           {{"ovn-central/10", {{"bound-address", "\"10.10.0.41\""}}},
                            {"ovn-central/2", {{"bound-address", "\"fd00::42\""}}},
                            {"ovn-central/3", {}},
                            {"ovn-central/4", {{"bound-address", "10.10.0.41"}}}}};

  const Need<Southbound> need = read_ovsdb(remote);

  REQUIRE(need.value);
  CHECK(need.value->addresses == Strings{"fd00::42", "10.10.0.41"});
  CHECK(connections(*need.value) == "ssl:[fd00::42]:6642,ssl:10.10.0.41:6642");
}

TEST_CASE("the southbound database is awaited and checked", "[relations][unit]") {
  const std::string wrong = GENERATE("\"host.example.test\"", "10.10.0.300", "[1, 2]");

  CHECK(read_ovsdb(one("ovn-central/0", {{"bound-address", "null"}})).missing ==
        "no bound-address yet");
  CHECK(wrong_key([&] {
          static_cast<void>(read_ovsdb(one("ovn-central/0", {{"bound-address", wrong}})));
        }) == "ovsdb: bound-address");
}

TEST_CASE("Ironic is awaited until it says that it is ready", "[relations][unit]") {
  CHECK(read_ironic_api(one("ironic-api/0", {{"ironic-api-ready", "True"}})).value == true);
  CHECK(read_ironic_api(one("ironic-api/0", {{"ironic-api-ready", "true"}})).value == true);
  CHECK(read_ironic_api(one("ironic-api/0", {{"ironic-api-ready", "False"}})).missing ==
        "not ready yet");
  CHECK(read_ironic_api({}).missing == "not ready yet");
  CHECK(wrong_key([] {
          static_cast<void>(read_ironic_api(one("ironic-api/0", {{"ironic-api-ready", "soon"}})));
        }) == "ironic-api: ironic-api-ready");
}
