#pragma once
// A machine for the tests of host: programs answer from a table of whole command lines, files live
// in a map.

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform.hpp"

namespace ncc::testing {

/// Answers a command by its argv joined with blanks; a command that is not in the table fails the
/// test.
class Programs : public ProcessRunner {
 public:
  ProcessResult run(const Command& command) override {
    std::string line;
    for (const std::string& word : command.argv) {
      line += (line.empty() ? "" : " ") + word;
    }
    asked.push_back(command);
    lines.push_back(line);
    const auto answer = answers.find(line);
    if (answer == answers.end()) {
      throw std::logic_error("no answer for: " + line);
    }
    if (on_run) {
      on_run(command);
    }
    return answer->second;
  }

  std::vector<ProcessResult> run_all(const std::vector<Command>& commands) override {
    std::vector<ProcessResult> results;
    for (const Command& command : commands) {
      results.push_back(run(command));
    }
    return results;
  }

  std::map<std::string, ProcessResult> answers = {};
  std::function<void(const Command&)> on_run = {};
  std::vector<Command> asked = {};
  std::vector<std::string> lines = {};
};

class Files : public FileSystem {
 public:
  struct Entry {
    std::string content = {};
    FileFacts facts = {};
  };

  std::optional<std::string> read(const std::string& path) override {
    const auto entry = entries.find(path);
    return entry == entries.end() ? std::nullopt : std::optional(entry->second.content);
  }

  std::optional<FileFacts> facts(const std::string& path) override {
    const auto entry = entries.find(path);
    return entry == entries.end() ? std::nullopt : std::optional(entry->second.facts);
  }

  bool exists(const std::string& path) override {
    const auto entry = entries.lower_bound(path);
    return entry != entries.end() &&
           (entry->first == path || entry->first.rfind(path + "/", 0) == 0);
  }

  std::vector<std::string> list(const std::string& directory) override {
    std::vector<std::string> names;
    const std::string prefix = directory + "/";
    for (const auto& [path, entry] : entries) {
      if (path.rfind(prefix, 0) == 0) {
        const std::string name =
            path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size());
        if (names.empty() || names.back() != name) {
          names.push_back(name);
        }
      }
    }
    return names;
  }

  void write(const std::string& path, const std::string& content, const FileFacts& facts) override {
    entries[path] = {content, facts};
    written.push_back(path);
  }

  void make_directory(const std::string& path, const FileFacts& facts) override {
    entries[path] = {"", facts};
  }

  bool remove(const std::string& path) override { return entries.erase(path) != 0; }

  std::map<std::string, Entry> entries = {};
  std::vector<std::string> written = {};
};

}  // namespace ncc::testing
