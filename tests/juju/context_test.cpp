#include "juju.hpp"
#include "support/catch.hpp"

using namespace ncc::juju;

TEST_CASE("a relation hook is read from the environment", "[juju][unit]") {
  const Context context =
      read_context({{"JUJU_CHARM_DIR", "/var/lib/juju/agents/unit-nova-compute-3/charm"},
                    {"JUJU_UNIT_NAME", "nova-compute/3"},
                    {"JUJU_DISPATCH_PATH", "hooks/amqp-relation-departed"},
                    {"JUJU_RELATION", "amqp"},
                    {"JUJU_RELATION_ID", "amqp:7"},
                    {"JUJU_REMOTE_UNIT", "rabbitmq-server/0"},
                    {"JUJU_DEPARTING_UNIT", "rabbitmq-server/1"},
                    {"JUJU_MODEL_NAME", "default"},
                    {"JUJU_MODEL_UUID", "5e000000-0000-4000-8000-000000000001"},
                    {"JUJU_AVAILABILITY_ZONE", "az1"},
                    {"JUJU_VERSION", "3.6.28"}},
                   "/var/lib/juju/agents/unit-nova-compute-3/charm/dispatch");

  CHECK(context.charm_dir == "/var/lib/juju/agents/unit-nova-compute-3/charm");
  CHECK(context.unit == "nova-compute/3");
  CHECK(context.dispatch_path == "hooks/amqp-relation-departed");
  CHECK(context.hook == "amqp-relation-departed");
  CHECK(context.action.empty());
  CHECK(context.relation == "amqp");
  CHECK(context.relation_id == "amqp:7");
  CHECK(context.remote_unit == "rabbitmq-server/0");
  CHECK(context.departing_unit == "rabbitmq-server/1");
  CHECK(context.model_name == "default");
  CHECK(context.model_uuid == "5e000000-0000-4000-8000-000000000001");
  CHECK(context.availability_zone == "az1");
  CHECK(context.version == "3.6.28");
}

TEST_CASE("an action has no hook name", "[juju][unit]") {
  const Context context = read_context(
      {{"JUJU_DISPATCH_PATH", "actions/verify"}, {"JUJU_HOOK_NAME", ""}}, "/charm/dispatch");

  CHECK(context.action == "verify");
  CHECK(context.hook.empty());
  CHECK(context.relation_id.empty());
}

TEST_CASE("without a dispatch path the program's own name counts", "[juju][unit]") {
  CHECK(read_context({}, "/srv/charm/hooks/install").hook == "install");
  CHECK(read_context({}, "hooks/start").hook == "start");
  CHECK(read_context({{"JUJU_DISPATCH_PATH", ""}}, "./actions/verify").action == "verify");
  CHECK(read_context({}, "hooks/start").dispatch_path == "hooks/start");
}

TEST_CASE("a program outside hooks and actions is neither", "[juju][unit]") {
  const Context context = read_context({}, "/srv/charm/dispatch");

  CHECK(context.hook.empty());
  CHECK(context.action.empty());
}
