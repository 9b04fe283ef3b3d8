#pragma once
// What happened, for people and tests: DIR/log.jsonl has one line per run of a hook, action or juju
// exec; DIR/unit-APP-N.log has the unit's log (juju-log, stdout at DEBUG, stderr at WARNING, the
// agent's own lines).
#include <filesystem>

#include "model.hpp"

namespace local_juju {

class Journal {
 public:
  explicit Journal(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void run(const Json& entry) const;
  /// `module` as Juju names loggers: "unit.app/0.juju-log", "juju.worker.uniter".
  void line(const std::string& unit,
            const std::string& level,
            const std::string& module,
            const std::string& text) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace local_juju
