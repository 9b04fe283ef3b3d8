#pragma once
// The emulated cloud with two hosts, n1 and n2, and verify on n1 behind a clock of its own.

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "drain/bed.hpp"
#include "verify.hpp"

namespace ncc::verify::test {

using drain::test::CloudHttp;
using drain::test::Killed;
using nlohmann::json;

/// /proc/sys/kernel/random/uuid, another one at each reading.
class RandomFiles : public drain::test::NoFiles {
 public:
  std::optional<std::string> read(const std::string&) override {
    const std::string digits = std::to_string(++read_);
    return std::string(8 - digits.size(), '0') + digits + "-0123-4567-89ab-cdef01234567\n";
  }

 private:
  int read_ = 0;
};

class Bed : public drain::test::CloudWorld {
 public:
  Bed() {
    for (const std::string host : {"n1", "n2"}) {
      control("POST /_emulator/compute", {{"host", host}, {"action", "start"}});
      control("POST /_emulator/agents", {{"host", host}, {"kind", "controller"}});
      control("POST /_emulator/agents", {{"host", host}, {"kind", "metadata"}});
    }
  }

  void fault(const json& fault) { control("POST /_emulator/faults", fault); }

  Report run() {
    return verify::run(platform, credentials, node, request, [this](const std::string& line) {
      said += line + "\n";
    });
  }

  /// Step -> result of a run: passed, failed or skipped.
  std::map<std::string, std::string> results() {
    report = run();
    std::map<std::string, std::string> all;
    for (const json& row : json::parse(report.json())) {
      all[row["check"]] = row["result"];
    }
    return all;
  }

  /// Names of the steps of a run that failed.
  std::vector<std::string> failed() {
    std::vector<std::string> names;
    report = run();
    for (const Step& step : report.steps) {
      if (step.result == Result::failed) {
        names.push_back(step.name);
      }
    }
    return names;
  }

  [[nodiscard]] std::string detail_of(const std::string& name) const {
    for (const Step& step : report.steps) {
      if (step.name == name) {
        return step.detail;
      }
    }
    return "no such step";
  }

  /// Everything in the cloud that a proof might have left there.
  [[nodiscard]] json things() const {
    const json state = fake_cloud::write_state(cloud.state);
    json all;
    for (const char* kind :
         {"servers", "keypairs", "images", "security_groups", "volumes", "ports", "allocations"}) {
      all[kind] = state[kind];
    }
    for (const json& flavor : state["flavors"]) {
      if (!flavor["deleted"].get<bool>()) {
        all["flavors"].push_back(flavor);
      }
    }
    return all;
  }

  RandomFiles files = {};
  drain::test::NoProcesses processes = {};
  CloudHttp http{cloud, clock, reaper};
  Platform platform{processes, files, http, clock};
  Node node{.unit = UnitName("nova-compute/1"), .host = HostName("n1")};
  Request request = {};
  Report report = {};
  std::string said = {};
};

}  // namespace ncc::verify::test
