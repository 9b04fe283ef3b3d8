#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "platform.hpp"
#include "platform/scratch.hpp"
#include "support/catch.hpp"

using namespace ncc;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<FileSystem> files() {
  return make_file_system();
}

/// Owner of what we make, so that the tests also run without root.
std::string me() {
  const Scratch scratch;
  std::ofstream(scratch / "x") << "x";
  return files()->facts(scratch / "x")->owner;
}

FileFacts mine(unsigned mode) {
  return {.mode = mode, .owner = me()};
}

}  // namespace

TEST_CASE("a written file has its content, mode and owner", "[platform][files]") {
  const Scratch scratch;
  const std::string path = scratch / "nova.conf";
  const std::string content("a\0b\n", 4);

  files()->write(path, content, mine(0640));

  CHECK(files()->read(path) == content);
  CHECK(files()->facts(path) == mine(0640));
}

TEST_CASE("the mode of a written file does not follow the umask", "[platform][files]") {
  const Scratch scratch;
  const mode_t before = umask(077);
  files()->write(scratch / "a/b/c", "x", mine(0666));
  umask(before);

  CHECK(files()->facts(scratch / "a/b/c")->mode == 0666);
  CHECK(files()->facts(scratch / "a/b")->mode == 0755);
  CHECK(files()->facts(scratch / "a")->mode == 0755);
}

TEST_CASE("writing replaces the file and leaves nothing beside it", "[platform][files]") {
  const Scratch scratch;
  files()->write(scratch / "file", "long old content", mine(0600));
  std::ifstream reader(scratch / "file");  // whoever has the old file open keeps the old file

  files()->write(scratch / "file", "new", mine(0644));

  CHECK(files()->read(scratch / "file") == "new");
  CHECK(files()->facts(scratch / "file")->mode == 0644);
  std::string old;
  std::getline(reader, old);
  CHECK(old == "long old content");
  CHECK(files()->list(scratch / "") == std::vector<std::string>{"file"});
}

TEST_CASE("a symlink at the path is replaced, not followed", "[platform][files]") {
  const Scratch scratch;
  files()->write(scratch / "target", "untouched", mine(0600));
  fs::create_symlink(scratch / "target", scratch / "link");

  CHECK(files()->facts(scratch / "link")->mode ==
        0777);  // the link's own, so no plan finds it right
  files()->write(scratch / "link", "new", mine(0644));

  CHECK(files()->read(scratch / "target") == "untouched");
  CHECK_FALSE(fs::is_symlink(scratch / "link"));
  CHECK(files()->read(scratch / "link") == "new");
}

TEST_CASE("an owner that the machine has not is an error without a trace", "[platform][files]") {
  const Scratch scratch;
  const std::string owner = GENERATE("root:no-such-group", "no-such-user:root", "no-such-user");

  CHECK_THROWS_WITH(files()->write(scratch / "file", "x", {.mode = 0644, .owner = owner}),
                    (scratch / "file") + ": there is no owner " + owner);
  CHECK(files()->list(scratch / "").empty());
}

TEST_CASE("root can give a file to others", "[platform][files]") {
  if (geteuid() != 0) {
    WARN("not root: not tested");
    return;
  }
  const Scratch scratch;
  files()->write(scratch / "file", "x", {.mode = 04755, .owner = "daemon:mail"});

  CHECK(files()->facts(scratch / "file") == FileFacts{.mode = 04755, .owner = "daemon:mail"});
}

TEST_CASE("an owner without a name is a number", "[platform][files]") {
  if (geteuid() != 0) {
    WARN("not root: not tested");
    return;
  }
  const Scratch scratch;
  std::ofstream(scratch / "file") << "x";
  REQUIRE(chown((scratch / "file").c_str(), 3'000'000, 3'000'001) == 0);

  CHECK(files()->facts(scratch / "file")->owner == "3000000:3000001");
}

TEST_CASE("what is absent is no error", "[platform][files]") {
  const Scratch scratch;
  std::ofstream(scratch / "file") << "x";
  const std::string path = GENERATE("absent", "absent/too", "file/below");

  CHECK_FALSE(files()->read(scratch / path).has_value());
  CHECK_FALSE(files()->facts(scratch / path).has_value());
  CHECK_FALSE(files()->exists(scratch / path));
  CHECK_FALSE(files()->remove(scratch / path));
  CHECK(files()->list(scratch / path).empty());
}

TEST_CASE("a directory is removed when it is empty", "[platform][files]") {
  const Scratch scratch;
  files()->write(scratch / "d/file", "x", {});

  CHECK_FALSE(files()->remove(scratch / "d"));
  CHECK(files()->read(scratch / "d/file") == "x");

  CHECK(files()->remove(scratch / "d/file"));
  CHECK(files()->remove(scratch / "d"));
  CHECK_FALSE(files()->exists(scratch / "d"));
}

TEST_CASE("a directory cannot be read or written as a file", "[platform][files]") {
  const Scratch scratch;
  fs::create_directory(scratch / "d");

  CHECK_THROWS_AS(files()->read(scratch / "d"), FileError);
  CHECK_THROWS_AS(files()->write(scratch / "d", "x", mine(0644)), FileError);
  CHECK(files()->list(scratch / "") == std::vector<std::string>{"d"});
}

TEST_CASE("a parent that is a file is an error", "[platform][files]") {
  const Scratch scratch;
  std::ofstream(scratch / "file") << "x";

  CHECK_THROWS_AS(files()->write(scratch / "file/below", "x", mine(0644)), FileError);
  CHECK_THROWS_AS(files()->make_directory(scratch / "file", mine(0755)), FileError);
}

TEST_CASE("files of the kernel, which have no size, are read", "[platform][files]") {
  CHECK(files()->read("/proc/self/status").value().find("Name:") == 0);
}

TEST_CASE("removing tells whether there was a file", "[platform][files]") {
  const Scratch scratch;
  std::ofstream(scratch / "file") << "x";

  CHECK(files()->remove(scratch / "file"));
  CHECK_FALSE(files()->exists(scratch / "file"));
}

TEST_CASE("names of a directory are sorted", "[platform][files]") {
  const Scratch scratch;
  for (const char* name : {"b", "c", "a"}) {
    std::ofstream(scratch / name) << "x";
  }

  CHECK(files()->list(scratch / "") == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("anything with a name exists", "[platform][files]") {
  CHECK(files()->exists("/dev/null"));
  CHECK(files()->exists("/"));
}

TEST_CASE("a directory is made with its parents or set right", "[platform][files]") {
  const Scratch scratch;

  files()->make_directory(scratch / "a/b", mine(0700));
  CHECK(files()->facts(scratch / "a/b") == mine(0700));
  CHECK(files()->facts(scratch / "a")->mode == 0755);

  files()->make_directory(scratch / "a/b", mine(0750));
  CHECK(files()->facts(scratch / "a/b") == mine(0750));
}

TEST_CASE("a directory that was moved and linked to counts as itself", "[platform][files]") {
  const Scratch scratch;
  files()->make_directory(scratch / "elsewhere", mine(0700));
  fs::create_directory_symlink(scratch / "elsewhere", scratch / "instances");

  files()->make_directory(scratch / "instances", mine(0755));

  CHECK(fs::is_symlink(scratch / "instances"));
  CHECK(files()->facts(scratch / "instances") == mine(0755));
}
