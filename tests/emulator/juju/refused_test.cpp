// Worlds that Juju would not allow are refused with a sentence.
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

Files metadata(const std::string& more) {
  return {{"metadata.yaml", {test_metadata("probe") + more}}};
}

std::string refusal(World& world, const Files& files) {
  try {
    world.deploy_charm("probe", {}, 1, files);
    return "";
  } catch (const Refused& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("archives that Juju refuses are refused", "[emulator][juju]") {
  const auto [files, error] = GENERATE(table<Files, std::string>(
      {{{{"metadata.yaml", {""}}}, "invalid charm: archive file \"metadata.yaml\" not found"},
       {{{"dispatch", {""}}}, "invalid charm: has no hooks nor dispatch file"},
       {{{"../up", {"x"}}}, "cannot read charm archive: illegal path \"../up\""},
       {{{"link", {"/etc/passwd", 0120777}}}, "symlink \"link\" is absolute: \"/etc/passwd\""},
       {{{"a/link", {"../../x", 0120777}}}, "symlink \"a/link\" links out of charm: \"../../x\""},
       {{{"pipe", {"x", 0010644}}},
        "cannot read charm archive: file \"pipe\" has an unsupported type"},
       {{{"metadata.yaml", {"name: Bad_name\nsummary: s\ndescription: d\n"}}},
        "metadata: charm name \"Bad_name\" not valid"},
       {{{"metadata.yaml", {"name: probe\ndescription: d\n"}}},
        "metadata: summary: expected string, got nothing"},
       {metadata("subordinate: true\n"),
        "subordinate charm \"probe\" lacks \"requires\" relation with container scope"},
       {metadata("resources: {a: {type: file, filename: a/b}}\n"),
        "resource \"a\": filename not valid"},
       {{{"config.yaml", {"{}\n"}}}, "invalid config: empty configuration"},
       {{{"config.yaml", {"options: {n: {type: int, default: x}}\n"}}},
        "option \"n\" expected int, got \"x\""},
       {{{"config.yaml", {"options: {n: {type: list}}\n"}}},
        "invalid config: option \"n\" has unknown type \"list\""},
       {{{"actions.yaml", {"Bad: {}\n"}}}, "bad action name Bad"},
       {{{"actions.yaml", {"juju-x: {}\n"}}},
        "cannot use action name juju-x: \"juju\" is a reserved name"},
       {{{"actions.yaml", {"a: {params: {b: {$ref: x}}}\n"}}},
        "schema key \"$ref\" not compatible with this version of juju"}}));
  World world;

  CHECK(refusal(world, files) == error);
}

TEST_CASE("4.0 wants bases in the manifest", "[emulator][juju]") {
  const auto [juju, error] = GENERATE(table<std::string, std::string>(
      {{"3.6", ""}, {"4.0", "charm metadata without bases in manifest not valid"}}));
  World world(juju);

  CHECK(refusal(world, {{"manifest.yaml", {""}}}) == error);
}

TEST_CASE("reserved and duplicate endpoint names are refused", "[emulator][juju]") {
  const std::string head = "name: probe\nsummary: s\ndescription: d\n";
  const auto text = GENERATE(as<std::string>{},
                             "provides: {juju-x: http}\n",
                             "provides: {web: juju}\n",
                             "peers: {Bad: ring}\n",
                             "provides: {a: http}\nrequires: {a: http}\n",
                             "provides: {a: {interface: http, scope: world}}\n",
                             "provides: {a: http}\nextra-bindings: {a: }\n");
  World world;

  CHECK_FALSE(refusal(world, {{"metadata.yaml", {head + text}}}).empty());
}

TEST_CASE("relations that do not fit are refused", "[emulator][juju]") {
  World world;
  world.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  world.counterpart("client", {{"interface", "http"}, {"endpoints", {{"site", Json::object()}}}});
  world.counterpart("other", {{"interface", "http"}, {"endpoints", {{"site", Json::object()}}}});
  world.deploy_charm("probe");
  integrate(world.model, "probe:db", "mysql");
  integrate(world.model, "probe:website", "client");

  CHECK_THROWS_WITH(integrate(world.model, "probe:nope", "mysql"),
                    "application \"probe\" has no \"nope\" relation");
  CHECK_THROWS_WITH(integrate(world.model, "probe:db", "mysql:db"),
                    "cannot add relation \"probe:db mysql:db\": relation already exists");
  CHECK_THROWS_WITH(integrate(world.model, "probe:website", "other"),
                    "cannot add relation: establishing a new relation for probe:website would "
                    "exceed its maximum relation limit of 1");
  CHECK_THROWS_WITH(integrate(world.model, "probe:db", "client:site"),
                    "no relations found between \"probe:db\" and \"client:site\"");
  CHECK_THROWS_AS(integrate(world.model, "probe:db", "absent"), Refused);
  CHECK_THROWS_AS(integrate(world.model, "absent", "mysql"), Refused);
  CHECK_THROWS_AS(remove_relation(world.model, "probe:db", "absent"), Refused);
}

TEST_CASE("options must exist and fit", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");

  CHECK_THROWS_WITH(set_config(world.model, "probe", {{"nope", 1}}), "unknown option \"nope\"");
  CHECK_THROWS_WITH(set_config(world.model, "probe", {{"number", "abc"}}),
                    "option \"number\" expected int, got \"abc\"");
  CHECK_THROWS_WITH(set_config(world.model, "probe", {{"debug", "7"}}),
                    "option \"debug\" expected boolean, got \"7\"");
  CHECK_THROWS_AS(set_config(world.model, "probe", {{"token", "plain"}}), Refused);
  CHECK_THROWS_WITH(reset_config(world.model, "probe", {"nope"}), "unknown option \"nope\"");
  set_config(
      world.model, "probe", {{"number", "12"}, {"share", "3"}, {"debug", "true"}, {"text", "5"}});
  CHECK(effective_config(world.model.applications.at("probe")).dump() ==
        R"({"debug":true,"number":12,"share":3,"text":"5"})");
}

TEST_CASE("names and paths that Juju does not take are refused", "[emulator][juju]") {
  World world;
  const std::string archive = world.pack("probe", {});
  const auto [path, app] =
      GENERATE_COPY(table<std::string, std::string>({{"probe.charm", "probe"},
                                                     {archive, "probe-1"},
                                                     {archive, "Probe"},
                                                     {"/no/such.charm", "probe"},
                                                     {"/tmp", "probe"}}));

  CHECK_THROWS_AS(deploy(world.model, world.store, {.archive = path, .app = app}), Refused);
}

TEST_CASE("unknown units, applications and bases are refused", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");

  CHECK_THROWS_WITH(find_unit(world.model, "probe/9"), "unit \"probe/9\" not found");
  CHECK_THROWS_WITH(find_application(world.model, "x"), "application \"x\" not found");
  CHECK_THROWS_AS(
      deploy(world.model, world.store, {.archive = world.pack("probe", {}), .app = "probe"}),
      Refused);
  CHECK_THROWS_AS(deploy(world.model,
                         world.store,
                         {.archive = world.pack("probe", {}), .app = "b", .base = "debian@12"}),
                  Refused);
  CHECK_THROWS_AS(refresh(world.model, world.store, "probe", world.pack("other", {}), false),
                  Refused);
}

TEST_CASE("keys of an action have their types", "[emulator][juju]") {
  const auto [line, why] = GENERATE(table<std::string, std::string>(
      {{"parallel: some", "value for schema key \"parallel\" must be a bool"},
       {"execution-group: [a]", "value for schema key \"execution-group\" must be a string"},
       {"description: 5", "value for schema key \"description\" must be a string"},
       {"required: size", "value for schema key \"required\" must be a YAML list"},
       {"params: 5", "params failed to parse as a map"}}));
  World world;
  const std::string archive =
      world.pack("probe", {}, {{"actions.yaml", {"act:\n  " + line + "\n"}}});

  CHECK_THROWS_WITH(deploy(world.model, world.store, {.archive = archive}), why);
}

TEST_CASE("an action may have a group and be parallel", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"act", "touch $OUT/ran"}},
                     1,
                     {{"actions.yaml", {"act:\n  parallel: true\n  execution-group: drain\n"}}});

  CHECK(world.act("probe/0", "act").status == "completed");
}
