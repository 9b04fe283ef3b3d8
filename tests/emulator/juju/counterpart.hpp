#pragma once
// Counterpart charms are played by their databags. A counterpart file says what an application's
// units publish:
//   {"interface": "rabbitmq", "units": 3,
//    "endpoints": {"amqp": {"unit": {k: v}, "unit/1": {k: v}, "app": {k: v}, "scope": "container",
//    "answer": "./prog"}}}
// Keys and values may hold {{remote.KEY}} (a key of our unit's bag), {{remote.unit}},
// {{remote.unit_name_underscored}},
// {{self.unit}}, {{self.app}}, {{self.number}}, {{self.address}}. A setting that asks for a key
// which is not there yet is left out. A key that names {{remote...}} is expanded for each of our
// units, other settings for the first unit that has what they ask for. `answer` is a program
// (relative to the file) that gets {endpoint, units, self} on stdin and prints the same three kinds
// of bags; it runs again whenever what our side says has changed.
#include "model.hpp"

namespace local_juju {

/// The document, read once per process. Throws Refused naming the file.
[[nodiscard]] const Json& counterpart_document(const std::string& path);

/// Lets the played units of this relation answer what our side has said. True if a bag changed.
bool play(Model& model, Relation& relation);

/// Settings of one bag with the placeholders filled in; `units` are our bags by unit.
[[nodiscard]] Bag expand(const Json& settings,
                         const std::map<std::string, Bag>& units,
                         const Bag& self);

/// A made-up address for a played unit.
[[nodiscard]] std::string played_address(const std::string& unit);
/// What Juju writes into a unit's bag when it enters scope: ingress-address, egress-subnets, in 3.6
/// private-address.
[[nodiscard]] Bag prefilled_bag(const Model& model, const std::string& address);

}  // namespace local_juju
