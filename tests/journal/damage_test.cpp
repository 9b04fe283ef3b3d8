// Files that are no whole journal: refused with path and reason, and left as they are.

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <sqlite3.h>

#include "journal.hpp"
#include "journal/bytes.hpp"
#include "platform/scratch.hpp"
#include "support/catch.hpp"

using namespace ncc;
using Catch::Matchers::StartsWith;

namespace {

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// SQL run by another program than the charm.
void run_sql(const std::string& path, const char* sql) {
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };

  sqlite3* handle = nullptr;
  const int opened = sqlite3_open(path.c_str(), &handle);
  const std::unique_ptr<sqlite3, Close> owner(handle);
  REQUIRE(opened == SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

/// Several pages of facts.
std::string full_journal(const Scratch& scratch) {
  std::string path = scratch / "facts.db";
  const auto journal = open_journal(path);
  for (int i = 0; i < 40; ++i) {
    journal->put("run " + std::to_string(i), "plan", std::string(500, 'p'));
  }
  return path;
}

void check_refused(const std::string& path, const std::string& reason) {
  const std::string before = bytes_of(path);
  CHECK_THROWS_WITH(open_journal(path)->list("unit"), StartsWith(path + ": " + reason));
  CHECK_THROWS_AS(open_journal(path)->put("unit", "mark", "x"), FileError);
  CHECK(bytes_of(path) == before);
}

}  // namespace

TEST_CASE("a journal cut short is damaged", "[journal][damage]") {
  const Scratch scratch;
  const std::string path = full_journal(scratch);
  const std::string whole = bytes_of(path);
  REQUIRE(whole.size() > 4 * 4096);
  const auto size = GENERATE_COPY(as<std::size_t>(),
                                  whole.size() - 1,
                                  whole.size() - 4096,
                                  whole.size() / 2,
                                  std::size_t{4096},
                                  std::size_t{512},
                                  std::size_t{100},
                                  std::size_t{1});

  write(path, whole.substr(0, size));

  INFO(size << " of " << whole.size() << " bytes");
  check_refused(path, "damaged: ");
}

TEST_CASE("a page of rubbish amid the facts is damage", "[journal][damage]") {
  const Scratch scratch;
  const std::string path = full_journal(scratch);
  std::string bytes = bytes_of(path);
  const auto page = GENERATE(as<std::size_t>(), 0, 1, 2, 4);

  // The first 100 bytes of the file say that it is a database, and how big.
  const std::size_t start = page == 0 ? 100 : page * 4096;
  bytes.replace(start, (page + 1) * 4096 - start, (page + 1) * 4096 - start, '\x5a');
  write(path, bytes);

  check_refused(path, "damaged: ");
}

TEST_CASE("an empty file is damage: a journal is complete when it gets its name",
          "[journal][damage]") {
  const Scratch scratch;
  const std::string path = scratch / "facts.db";
  write(path, "");

  check_refused(path, "damaged: the file is empty");
}

TEST_CASE("a file of another kind is not a journal", "[journal][damage]") {
  const Scratch scratch;
  const std::string path = scratch / "facts.db";
  const auto size = GENERATE(as<std::size_t>(), 20, 100, 5000);
  write(path, std::string(size, '#'));

  check_refused(path, "not a journal of this charm");
}

TEST_CASE("another program's database is not a journal", "[journal][damage]") {
  const Scratch scratch;
  const std::string path = scratch / "facts.db";
  run_sql(path, "CREATE TABLE fact (scope, key, value); INSERT INTO fact VALUES (1, 2, 3)");

  check_refused(path, "not a journal of this charm");
}

TEST_CASE("a journal of a newer schema is refused", "[journal][damage]") {
  const Scratch scratch;
  const std::string path = full_journal(scratch);
  run_sql(path, "PRAGMA user_version = 2");

  check_refused(path, "written by a newer revision of this charm (schema 2, this one knows 1)");
}

TEST_CASE("a directory in the place of a journal is an error", "[journal][damage]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / ".");

  CHECK_THROWS_WITH(journal->get("unit", "mark"), StartsWith(scratch / ".: "));
  CHECK_THROWS_AS(journal->put("unit", "mark", "x"), FileError);
}

TEST_CASE("a journal below a file cannot be made", "[journal][damage]") {
  const Scratch scratch;
  write(scratch / "file", "x");

  CHECK_THROWS_AS(open_journal(scratch / "file/facts.db")->put("unit", "mark", "x"), FileError);
}

TEST_CASE("a place that cannot be looked at is not an absent journal", "[journal][damage]") {
  const Scratch scratch;
  std::filesystem::create_symlink("loop", scratch / "loop");

  CHECK_THROWS_WITH(open_journal(scratch / "loop/facts.db")->get("unit", "mark"),
                    StartsWith(scratch / "loop/facts.db: "));
}

TEST_CASE("a journal that is removed while open takes no more facts", "[journal][damage]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  journal->put("unit", "mark", "w");
  std::filesystem::remove(scratch / "facts.db");

  CHECK_THROWS_WITH(journal->put("unit", "mark", "y"), StartsWith(scratch / "facts.db: "));
}

TEST_CASE("damage that appears while the journal is open is named", "[journal][damage]") {
  const Scratch scratch;
  const std::string path = full_journal(scratch);
  const auto journal = open_journal(path);
  REQUIRE_FALSE(journal->list("run 1").empty());
  write(path, bytes_of(path).substr(0, 4096));

  CHECK_THROWS_WITH(journal->list("run 1"), StartsWith(path + ": damaged: "));
  CHECK_THROWS_AS(journal->put("unit", "mark", "x"), FileError);
}
