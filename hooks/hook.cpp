#include "hooks/hook.hpp"

#include "charm/charm.hpp"

namespace ncc {

int hook_main(const juju::Context& context, const Platform& platform) {
  return charm::run_hook(context, platform);
}

}  // namespace ncc
