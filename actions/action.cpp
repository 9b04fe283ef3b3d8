#include "actions/action.hpp"

#include "charm/charm.hpp"

namespace ncc {

int action_main(const juju::Context& context, const Platform& platform, Journal& journal) {
  return charm::run_action(context, platform, journal);
}

}  // namespace ncc
