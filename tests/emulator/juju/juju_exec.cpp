// juju-exec, as processes on a unit's machine call it outside hooks. It has no logic: it leaves the
// machine's view of the file system for the one of the model's folder and becomes the script there
// that calls `local-juju unit-exec` (unit_exec.hpp). The file juju-exec.host beside this program
// says, a line each: the mount namespace, the script, the machine's name.
//
// The worker is a session of its own: as with Juju, commands that were accepted are run to their
// end, whatever becomes of the caller.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Host {
  char space[64] = {};  // "mnt:[4026531832]"
  char script[4096] = {};
  char machine[256] = {};
};

[[noreturn]] void fail(int code, const char* text, const char* detail) {
  dprintf(2, "ERROR %s%s\n", text, detail);
  exit(code);
}

void read_line(FILE* file, char* line, int room) {
  if (fgets(line, room, file) == nullptr)
    fail(1, "unit agent not found on this machine", "");
  line[strcspn(line, "\n")] = '\0';
}

Host read_host() {
  char path[4096] = {};
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 8);
  strcpy(path + (size < 0 ? 0 : size), ".host");
  FILE* file = fopen(path, "re");
  if (file == nullptr)
    fail(1, "unit agent not found on this machine: ", path);
  Host host;
  read_line(file, host.space, sizeof host.space);
  read_line(file, host.script, sizeof host.script);
  read_line(file, host.machine, sizeof host.machine);
  fclose(file);
  return host;
}

bool lives_in(const char* process, const char* space) {
  char path[300];
  char found[64] = {};
  snprintf(path, sizeof path, "/proc/%s/ns/mnt", process);
  return readlink(path, found, sizeof found - 1) > 0 && strcmp(found, space) == 0;
}

/// Takes the view of a process that lives in the namespace.
void enter(const char* process) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%s/ns/mnt", process);
  const int space = open(path, O_RDONLY | O_CLOEXEC);
  snprintf(path, sizeof path, "/proc/%s/root", process);
  const int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (setns(space, CLONE_NEWNS) != 0 || fchdir(root) != 0 || chroot(".") != 0)
    fail(1, "cannot reach the unit agent: ", strerror(errno));
}

void leave_machine(const Host& host) {
  if (lives_in("self", host.space))
    return;
  DIR* processes = opendir("/proc");
  while (const dirent* entry = readdir(processes))
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && lives_in(entry->d_name, host.space)) {
      enter(entry->d_name);
      closedir(processes);
      return;
    }
  fail(1, "the unit agent's name space is gone: ", host.space);
}

[[noreturn]] void work(const Host& host, int argc, char** argv) {
  setsid();
  leave_machine(host);
  char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path, nullptr};
  char** words = static_cast<char**>(calloc(static_cast<size_t>(argc) + 2, sizeof(char*)));
  words[0] = strdup(host.script);
  words[1] = strdup(host.machine);
  for (int i = 1; i < argc; ++i)
    words[i + 1] = argv[i];
  close(0);
  open("/dev/null", O_RDONLY);
  close_range(3, ~0U, 0);
  execve(host.script, words, environment);
  fail(1, host.script, " cannot be run");
}

}  // namespace

int main(int argc, char** argv) {
  const char* context = getenv("JUJU_CONTEXT_ID");
  if (context != nullptr && *context != '\0') {
    dprintf(
        2, "ERROR juju-exec cannot be called from within a hook, have context \"%s\"\n", context);
    return 2;
  }
  const Host host = read_host();
  const pid_t worker = fork();
  if (worker == 0)
    work(host, argc, argv);
  int status = 0;
  waitpid(worker, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
