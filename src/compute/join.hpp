#pragma once
// Inside compute: the decision about our own record in Nova, used by plan_join and plan_record.

#include "model.hpp"

namespace ncc::compute {

struct Join {
  NovaStep step = NovaStep::none;
  bool joined = false;  // from now on the record is the operator's
};

[[nodiscard]] Join join_of(const Model& model);

}  // namespace ncc::compute
