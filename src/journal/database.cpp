#include "journal/database.hpp"

#include <utility>

#include "words/error.hpp"

namespace ncc {
namespace {

constexpr int wait_for_others_ms = 10'000;

}  // namespace

Database::Database(const std::string& path) : path_(path) {
  sqlite3* handle = nullptr;
  // The handle holds the reason of a failure, too.
  const int result = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  handle_.reset(handle);
  if (result != SQLITE_OK) {
    fail(result);
  }
  sqlite3_busy_timeout(handle_.get(), wait_for_others_ms);
}

void Database::run(const char* sql) const {
  const int result = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) {
    fail(result);
  }
}

void Database::fail(int result) const {
  const std::string reason = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(result);
  switch (result & 0xff) {  // above are details of the code
    case SQLITE_NOTADB:
      throw FileError(path_, "not a journal of this charm");
    case SQLITE_CORRUPT:
      throw FileError(path_, "damaged: " + reason);
    default:
      throw FileError(path_, reason);
  }
}

Statement::Statement(const Database& database, const char* sql, std::vector<std::string> values)
    : database_(database), values_(std::move(values)) {
  sqlite3_stmt* handle = nullptr;
  int result = sqlite3_prepare_v2(database.handle(), sql, -1, &handle, nullptr);
  handle_.reset(handle);
  for (std::size_t i = 0; i < values_.size() && result == SQLITE_OK; ++i) {
    const std::string& value = values_[i];
    result = sqlite3_bind_text(
        handle, static_cast<int>(i) + 1, value.data(), static_cast<int>(value.size()), nullptr);
  }
  if (result != SQLITE_OK) {
    database_.fail(result);
  }
}

bool Statement::step() {
  const int result = sqlite3_step(handle_.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE) {
    database_.fail(result);
  }
  return result == SQLITE_ROW;
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return std::string(static_cast<const char*>(bytes), size);
}

int Statement::number(int column) const {
  return sqlite3_column_int(handle_.get(), column);
}

}  // namespace ncc
