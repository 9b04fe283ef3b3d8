#pragma once
// The hook commands as a table of answers. A command that is not in the table fails the test; what
// was asked is kept.

#include <map>
#include <string>
#include <vector>

#include "platform.hpp"
#include "support/catch.hpp"

class FakeJuju final : public ncc::ProcessRunner {
 public:
  using Argv = std::vector<std::string>;

  void answer(const Argv& argv, const std::string& output) { answers_[argv] = {.output = output}; }

  void refuse(const Argv& argv, const std::string& error) {
    answers_[argv] = {.exit_code = 1, .error_output = error};
  }

  [[nodiscard]] ncc::ProcessResult run(const ncc::Command& command) override {
    return run_all({command}).front();
  }

  [[nodiscard]] std::vector<ncc::ProcessResult> run_all(
      const std::vector<ncc::Command>& commands) override {
    rounds.push_back(commands.size());
    std::vector<ncc::ProcessResult> results;
    for (const ncc::Command& command : commands) {
      CAPTURE(command.argv);
      REQUIRE(answers_.contains(command.argv));
      inputs.push_back(command.input);
      results.push_back(answers_[command.argv]);
    }
    return results;
  }

  std::vector<std::size_t> rounds;  // how many commands each batch had
  std::vector<std::string> inputs;  // stdin of each command, in order

 private:
  std::map<Argv, ncc::ProcessResult> answers_;
};
