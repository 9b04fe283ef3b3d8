#pragma once
// Clock, files, HTTP and journal of one process that works on a Stage. Every effect passes the
// Reaper twice, before it and after it.

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "journal.hpp"
#include "scenario/stage.hpp"

namespace ncc::scenario {

/// The process dies. No std::exception, so that nothing on the way takes it for an error.
struct Killed {};

/// Counts effects and kills the process that is at the chosen one.
class Reaper {
 public:
  void die_at(int point) { point_ = point; }

  /// Kills nobody any more.
  void rest() { point_ = 0; }

  void pass(const std::string& what) {
    if (++passed == point_) {
      where = what;
      throw Killed{};
    }
  }

  int passed = 0;
  std::string where = {};  // of the kill

 private:
  int point_ = 0;
};

/// `elapse` moves the stage's time on, and whatever else goes on meanwhile.
class StageClock : public Clock {
 public:
  using Elapse = std::function<void(std::chrono::milliseconds)>;

  StageClock(const Stage& stage, Elapse elapse) : stage_(stage), elapse_(std::move(elapse)) {}

  std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000)) +
           stage_.passed;
  }

  std::chrono::steady_clock::time_point steady() override {
    return std::chrono::steady_clock::time_point(stage_.passed);
  }

  void sleep(std::chrono::milliseconds duration) override { elapse_(duration); }

 private:
  const Stage& stage_;
  Elapse elapse_;
};

/// The files of one machine. `changed` is called after each change.
class MachineFiles : public FileSystem {
 public:
  MachineFiles(Stage& stage, Machine& machine, Reaper& reaper, std::function<void()> changed)
      : stage_(stage), machine_(machine), reaper_(reaper), changed_(std::move(changed)) {}

  std::optional<std::string> read(const std::string& path) override;
  std::optional<FileFacts> facts(const std::string& path) override;
  bool exists(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  void write(const std::string& path, const std::string& content, const FileFacts& facts) override;
  void make_directory(const std::string& path, const FileFacts& facts) override;
  bool remove(const std::string& path) override;

 private:
  Stage& stage_;
  Machine& machine_;
  Reaper& reaper_;
  std::function<void()> changed_;
};

/// The stage's cloud without a wire. Log-ins are no effects.
class StageHttp : public HttpTransport {
 public:
  StageHttp(Stage& stage, Clock& clock, Reaper& reaper)
      : stage_(stage), clock_(clock), reaper_(reaper) {}

  HttpResponse send(const HttpRequest& request) override;

 private:
  [[nodiscard]] fake_cloud::Request translated(const HttpRequest& request) const;
  HttpResponse delivered(const HttpRequest& request, const fake_cloud::Response& response);

  Stage& stage_;
  Clock& clock_;
  Reaper& reaper_;
  int requests_ = 0;
};

class MortalJournal : public Journal {
 public:
  MortalJournal(Journal& inner, Reaper& reaper) : inner_(inner), reaper_(reaper) {}

  void put(const std::string& scope, const std::string& key, const std::string& value) override;

  std::optional<std::string> get(const std::string& scope, const std::string& key) override {
    return inner_.get(scope, key);
  }

  std::map<std::string, std::string> list(const std::string& scope) override {
    return inner_.list(scope);
  }

  std::vector<std::string> scopes(const std::string& prefix) override {
    return inner_.scopes(prefix);
  }

  void forget(const std::string& scope) override;

 private:
  Journal& inner_;
  Reaper& reaper_;
};

}  // namespace ncc::scenario
