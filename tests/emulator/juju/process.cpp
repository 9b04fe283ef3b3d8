#include "process.hpp"

#include <csignal>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model.hpp"
#include "store.hpp"

namespace local_juju {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> list;
  for (const std::string& word : words)
    list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  return list;
}

void connect_descriptor(posix_spawn_file_actions_t& actions, int from, int to) {
  if (from < 0)
    posix_spawn_file_actions_addopen(&actions, to, "/dev/null", to == 0 ? O_RDONLY : O_WRONLY, 0);
  else
    posix_spawn_file_actions_adddup2(&actions, from, to);
}

std::string drain(int fd) {
  std::string text;
  char block[65536];
  for (ssize_t size = read(fd, block, sizeof block); size > 0; size = read(fd, block, sizeof block))
    text.append(block, static_cast<std::size_t>(size));
  close(fd);
  return text;
}

/// An unnamed file holding `text`, read from its start.
int descriptor_of(const std::string& text) {
  const int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw Refused("cannot write a temporary file");
  lseek(fd, 0, SEEK_SET);
  return fd;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> list;
  for (char** item = environ; *item != nullptr; ++item)
    list.emplace_back(*item);
  return list;
}

}  // namespace

pid_t spawn(const Launch& launch) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  connect_descriptor(actions, launch.input, 0);
  connect_descriptor(actions, launch.out, 1);
  connect_descriptor(actions, launch.err, 2);
  if (!launch.folder.empty())
    posix_spawn_file_actions_addchdir_np(&actions, launch.folder.c_str());
  pid_t pid = 0;
  const int error = posix_spawn(&pid,
                                launch.argv[0].c_str(),
                                &actions,
                                nullptr,
                                pointers(launch.argv).data(),
                                pointers(launch.environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    std::string text = strerror(error);
    text[0] = static_cast<char>(text[0] >= 'A' && text[0] <= 'Z' ? text[0] - 'A' + 'a' : text[0]);
    throw Refused("fork/exec " + launch.argv[0] + ": " + text);
  }
  return pid;
}

std::string output_of(const std::vector<std::string>& argv,
                      const std::string& input,
                      const std::string& folder) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0)
    throw Refused("cannot make a pipe");
  Launch launch{argv, own_environment(), folder, descriptor_of(input), pipe_ends[1], STDERR_FILENO};
  launch.argv[0] = resolved_program(argv[0]);
  const pid_t pid = spawn(launch);
  close(launch.input);
  close(pipe_ends[1]);
  const std::string out = drain(pipe_ends[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  if (status != 0)
    throw Refused(argv[0] + (argv.size() > 1 ? " " + argv[1] : "") + ": " + go_exit(status));
  return out;
}

int exit_of(const std::vector<std::string>& argv) {
  Launch launch{.argv = argv, .environment = own_environment(), .err = STDERR_FILENO};
  launch.argv[0] = resolved_program(argv[0]);
  int status = 0;
  waitpid(spawn(launch), &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string resolved_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return name;
  std::istringstream path(getenv("PATH") == nullptr ? "" : getenv("PATH"));
  for (std::string folder; std::getline(path, folder, ':');)
    if (access((folder + "/" + name).c_str(), X_OK) == 0)
      return folder + "/" + name;
  throw Refused("exec: \"" + name + "\": executable file not found in $PATH");
}

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream in(command);
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    words.push_back(word);
  return words;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

std::string go_exit(int wait_status) {
  static const std::map<int, std::string> names{{SIGKILL, "killed"},
                                                {SIGTERM, "terminated"},
                                                {SIGSEGV, "segmentation fault"},
                                                {SIGABRT, "aborted"},
                                                {SIGBUS, "bus error"},
                                                {SIGINT, "interrupt"},
                                                {SIGHUP, "hangup"},
                                                {SIGFPE, "floating point exception"},
                                                {SIGPIPE, "broken pipe"}};
  if (WIFEXITED(wait_status))
    return WEXITSTATUS(wait_status) == 0
               ? ""
               : "exit status " + std::to_string(WEXITSTATUS(wait_status));
  const auto name = names.find(WTERMSIG(wait_status));
  return "signal: " +
         (name == names.end() ? "signal " + std::to_string(WTERMSIG(wait_status)) : name->second);
}

}  // namespace local_juju
