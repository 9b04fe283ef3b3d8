#include "config.hpp"
#include "support/catch.hpp"

using namespace ncc;
using Strings = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

Config with(const std::string& option, const std::string& value) {
  return read_config({{option, value}});
}

std::size_t problems(const std::string& option, const std::string& value) {
  return with(option, value).problems.size();
}

}  // namespace

TEST_CASE("CPU lists hold numbers, ranges and exclusions", "[config][unit]") {
  CHECK(with("cpu-shared-set", "0-3,^2,8").cpu_shared_set == "0-3,^2,8");
  CHECK(with("cpu-dedicated-set", " 4 - 7 , ^5-6 ").cpu_dedicated_set == "4-7,^5-6");
  const std::string bad =
      GENERATE("a", "3-1", "0-", "-1", "^", "1;2", "0-9999999999", "^0,^2", "1-2,^1-2");

  CHECK(with("cpu-shared-set", bad).cpu_shared_set.empty());
  CHECK(problems("cpu-shared-set", bad) == 1);
}

TEST_CASE("a CPU list problem says what is allowed", "[config][unit]") {
  CHECK(with("cpu-shared-set", "0-3,x").problems ==
        Strings{"cpu-shared-set: \"0-3,x\" is no list of CPUs; allowed: numbers, ranges and "
                "exclusions such as 0-3,^2,8"});
}

TEST_CASE("CPU models need the mode custom", "[config][unit]") {
  const Config good =
      read_config({{"cpu-mode", "custom"}, {"cpu-models", "SandyBridge, Haswell-noTSX"}});
  const Config bad = read_config(
      {{"cpu-mode", "host-model"}, {"cpu-models", "Haswell"}, {"cpu-model", "Haswell"}});

  CHECK(good.cpu_models == Strings{"SandyBridge", "Haswell-noTSX"});
  CHECK(good.problems.empty());
  CHECK(bad.cpu_models.empty());
  CHECK(bad.cpu_model.empty());
  CHECK(bad.problems ==
        Strings{"cpu-model: needs cpu-mode custom", "cpu-models: needs cpu-mode custom"});
}

TEST_CASE("the mode custom needs CPU models", "[config][unit]") {
  CHECK(with("cpu-mode", "custom").problems == Strings{"cpu-mode: custom needs cpu-models"});
  CHECK(read_config({{"cpu-mode", "custom"}, {"cpu-model", "Haswell"}}).problems.empty());
  CHECK(read_config({{"cpu-mode", "custom"}, {"cpu-models", "a b"}}).problems.size() == 1);
}

TEST_CASE("a bad CPU mode is the only problem that it makes", "[config][unit]") {
  CHECK(read_config({{"cpu-mode", "fast"}, {"cpu-models", "Haswell"}}).problems ==
        Strings{"cpu-mode: \"fast\" is not allowed; allowed: host-model, host-passthrough, custom, "
                "none"});
}

TEST_CASE("CPU flags are joined by commas", "[config][unit]") {
  CHECK(with("cpu-model-extra-flags", "pcid +ssbd,-vmx").cpu_model_extra_flags ==
        "pcid,+ssbd,-vmx");
  CHECK(problems("cpu-model-extra-flags", "pcid;x") == 1);
  CHECK(problems("cpu-model-extra-flags", "+") == 1);
  CHECK(read_config({{"cpu-mode", "none"}, {"cpu-model-extra-flags", "pcid"}}).problems ==
        Strings{"cpu-model-extra-flags: needs a cpu-mode other than none"});
}

TEST_CASE("cache modes name a kind of disk and a mode", "[config][unit]") {
  CHECK(with("disk-cachemodes", "file=directsync, block=none").disk_cachemodes ==
        "file=directsync,block=none");
  CHECK(problems("disk-cachemodes", "file=fast") == 1);
  CHECK(problems("disk-cachemodes", "tape=none") == 1);
  CHECK(problems("disk-cachemodes", "file") == 1);
}

TEST_CASE("config-flags are pairs whose values may hold commas", "[config][unit]") {
  CHECK(with("config-flags", "k=v,k2=v1,v2").config_flags == Flags{{"k", "v"}, {"k2", "v1,v2"}});
  CHECK(with("config-flags", " a = 1 , b=x=y,").config_flags == Flags{{"a", "1"}, {"b", "x=y"}});
  CHECK(with("config-flags", "a=1,a=2").config_flags == Flags{{"a", "1"}, {"a", "2"}});
  CHECK(with("config-flags", "a=").config_flags == Flags{{"a", ""}});
  const std::string bad = GENERATE("flag", "=1", "libvirt.cpu_mode=none", "a b=1", "[libvirt]x=1");

  CHECK(with("config-flags", bad).config_flags.empty());
  CHECK(problems("config-flags", bad) == 1);
}

TEST_CASE("bridge mappings name a network and its bridge", "[config][unit]") {
  CHECK(with("ovn-bridge-mappings", "physnet1:br-ex  physnet2:br-2").ovn_bridge_mappings ==
        Pairs{{"physnet1", "br-ex"}, {"physnet2", "br-2"}});
  const std::string bad = GENERATE("physnet1",
                                   "physnet1:",
                                   ":br-ex",
                                   "p:br-ex,q:br-2",
                                   "p:br-int",
                                   "p:a-name-of-16-chrs",
                                   "p:br-1 p:br-2");

  CHECK(with("ovn-bridge-mappings", bad).ovn_bridge_mappings.empty());
  CHECK(problems("ovn-bridge-mappings", bad) == 1);
}

TEST_CASE("interface mappings take names and MAC addresses", "[config][unit]") {
  CHECK(with("bridge-interface-mappings", "br-ex:eno3 br-ex:00:11:22:AA:bb:55 br-2:bond0.5")
            .bridge_interface_mappings ==
        Pairs{{"br-ex", "eno3"}, {"br-ex", "00:11:22:aa:bb:55"}, {"br-2", "bond0.5"}});
  const std::string bad = GENERATE("br-ex",
                                   "br-ex:",
                                   "br-ex:00:11:22:33:44",
                                   "br-ex:00:11:22:33:44:5g",
                                   "br-int:eno3",
                                   "br-ex:eno3 br-2:eno3");

  CHECK(with("bridge-interface-mappings", bad).bridge_interface_mappings.empty());
  CHECK(problems("bridge-interface-mappings", bad) == 1);
}

TEST_CASE("PCI options are one JSON object or several", "[config][unit]") {
  const Strings one{R"({"product_id":"10ca","vendor_id":"8086"})"};
  const Strings two{R"({"name":"a"})", R"({"name":"b"})"};

  CHECK(with("pci-passthrough-whitelist", R"({"vendor_id": "8086", "product_id": "10ca"})")
            .pci_passthrough_whitelist == one);
  CHECK(with("pci-alias", R"([{"name": "a"}, {"name": "b"}])").pci_alias == two);
  CHECK(
      with("pci-passthrough-whitelist", "{\"name\": \"a\"}\n{\"name\":\n \"b\"}").problems.size() ==
      1);
  CHECK(with("pci-passthrough-whitelist", "{\"name\": \"a\"}\n {\"name\": \"b\"}")
            .pci_passthrough_whitelist == two);
  CHECK(with("pci-alias", "{\"name\":\n\"a\"}").pci_alias == Strings{R"({"name":"a"})"});
  const std::string bad =
      GENERATE("8086:10ca", "{", "[1]", "\"x\"", "{}", "[{\"a\":1}, 2]", "{'a': 1}");

  CHECK(with("pci-alias", bad).pci_alias.empty());
  CHECK(problems("pci-alias", bad) == 1);
}

TEST_CASE("sysctl is a YAML map of plain values", "[config][unit]") {
  const std::map<std::string, std::string> expected{{"kernel.pid_max", "4194303"},
                                                    {"net.ipv4.ip_forward", "1"}};

  CHECK(with("sysctl", "{ kernel.pid_max : 4194303,\n  net.ipv4.ip_forward : 1 }").sysctl ==
        expected);
  CHECK(with("sysctl", "kernel.pid_max: 4194303\nnet.ipv4.ip_forward: '1'").sysctl == expected);
  CHECK(with("sysctl", "{}").problems.empty());
  const std::string bad = GENERATE("kernel.pid_max=1",
                                   "[1]",
                                   "{ a: [1] }",
                                   "{ a: }",
                                   "{",
                                   "a b: 1",
                                   "{ a: \"1\\nkernel.x = 2\" }",
                                   "{ [a]: 1 }");

  CHECK(with("sysctl", bad).sysctl.empty());
  CHECK(problems("sysctl", bad) == 1);
}

TEST_CASE("deeply nested YAML and JSON are problems, not crashes", "[config][unit]") {
  CHECK(problems("sysctl", std::string(100000, '[')) == 1);
  CHECK(problems("pci-alias", std::string(100000, '[')) == 1);
}

TEST_CASE("shards are a number or names with conductor groups", "[config][unit]") {
  CHECK(with("ironic-shards", "4").ironic_shards == Shards{.number = 4});
  CHECK(with("ironic-shards", "rack1, rack2@south").ironic_shards ==
        Shards{.named = {{"rack1", ""}, {"rack2", "south"}}});
  CHECK(with("ironic-shards", "a,b,a").problems ==
        Strings{"ironic-shards: a is named twice; allowed: each shard once"});
  const std::string bad =
      GENERATE("0", "1001", "-1", "Rack", "a b_c", "-a", "a-", "a@", "@south", ",");

  CHECK(with("ironic-shards", bad).ironic_shards == Shards{});
  CHECK(problems("ironic-shards", bad) == 1);
}
