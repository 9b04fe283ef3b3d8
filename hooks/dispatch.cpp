// The charm's one executable. Juju runs it for every hook and action; hooks/<name> and
// actions/<name> are links to it.

#include <cstdio>
#include <exception>
#include <string>

#include "actions/action.hpp"
#include "hooks/environment.hpp"
#include "hooks/hook.hpp"
#include "juju.hpp"
#include "log.hpp"
#include "platform.hpp"

namespace {

const char* juju_level(ncc::log::Level level) {
  switch (level) {
    case ncc::log::Level::debug:
      return "DEBUG";
    case ncc::log::Level::info:
      return "INFO";
    case ncc::log::Level::warning:
      return "WARNING";
    case ncc::log::Level::error:
      return "ERROR";
  }
  return "INFO";
}

int dispatch(const std::string& program) {
  const auto processes = ncc::make_process_runner();
  const auto files = ncc::make_file_system();
  const auto http = ncc::make_http_transport();
  const auto clock = ncc::make_clock();
  const ncc::Platform platform{*processes, *files, *http, *clock};
  ncc::juju::Tools tools(*processes);
  ncc::log::set_sink(
      [&](ncc::log::Level level, const std::string& line) { tools.log(juju_level(level), line); });
  const ncc::juju::Context context = ncc::juju::read_context(ncc::process_environment(), program);
  return context.action.empty() ? ncc::hook_main(context, platform)
                                : ncc::action_main(context, platform);
}

}  // namespace

int main(int argc, char* argv[]) {
  try {
    return dispatch(argc > 0 ? argv[0] : "");
  } catch (const std::exception& error) {
    // Only what the two catch blocks of charm/run.cpp let through: a fault of ours, or no way to
    // talk to Juju.
    std::fprintf(stderr, "nova-compute charm: %s\n", error.what());
    return 1;
  }
}
