#include "hooks/hook.hpp"

#include "charm/charm.hpp"

namespace ncc {

int hook_main(const juju::Context& context, const Platform& platform, Journal& journal) {
  return charm::run_hook(context, platform, journal);
}

}  // namespace ncc
