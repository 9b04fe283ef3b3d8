#pragma once
// The one commit of a run's buffered writes (uniter/runner/context/context.go doFlush).
#include "context.hpp"

namespace local_juju {

struct Flushed {
  std::string error = {};         // not empty: refused, the hook has failed
  Json changes = Json::object();  // what was stored, for the journal
};

/// `fault` is empty or one of refused, leadership-lost, quota, port-conflict. In 3.6 secrets are
/// stored before the rest and stay when the rest is refused; in 4.0 all or nothing.
/// `config_changed`: also refreshes the network keys of the own bags, except those the charm wrote
/// in this hook.
Flushed flush(Context& context, const std::string& fault);

/// The next instance of a storage name, for this unit.
[[nodiscard]] Storage new_storage(Model& model,
                                  const Unit& unit,
                                  const std::string& name,
                                  const StorageSpec& spec);

}  // namespace local_juju
