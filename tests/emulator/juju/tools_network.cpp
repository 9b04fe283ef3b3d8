// network-get, unit-get.
#include "machine.hpp"
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

using Ordered = nlohmann::ordered_json;

bool known_binding(const Context& context, const std::string& name) {
  const Charm& charm = context.application().charm;
  return charm.endpoints.contains(name) || charm.extra_bindings.contains(name) ||
         (name == "juju-info" && !context.model.is_40());
}

std::string host_subnet(const std::string& address) {
  return address + (address.find(':') == std::string::npos ? "/32" : "/128");
}

Ordered everything(const Json& network) {
  const std::string address = network["address"];
  return {{"bind-addresses",
           Ordered::array(
               {{{"mac-address", network["mac"]},
                 {"interface-name", network["interface"]},
                 {"addresses",
                  Ordered::array(
                      {{{"hostname", ""}, {"value", address}, {"cidr", network["cidr"]}}})}}})},
          {"egress-subnets", Ordered::array({host_subnet(address)})},
          {"ingress-addresses", Ordered::array({address})}};
}

std::string network_get(ToolRun& run) {
  if (run.arguments.words.empty())
    throw UsageError("no arguments specified");
  const std::string& binding = run.arguments.words[0];
  if (binding.empty())
    throw UsageError("no binding name specified");
  run.no_more_than(1);
  if (!known_binding(run.context, binding))
    throw ToolError("no network config found for binding " + go_quoted(binding));
  const Json& network = network_of(run.context.model, run.context.unit, binding);
  const std::string address = network["address"];
  Json chosen = Json::object();
  if (run.arguments.is("bind-address"))
    chosen["bind-address"] = address;
  if (run.arguments.is("ingress-address"))
    chosen["ingress-address"] = address;
  if (run.arguments.is("egress-subnets"))
    chosen["egress-subnets"] = Json::array({host_subnet(address)});
  if (run.arguments.is("primary-address")) {
    if (!chosen.empty())
      throw ToolError("--primary-address must be the only flag specified");
    return run.print(Json(address));
  }
  if (chosen.empty())
    return run.print(everything(network));
  return run.print(chosen.size() == 1 ? *chosen.begin() : chosen);
}

std::string unit_get(ToolRun& run) {
  const std::string name = run.arguments.words.empty() ? "" : run.arguments.words[0];
  if (name.empty())
    throw UsageError("no setting specified");
  if (name != "private-address" && name != "public-address")
    throw UsageError("unknown setting " + go_quoted(name));
  run.no_more_than(1);
  return run.print(network_of(run.context.model, run.context.unit, "")["address"]);
}

}  // namespace

std::vector<Tool> network_tools() {
  return {{"network-get",
           false,
           "smart",
           {{"relation", "r", false},
            {"primary-address", "", true},
            {"bind-address", "", true},
            {"ingress-address", "", true},
            {"egress-subnets", "", true}},
           network_get},
          {"unit-get", false, "smart", {}, unit_get}};
}

}  // namespace local_juju
