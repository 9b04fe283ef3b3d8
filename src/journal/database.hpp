#pragma once
// SQLite behind two RAII types, for the files of this folder. Every failure is a FileError that
// names the database's file.

#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace ncc {

class Database {
 public:
  /// Opens a file that exists; waits up to 10 s for other processes. Reads nothing yet.
  explicit Database(const std::string& path);

  /// SQL statements without a result.
  void run(const char* sql) const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

  /// `result` of an SQLite call as a FileError: what is no database is "not a journal of this
  /// charm", a spoilt one "damaged: ...".
  [[noreturn]] void fail(int result) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_ = {};
};

/// One statement with its values bound to ?1, ?2 ... as text of any bytes.
class Statement {
 public:
  Statement(const Database& database, const char* sql, std::vector<std::string> values = {});

  /// To the next row of the result; false after the last.
  bool step();
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] int number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
  };

  const Database& database_;
  std::vector<std::string> values_;  // SQLite keeps no copy of them
  std::unique_ptr<sqlite3_stmt, Finalize> handle_ = {};
};

}  // namespace ncc
