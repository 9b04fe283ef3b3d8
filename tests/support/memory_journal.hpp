#pragma once
// A Journal in memory, for tests.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal.hpp"

namespace ncc::testing {

class MemoryJournal : public Journal {
 public:
  void put(const std::string& scope, const std::string& key, const std::string& value) override {
    facts[scope][key] = value;
  }

  std::optional<std::string> get(const std::string& scope, const std::string& key) override {
    const auto facts_of_scope = facts.find(scope);
    if (facts_of_scope == facts.end()) {
      return std::nullopt;
    }
    const auto fact = facts_of_scope->second.find(key);
    return fact == facts_of_scope->second.end() ? std::nullopt : std::optional(fact->second);
  }

  std::map<std::string, std::string> list(const std::string& scope) override {
    const auto found = facts.find(scope);
    return found == facts.end() ? std::map<std::string, std::string>{} : found->second;
  }

  std::vector<std::string> scopes(const std::string& prefix) override {
    std::vector<std::string> names;
    for (const auto& [name, facts_of_scope] : facts) {
      if (name.starts_with(prefix)) {
        names.push_back(name);
      }
    }
    return names;
  }

  void forget(const std::string& scope) override { facts.erase(scope); }

  std::map<std::string, std::map<std::string, std::string>> facts = {};
};

}  // namespace ncc::testing
