#pragma once
// The model on disk: DIR/model.json, replaced by rename, so a reader needs no lock. One writer at a
// time holds DIR/lock. Beside it: log.jsonl (journal.hpp), charms/, machines/, unit-APP-N.log,
// control.socket.
#include <filesystem>

#include "model.hpp"

namespace local_juju {

class Store {
 public:
  explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// Waits for other verbs on the same model. Makes the folder. Throws Refused when the folder was
  /// replaced while waiting: what was asked for was meant for the old one.
  void lock();
  /// A new model if the folder has none. Throws Refused if the file cannot be read.
  [[nodiscard]] Model load() const;
  void save(const Model& model) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  int lock_ = -1;
};

/// The JSON of model.json, for `show` verbs and tests.
[[nodiscard]] Json to_document(const Model& model);

/// Text of a file; throws Refused naming it.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
/// Replaces the file by rename.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace local_juju
