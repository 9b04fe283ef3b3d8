// bin/charm-explain: what the charm does and why, changing nothing. `events` and `relations` work
// anywhere; `files`, `flags` and `plan` need a unit: juju exec --unit nova-compute/0 --
// bin/charm-explain plan

#include <cstdio>
#include <exception>

#include "charm/charm.hpp"
#include "hooks/environment.hpp"
#include "journal.hpp"

int main(int argc, char* argv[]) {
  try {
    if (argc != 2) {
      std::fputs("usage: charm-explain events | relations | files | flags | plan\n", stderr);
      return 2;
    }
    const auto processes = ncc::make_process_runner();
    const auto files = ncc::make_file_system();
    const auto http = ncc::make_http_transport();
    const auto clock = ncc::make_clock();
    const ncc::Platform platform{*processes, *files, *http, *clock};
    const ncc::juju::Context context = ncc::juju::read_context(ncc::process_environment(), argv[0]);
    const auto journal = ncc::open_journal(ncc::charm::journal_path(context.unit));
    std::fputs(ncc::charm::explain(argv[1], context, platform, *journal).c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "charm-explain: %s\n", error.what());
    return 1;
  }
}
