// The charm's one executable. Juju runs it for every hook and action; hooks/<name> and
// actions/<name> are links to it.

#include <cstdio>
#include <exception>
#include <string>

#include "actions/action.hpp"
#include "charm/charm.hpp"
#include "hooks/environment.hpp"
#include "hooks/hook.hpp"
#include "journal.hpp"
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

/// bin/drain UNIT, bin/create-node UNIT and bin/wake UNIT: the processes of
/// nova-compute-drain.service, nova-compute-node.service and nova-compute-wake.service. Their log
/// goes to systemd's journal.
int serve(const std::string& unit,
          int (*main)(const std::string&, const ncc::Platform&, ncc::Journal&)) {
  const auto processes = ncc::make_process_runner();
  const auto files = ncc::make_file_system();
  const auto http = ncc::make_http_transport();
  const auto clock = ncc::make_clock();
  const auto journal = ncc::open_journal(ncc::charm::journal_path(unit));
  return main(unit, {*processes, *files, *http, *clock}, *journal);
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
  const auto journal = ncc::open_journal(ncc::charm::journal_path(context.unit));
  return context.action.empty() ? ncc::hook_main(context, platform, *journal)
                                : ncc::action_main(context, platform, *journal);
}

}  // namespace

int main(int argc, char* argv[]) {
  try {
    const std::string program = argc > 0 ? argv[0] : "";
    if (argc == 2 && program.ends_with("/drain")) {
      return serve(argv[1], ncc::charm::drain_main);
    }
    if (argc == 2 && program.ends_with("bin/create-node")) {
      return serve(argv[1], ncc::charm::create_node_main);
    }
    if (argc == 2 && program.ends_with("/wake")) {
      return serve(argv[1], ncc::charm::wake_main);
    }
    return dispatch(program);
  } catch (const std::exception& error) {
    // Only what the two catch blocks of charm/run.cpp let through: a fault of ours, or no way to
    // talk to Juju.
    std::fprintf(stderr, "nova-compute charm: %s\n", error.what());
    return 1;
  }
}
