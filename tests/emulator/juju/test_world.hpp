#pragma once
// A model in a temporary folder with throw-away charms, driven in this process; hooks and hook
// tools are real processes. A charm's dispatch runs the shell text of `on/<event>`, which may write
// to $OUT.
#include <filesystem>

#include "archive.hpp"
#include "tools.hpp"
#include "world.hpp"

namespace local_juju {

using Files = std::map<std::string, PackedFile>;
using Texts = std::vector<std::string>;

class World {
 public:
  explicit World(const std::string& juju = "3.6");
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  /// A charm `name` whose events run `scripts`; `more` adds to or replaces its files.
  [[nodiscard]] std::string pack(const std::string& name,
                                 const std::map<std::string, std::string>& scripts,
                                 const Files& more = {}) const;
  /// Packs, deploys and settles.
  void deploy_charm(const std::string& name,
                    const std::map<std::string, std::string>& scripts = {},
                    int units = 1,
                    const Files& more = {});
  /// A counterpart file NAME.json.
  void counterpart(const std::string& name, const Json& document);
  void settle();
  /// Retry timers of failed hooks fire once.
  void retry();

  /// "install", "db-relation-joined mysql/0", ... of one unit in the order they ran; result "" or
  /// only those.
  [[nodiscard]] Texts events(const std::string& unit, const std::string& result = "") const;
  [[nodiscard]] std::vector<Json> journal() const;
  [[nodiscard]] std::string log(const std::string& unit) const;
  /// $OUT/name; empty if it was never written.
  [[nodiscard]] std::string out(const std::string& name) const;
  /// Forgets what ran and what was written so far.
  void forget();
  /// One hook tool called in this process, outside any hook (or in `event`). Its writes are
  /// dropped.
  [[nodiscard]] Reply call(const std::string& unit,
                           const std::string& tool,
                           const Texts& arguments,
                           const Event& event = {},
                           const std::optional<std::string>& input = {});
  /// Runs shell text by juju exec; its results.
  Json exec(const std::string& unit, const std::string& text);
  /// Runs an action; its task.
  Task act(const std::string& unit, const std::string& action, const Json& params = Json::object());
  [[nodiscard]] std::string charm_file(const std::string& unit, const std::string& path) const;

  std::filesystem::path folder;
  Store store;
  Model model;
};

/// metadata.yaml of the throw-away charms: db (requires mysql), website (provides http, limit 1),
/// cluster (peers), plug (provides, container), extra binding `mgmt`.
[[nodiscard]] std::string test_metadata(const std::string& name);

}  // namespace local_juju
