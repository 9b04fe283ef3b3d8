#pragma once
// Where a unit's processes run and where its files are. Without a driver a machine is a folder and
// its hooks run on this host. A driver is a program with sub-verbs: create, enter, destroy, path,
// address, tools, and if it can reboot and power, each followed by the machine's name.
#include <filesystem>

#include "model.hpp"

namespace local_juju {

/// Makes the machine and asks its driver where things are.
Machine create_machine(const std::string& name,
                       const std::string& command,
                       const std::filesystem::path& model_folder);
/// Asks again for path, enter and tools: a machine that came up again may have a new argv prefix.
void refresh_machine(Machine& machine, const std::filesystem::path& model_folder);
void destroy_machine(const Machine& machine);
/// `reboot`, `power` with `on` or `off`. A driver that does not know the verb says so by exit
/// status 2: then only Juju's side of it happens. Throws Refused when the driver fails.
void tell_driver(const Machine& machine, const std::string& verb, const std::string& word = "");

/// /var/lib/juju/agents/unit-app-0 as the unit sees it.
[[nodiscard]] std::string agent_folder(const Model& model, const Unit& unit);
[[nodiscard]] std::string tool_folder(const Model& model, const Unit& unit);
/// The folder with the tools and the socket: on the host, and inside.
[[nodiscard]] std::string shared_folder_host(const Model& model, const Unit& unit);
[[nodiscard]] std::string shared_folder_inside(const Model& model, const Unit& unit);

/// {interface, mac, address, cidr} of a binding: what `world address` said, else what the driver
/// says, else a made-up address of 10.10.0.0/16.
[[nodiscard]] const Json& network_of(Model& model, const Unit& unit, const std::string& binding);
/// "10.0.0.5/24" -> "10.0.0.0/24". Throws Refused.
[[nodiscard]] std::string network_cidr(const std::string& address);
/// {interface, mac, address, cidr} from "IP[/PREFIX]".
[[nodiscard]] Json network_entry(const std::string& address,
                                 const std::string& interface,
                                 const std::string& mac);

}  // namespace local_juju
