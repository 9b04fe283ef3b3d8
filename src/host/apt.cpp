#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "host.hpp"
#include "host/failure.hpp"
#include "log.hpp"
#include "words/text.hpp"

namespace ncc::host {

namespace {

Command apt_get(const std::string& verb) {
  return {.argv = {"/usr/bin/apt-get",
                   verb,
                   "--assume-yes",
                   "--no-install-recommends",
                   "--option=Dpkg::Options::=--force-confdef",
                   "--option=Dpkg::Options::=--force-confold",
                   "--option=DPkg::Lock::Timeout=300"},
          .environment = {{"DEBIAN_FRONTEND", "noninteractive"}},
          .timeout = std::chrono::minutes(30)};
}

}  // namespace

std::map<std::string, std::string> installed_versions(ProcessRunner& runner,
                                                      const std::set<std::string>& packages) {
  if (packages.empty()) {
    return {};
  }
  Command command{.argv = {"/usr/bin/dpkg-query",
                           "--show",
                           "--showformat=${Package}\\t${db:Status-Status}\\t${Version}\\n",
                           "--"}};
  command.argv.insert(command.argv.end(), packages.begin(), packages.end());

  const ProcessResult result = runner.run(command);
  if (result.exit_code != 0 && result.exit_code != 1) {  // 1: some of the names are unknown
    throw failure(command, result);
  }

  std::map<std::string, std::string> versions;
  for (const std::string& line : split(result.output, "\n")) {
    const std::vector<std::string> fields = split(line, "\t");
    if (fields.size() == 3 && fields[1] == "installed") {
      versions[fields[0]] = fields[2];
    }
  }
  return versions;
}

void install(ProcessRunner& runner, const std::set<std::string>& packages) {
  if (packages.empty()) {
    return;
  }
  const Command update = apt_get("update");
  const ProcessResult updated = runner.run(update);
  if (updated.exit_code != 0) {
    log::warn("installing with the package lists at hand: {}", failure(update, updated).what());
  }

  Command command = apt_get("install");
  command.argv.emplace_back("--");
  command.argv.insert(command.argv.end(), packages.begin(), packages.end());
  run_or_throw(runner, command);
}

}  // namespace ncc::host
