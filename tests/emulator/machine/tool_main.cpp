// machine-tool: one program under the names of many (argv[0]); the face of play() inside an
// emulated machine. `machine-tool supervise UNIT` is a service's supervisor (processes.hpp).
#include <csignal>
#include <iostream>

#include "processes.hpp"
#include "programs.hpp"

int main(int argc, char* argv[]) {
  const std::string path = argc > 0 ? argv[0] : "";
  try {
    if (argc == 3 && std::string(argv[1]) == "supervise")
      return emulated::supervise(argv[2], 3);
    const emulated::Call call{.program = path.substr(path.rfind('/') + 1),
                              .arguments = {argv + 1, argv + argc}};
    const emulated::Outcome outcome = emulated::play("", call);
    std::cout << outcome.output << std::flush;
    std::cerr << outcome.error << std::flush;
    if (outcome.signal != 0)
      std::raise(outcome.signal);
    return outcome.exit;
  } catch (const std::exception& problem) {
    std::cerr << "machine-tool: " << problem.what() << '\n';
    return 125;
  }
}
