#include "journal/create.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/database.hpp"
#include "words/error.hpp"

namespace ncc {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw FileError(path, std::generic_category().message(errno));
}

std::string parent_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

/// New names in a directory survive a power cut only after this.
void sync_directory(const std::string& path) {
  struct Close {
    void operator()(DIR* directory) const noexcept { closedir(directory); }
  };

  const std::unique_ptr<DIR, Close> directory(opendir(path.c_str()));
  if (!directory || fsync(dirfd(directory.get())) != 0) {
    fail(path);
  }
}

void make_directories(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return;
  }
  make_directories(parent_of(path));
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    fail(path);
  }
  sync_directory(parent_of(path));
}

/// A file of its own beside `path`, 0600; removed at the end.
class TempName {
 public:
  explicit TempName(const std::string& path) : name_(path + ".XXXXXX") {
    const int file = mkostemp(name_.data(), O_CLOEXEC);
    if (file < 0) {
      fail(path);
    }
    close(file);
  }

  TempName(const TempName&) = delete;
  TempName& operator=(const TempName&) = delete;
  TempName(TempName&&) = delete;
  TempName& operator=(TempName&&) = delete;

  ~TempName() { unlink(name_.c_str()); }

  [[nodiscard]] const std::string& str() const noexcept { return name_; }

 private:
  std::string name_;
};

void fill(const std::string& path) {
  const Database database(path);
  database.run("PRAGMA synchronous = FULL");
  database.run("BEGIN");
  database.run(
      "CREATE TABLE fact (scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
      " PRIMARY KEY (scope, key)) WITHOUT ROWID");
  database.run(("PRAGMA application_id = " + std::to_string(journal_application)).c_str());
  database.run(("PRAGMA user_version = " + std::to_string(journal_schema)).c_str());
  database.run("COMMIT");
}

}  // namespace

void create_if_missing(const std::string& path) {
  struct stat found = {};
  if (lstat(path.c_str(), &found) == 0) {
    return;
  }
  make_directories(parent_of(path));
  const TempName temporary(path);
  fill(temporary.str());
  // Unlike rename, link leaves the journal alone that another process has made meanwhile.
  if (link(temporary.str().c_str(), path.c_str()) != 0 && errno != EEXIST) {
    fail(path);
  }
  sync_directory(parent_of(path));
}

}  // namespace ncc
