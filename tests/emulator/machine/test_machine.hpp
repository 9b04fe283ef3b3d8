#pragma once
// What the tests of the emulated machine share: a machine of their own in a temporary folder, and
// processes.

#include "world.hpp"

namespace emulated {

struct Ended {
  int exit = 0;  // 128 + signal when killed
  std::string output = {};
  std::string error = {};
};

/// A fresh folder; the caller removes it.
[[nodiscard]] std::string temporary_folder();

/// Runs a program of the host by its path. Never a bare name of an emulated program: that would act
/// on the host.
[[nodiscard]] Ended run_process(const Words& argv,
                                const std::string& input = {},
                                const std::string& folder = {});

/// Made by machine-driver, removed at the end.
class TestMachine {
 public:
  TestMachine();
  TestMachine(const TestMachine&) = delete;
  TestMachine& operator=(const TestMachine&) = delete;
  ~TestMachine();

  /// In a process, inside, by machine-enter.
  [[nodiscard]] Ended inside(const Words& argv, const std::string& input = {}) const;
  /// In this process: what a program inside would do.
  [[nodiscard]] Outcome call(const std::string& program, const Words& arguments) const;
  [[nodiscard]] Ended driver(const Words& arguments) const;
  [[nodiscard]] Json world() const;
  void patch(const Json& change) const;
  /// apt-get update and install; fails the test when it does not work.
  void install(const Words& packages) const;
  [[nodiscard]] std::string file(const std::string& path) const;
  void write(const std::string& path, const std::string& content) const;

  [[nodiscard]] std::string root() const { return machines_ + "/0/root"; }

  [[nodiscard]] const std::string& machines() const { return machines_; }

 private:
  std::string machines_;
};

}  // namespace emulated
