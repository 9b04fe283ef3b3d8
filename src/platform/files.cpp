#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include <boost/filesystem.hpp>

#include "platform.hpp"
#include "platform/accounts.hpp"
#include "platform/fd.hpp"

namespace ncc {
namespace {

constexpr unsigned permission_bits = 07777;

[[noreturn]] void fail(const std::string& path, int error = errno) {
  throw FileError(path, std::generic_category().message(error));
}

/// No such file: either the name or a directory on the way is missing.
bool is_absent(int error) {
  return error == ENOENT || error == ENOTDIR;
}

void take_over(const UniqueFd& file, const std::string& path, const FileFacts& facts) {
  const Owner owner = owner_ids(facts.owner, path);
  // Owner first: chown clears the set-user-id bits.
  if (fchown(file.get(), owner.user, owner.group) != 0 || fchmod(file.get(), facts.mode) != 0) {
    fail(path);
  }
}

std::string parent_of(const std::string& path) {
  return boost::filesystem::path(path).parent_path().string();
}

/// Makes the missing ones of a directory and its parents with 0755, whatever the umask.
void make_directories(const std::string& path) {
  boost::system::error_code ignored;
  if (path.empty() || boost::filesystem::is_directory(path, ignored)) {
    return;
  }
  make_directories(parent_of(path));
  if (mkdir(path.c_str(), 0755) != 0 || chmod(path.c_str(), 0755) != 0) {
    fail(path);
  }
}

/// To the end, not to a size: files of /proc and /sys say that theirs is 0.
std::string read_all(const UniqueFd& file, const std::string& path) {
  std::string content;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
    if (size == 0) {
      return content;
    }
    if (size < 0 && errno != EINTR) {
      fail(path);
    }
    content.append(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  }
}

/// A file under a name of its own beside `path`; removed unless it has taken the place of `path`.
class TempFile {
 public:
  explicit TempFile(const std::string& path)
      : path_(path), name_(parent_of(path) + "/." + filename_of(path) + ".XXXXXX") {
    file_ = UniqueFd(mkostemp(name_.data(), O_CLOEXEC));
    if (!file_.open()) {
      fail(path_);
    }
  }

  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  TempFile(TempFile&&) = delete;
  TempFile& operator=(TempFile&&) = delete;

  ~TempFile() {
    if (!committed_) {
      unlink(name_.c_str());
    }
  }

  void write(std::string_view content) {
    while (!content.empty()) {
      const ssize_t size = ::write(file_.get(), content.data(), content.size());
      if (size < 0 && errno != EINTR) {
        fail(path_);
      }
      content.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
  }

  void commit(const FileFacts& facts) {
    take_over(file_, path_, facts);
    if (fsync(file_.get()) != 0 || rename(name_.c_str(), path_.c_str()) != 0) {
      fail(path_);
    }
    committed_ = true;
    // The new name, too, shall survive a power cut.
    const UniqueFd directory(open(parent_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.open() || fsync(directory.get()) != 0) {
      fail(path_);
    }
  }

 private:
  static std::string filename_of(const std::string& path) {
    return boost::filesystem::path(path).filename().string();
  }

  std::string path_;
  std::string name_;
  UniqueFd file_;
  bool committed_ = false;
};

class RealFileSystem final : public FileSystem {
 public:
  [[nodiscard]] std::optional<std::string> read(const std::string& path) override;
  [[nodiscard]] std::optional<FileFacts> facts(const std::string& path) override;
  [[nodiscard]] bool exists(const std::string& path) override;
  [[nodiscard]] std::vector<std::string> list(const std::string& directory) override;
  void write(const std::string& path, const std::string& content, const FileFacts& facts) override;
  void make_directory(const std::string& path, const FileFacts& facts) override;
  bool remove(const std::string& path) override;
};

std::optional<std::string> RealFileSystem::read(const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) {
    if (is_absent(errno)) {
      return std::nullopt;
    }
    fail(path);
  }
  return read_all(file, path);
}

std::optional<FileFacts> RealFileSystem::facts(const std::string& path) {
  struct stat found = {};
  struct stat target = {};
  if (lstat(path.c_str(), &found) != 0) {
    if (is_absent(errno)) {
      return std::nullopt;
    }
    fail(path);
  }
  // A directory may be moved elsewhere and linked to; a file of ours is replaced, not followed.
  if (S_ISLNK(found.st_mode) && stat(path.c_str(), &target) == 0 && S_ISDIR(target.st_mode)) {
    found = target;
  }
  return FileFacts{.mode = found.st_mode & permission_bits,
                   .owner = owner_name({.user = found.st_uid, .group = found.st_gid})};
}

bool RealFileSystem::exists(const std::string& path) {
  boost::system::error_code error;
  return boost::filesystem::exists(path, error);
}

std::vector<std::string> RealFileSystem::list(const std::string& directory) {
  boost::system::error_code error;
  boost::filesystem::directory_iterator entry(directory, error);
  if (is_absent(error.value())) {
    return {};
  }
  std::vector<std::string> names;
  for (; entry != boost::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) {
    fail(directory, error.value());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void RealFileSystem::write(const std::string& path,
                           const std::string& content,
                           const FileFacts& facts) {
  make_directories(parent_of(path));
  TempFile file(path);
  file.write(content);
  file.commit(facts);
}

void RealFileSystem::make_directory(const std::string& path, const FileFacts& facts) {
  make_directories(path);
  const UniqueFd directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.open()) {
    fail(path);
  }
  take_over(directory, path, facts);
}

bool RealFileSystem::remove(const std::string& path) {
  if (unlink(path.c_str()) == 0) {
    return true;
  }
  if (errno == EISDIR && rmdir(path.c_str()) == 0) {
    return true;
  }
  if (!is_absent(errno) && errno != ENOTEMPTY) {
    fail(path);
  }
  return false;
}

}  // namespace

std::unique_ptr<FileSystem> make_file_system() {
  return std::make_unique<RealFileSystem>();
}

}  // namespace ncc
