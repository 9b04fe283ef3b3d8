#pragma once
// Band 5: what may be done to the cloud, one step at a time. If it is not an alternative of
// CloudStep, no action and no drain does it. Decides nothing. Read next: drain.hpp and scalein.hpp
// (who decides).

#include <string>
#include <variant>

#include "openstack.hpp"

namespace ncc {

struct DisableService {
  std::string service = {};  // uuid
  std::string reason = {};   // 1 to 255 characters
};

struct EnableService {
  std::string service = {};
};

/// Nova takes the host for dead: needed before evacuation, and only once it is fenced.
struct ForceDown {
  std::string service = {};
  bool down = true;
};

struct DeleteService {
  std::string service = {};
};

struct DeleteProvider {
  std::string provider = {};  // uuid
};

/// Of a consumer that Nova does not know any more.
struct DeleteAllocations {
  std::string consumer = {};
};

struct DeleteAgent {
  std::string agent = {};
};

struct AddToAggregate {
  long long aggregate = 0;
  std::string host = {};
};

struct LiveMigrate {
  std::string server = {};
  std::string target = {};  // host; empty: the scheduler chooses
};

struct ColdMigrate {
  std::string server = {};
  std::string target = {};
};

struct ConfirmResize {
  std::string server = {};
};

struct ShelveOffload {
  std::string server = {};
};

struct Evacuate {
  std::string server = {};
  std::string target = {};
};

/// The nova-compute whose [ironic] shard this is takes the node over. Needs a token of system
/// scope.
struct SetShard {
  std::string node = {};   // uuid
  std::string shard = {};  // not empty
};

using CloudStep = std::variant<DisableService,
                               EnableService,
                               ForceDown,
                               DeleteService,
                               DeleteProvider,
                               DeleteAllocations,
                               DeleteAgent,
                               AddToAggregate,
                               LiveMigrate,
                               ColdMigrate,
                               ConfirmResize,
                               ShelveOffload,
                               Evacuate,
                               SetShard>;

/// One line for a person: "live migrate server UUID to a host that the scheduler chooses".
[[nodiscard]] std::string describe(const CloudStep& step);
/// One API call; its outcome is data. Throws HttpError only where logging in, or asking Nova for
/// its newest microversion, fails: then the step was not sent.
[[nodiscard]] openstack::Outcome perform(const CloudStep& step, openstack::Session& session);

}  // namespace ncc
