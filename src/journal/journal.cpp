#include "journal.hpp"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "journal/create.hpp"
#include "journal/database.hpp"

namespace ncc {
namespace {

/// The one column of the one row of an answer.
std::string answer(const Database& database, const char* sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.text(0) : "no answer";
}

int number_of(const Database& database, const char* sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.number(0) : 0;
}

std::uintmax_t size_of(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) {
    throw FileError(path, error.message());
  }
  return size;
}

/// Bytes beyond the last whole page, which SQLite takes for a page that ends with zeros.
bool is_cut(const Database& database) {
  const auto page = static_cast<std::uintmax_t>(number_of(database, "PRAGMA page_size"));
  return size_of(database.path()) % page != 0;
}

void check_whole(const Database& database) {
  if (size_of(database.path()) == 0) {
    throw FileError(database.path(), "damaged: the file is empty");
  }
  // In one transaction: what a killed process left is rolled back first, and nobody writes
  // meanwhile.
  database.run("BEGIN");
  const std::string verdict = answer(database, "PRAGMA quick_check(1)");
  if (verdict != "ok") {
    throw FileError(database.path(), "damaged: " + verdict);
  }
  if (is_cut(database)) {
    throw FileError(database.path(), "damaged: the file ends amid a page");
  }
  database.run("COMMIT");
}

void check_ours(const Database& database) {
  if (number_of(database, "PRAGMA application_id") != journal_application) {
    throw FileError(database.path(), "not a journal of this charm");
  }
  const int schema = number_of(database, "PRAGMA user_version");
  if (schema > journal_schema) {
    throw FileError(database.path(),
                    "written by a newer revision of this charm (schema " + std::to_string(schema) +
                        ", this one knows " + std::to_string(journal_schema) + ")");
  }
}

class SqliteJournal final : public Journal {
 public:
  /// The rollback journal (SQLite's default) rather than WAL: all facts are in one file, and a copy
  /// of it is whole. EXTRA also syncs the directory after a commit, without which a power cut could
  /// bring a committed fact's rollback journal back.
  explicit SqliteJournal(const std::string& path) : database_(path) {
    check_whole(database_);
    check_ours(database_);
    database_.run("PRAGMA synchronous = EXTRA");
  }

  void put(const std::string& scope, const std::string& key, const std::string& value) override;
  [[nodiscard]] std::optional<std::string> get(const std::string& scope,
                                               const std::string& key) override;
  [[nodiscard]] std::map<std::string, std::string> list(const std::string& scope) override;
  [[nodiscard]] std::vector<std::string> scopes(const std::string& prefix) override;
  void forget(const std::string& scope) override;

 private:
  Database database_;
};

void SqliteJournal::put(const std::string& scope,
                        const std::string& key,
                        const std::string& value) {
  Statement(database_,
            "INSERT INTO fact VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = ?3"
            " WHERE value <> ?3",
            {scope, key, value})
      .step();
}

std::optional<std::string> SqliteJournal::get(const std::string& scope, const std::string& key) {
  Statement statement(
      database_, "SELECT value FROM fact WHERE scope = ?1 AND key = ?2", {scope, key});
  return statement.step() ? std::optional(statement.text(0)) : std::nullopt;
}

std::map<std::string, std::string> SqliteJournal::list(const std::string& scope) {
  std::map<std::string, std::string> facts;
  Statement statement(database_, "SELECT key, value FROM fact WHERE scope = ?1", {scope});
  while (statement.step()) {
    facts.emplace(statement.text(0), statement.text(1));
  }
  return facts;
}

std::vector<std::string> SqliteJournal::scopes(const std::string& prefix) {
  std::vector<std::string> found;
  Statement statement(
      database_, "SELECT DISTINCT scope FROM fact WHERE scope >= ?1 ORDER BY scope", {prefix});
  // In this order those with the prefix stand first.
  while (statement.step() && statement.text(0).starts_with(prefix)) {
    found.push_back(statement.text(0));
  }
  return found;
}

void SqliteJournal::forget(const std::string& scope) {
  Statement(database_, "DELETE FROM fact WHERE scope = ?1", {scope}).step();
}

/// Most units never leave: their journal is made with its first fact.
class LazyJournal final : public Journal {
 public:
  explicit LazyJournal(std::string path) : path_(std::move(path)) {}

  void put(const std::string& scope, const std::string& key, const std::string& value) override {
    if (!is_open()) {
      create_if_missing(path_);
      open_ = std::make_unique<SqliteJournal>(path_);
    }
    open_->put(scope, key, value);
  }

  [[nodiscard]] std::optional<std::string> get(const std::string& scope,
                                               const std::string& key) override {
    return is_open() ? open_->get(scope, key) : std::nullopt;
  }

  [[nodiscard]] std::map<std::string, std::string> list(const std::string& scope) override {
    return is_open() ? open_->list(scope) : std::map<std::string, std::string>();
  }

  [[nodiscard]] std::vector<std::string> scopes(const std::string& prefix) override {
    return is_open() ? open_->scopes(prefix) : std::vector<std::string>();
  }

  void forget(const std::string& scope) override {
    if (is_open()) {
      open_->forget(scope);
    }
  }

 private:
  [[nodiscard]] bool is_open() {
    std::error_code error;
    if (!open_ && std::filesystem::exists(path_, error)) {
      open_ = std::make_unique<SqliteJournal>(path_);
    }
    if (error) {  // what cannot be looked at is not absent
      throw FileError(path_, error.message());
    }
    return open_ != nullptr;
  }

  std::string path_;
  std::unique_ptr<Journal> open_ = {};
};

}  // namespace

std::unique_ptr<Journal> open_journal(const std::string& path) {
  return std::make_unique<LazyJournal>(path);
}

}  // namespace ncc
