#pragma once
// The hook commands of one hook or action. What is written counts only once the process has ended
// well (flush); until then only the process itself sees it.

#include "platform.hpp"
#include "scenario/stage.hpp"

namespace ncc::scenario {

class HookTools {
 public:
  HookTools(Stage& stage, std::string unit, Bag parameters);

  /// True for the name of a hook command.
  [[nodiscard]] static bool knows(const std::string& program);
  /// Throws std::logic_error for arguments that it does not know.
  [[nodiscard]] ProcessResult run(const Command& command);
  /// Makes what was written known, and tells the others.
  void flush();

  ActionResult result = {};

 private:
  using Words = std::vector<std::string>;

  ProcessResult relation_get(const Words& words);
  ProcessResult relation_set(const Words& words, const std::string& input);
  ProcessResult relation_list(const std::string& id);
  [[nodiscard]] ProcessResult goal_state() const;
  ProcessResult network_get(const std::string& binding);
  ProcessResult status_set(const Words& words);
  ProcessResult action_set(const Words& words);
  [[nodiscard]] ProcessResult write(const Words& words, const std::string& input);
  /// nullopt: no such unit in the relation.
  [[nodiscard]] std::optional<Bag> unit_bag(const std::string& id, const std::string& unit) const;

  [[nodiscard]] bool is_leader() const { return stage_.leader == name_; }

  void tell_others() const;

  Stage& stage_;
  std::string name_;
  Unit& unit_;
  Bag parameters_;
  std::map<std::string, Bag> bags_;  // relation id -> our databag as we have it
  Bag orders_;
  Bag state_;
  std::string status_;
  std::string application_status_;
};

}  // namespace ncc::scenario
