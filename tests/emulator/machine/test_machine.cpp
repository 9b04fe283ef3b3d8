#include "test_machine.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "programs.hpp"

namespace emulated {

namespace {

const std::string programs = std::string(NCC_BINARY_DIR) + "/bin/";

[[noreturn]] void become(const Words& argv, const std::string& streams, const std::string& folder) {
  if (!folder.empty() && ::chdir(folder.c_str()) != 0)
    ::_exit(124);
  ::dup2(::open((streams + "/in").c_str(), O_RDONLY), 0);
  ::dup2(::open((streams + "/out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
  ::dup2(::open((streams + "/err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
  std::vector<char*> words;
  for (const std::string& word : argv)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execv(words[0], words.data());
  ::_exit(124);
}

}  // namespace

std::string temporary_folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "machine-test-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("no temporary folder");
  return pattern;
}

Ended run_process(const Words& argv, const std::string& input, const std::string& folder) {
  if (argv.at(0).at(0) != '/')
    throw std::logic_error("a path is needed, not " + argv[0]);
  const World streams{.root = temporary_folder()};
  write_text(streams, "/in", input);
  const pid_t child = ::fork();
  if (child == 0)
    become(argv, streams.root, folder);
  int status = 0;
  ::waitpid(child, &status, 0);
  Ended ended{.exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
              .output = read_text(streams, "/out"),
              .error = read_text(streams, "/err")};
  std::filesystem::remove_all(streams.root);
  return ended;
}

TestMachine::TestMachine() : machines_(temporary_folder()) {
  const Ended made = driver({"create", "0"});
  if (made.exit != 0)
    throw std::runtime_error("machine-driver create: " + made.error);
}

TestMachine::~TestMachine() {
  std::error_code ignored;
  std::filesystem::remove_all(machines_, ignored);
}

Ended TestMachine::inside(const Words& argv, const std::string& input) const {
  Words words = {programs + "machine-enter", machines_ + "/0", "--"};
  words.insert(words.end(), argv.begin(), argv.end());
  return run_process(words, input);
}

Outcome TestMachine::call(const std::string& program, const Words& arguments) const {
  return play(root(), {.program = program, .arguments = arguments});
}

Ended TestMachine::driver(const Words& arguments) const {
  Words words = {"/usr/bin/env", "LOCAL_MACHINES=" + machines_, programs + "machine-driver"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_process(words);
}

Json TestMachine::world() const {
  return load_world(root()).data;
}

void TestMachine::patch(const Json& change) const {
  const Ended patched = driver({"world", "0", change.dump()});
  if (patched.exit != 0)
    throw std::runtime_error("machine-driver world: " + patched.error);
}

void TestMachine::install(const Words& packages) const {
  Words words = {"install", "--assume-yes"};
  words.insert(words.end(), packages.begin(), packages.end());
  const Outcome updated = call("apt-get", {"update"});
  const Outcome installed = call("apt-get", words);
  if (updated.exit != 0 || installed.exit != 0)
    throw std::runtime_error("apt-get: " + installed.error);
}

std::string TestMachine::file(const std::string& path) const {
  return read_text({.root = root()}, path);
}

void TestMachine::write(const std::string& path, const std::string& content) const {
  write_text({.root = root()}, path, content);
}

}  // namespace emulated
