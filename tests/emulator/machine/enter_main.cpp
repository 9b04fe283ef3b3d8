// machine-enter MACHINE-FOLDER [--cwd FOLDER] [--] PROGRAM [ARGUMENT...]
// Becomes PROGRAM inside the machine: a mount namespace of its own (so no mount outlives the
// process or is seen by the host), the host's /usr with the emulated programs in front of it, and
// the machine's root as /. Environment and descriptors pass through. Without --cwd the working
// folder is the caller's when that lies in the machine's root, otherwise /. Exit 125: the machine
// cannot be entered; 126, 127: PROGRAM cannot be run, is not there; otherwise PROGRAM's own.
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace {

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "machine-enter: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(125);
}

/// Overlayfs splits its lower folders at `:` and options at `,`.
std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path)
    text += (c == ':' || c == ',' || c == '\\' ? "\\" : "") + std::string(1, c);
  return text;
}

void bind(const std::string& from, const std::string& to) {
  if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    give_up("bind " + from + " on " + to);
}

/// What is the host's and shall stay so.
void bind_read_only(const std::string& from, const std::string& to) {
  bind(from, to);
  if (::mount(nullptr, to.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0)
    give_up("read-only " + to);
}

void mount_all(const std::string& machine) {
  const std::string root = machine + "/root";
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    give_up("private mounts");
  const std::string layers = "lowerdir=" + escaped(machine + "/programs/usr") + ":/usr";
  if (::mount("emulated-usr", (root + "/usr").c_str(), "overlay", MS_RDONLY, layers.c_str()) != 0)
    give_up("overlay on " + root + "/usr");
  bind(machine + "/local", root + "/usr/local");
  bind("/proc", root + "/proc");
  bind_read_only("/proc/sys", root + "/proc/sys");
  if (::access("/etc/alternatives", F_OK) == 0)
    bind_read_only("/etc/alternatives", root + "/etc/alternatives");
  for (const char* const device : {"null", "zero", "full", "random", "urandom", "tty"})
    bind(std::string("/dev/") + device, root + "/dev/" + device);
}

void set_host_name(const std::string& machine) {
  std::ifstream file(machine + "/root/etc/hostname");
  std::string name;
  if (std::getline(file, name) && ::sethostname(name.data(), name.size()) != 0)
    give_up("sethostname");
}

/// The caller's folder as the machine sees it.
std::string inherited_folder(const std::string& root) {
  char buffer[PATH_MAX] = {};
  const std::string here = ::getcwd(buffer, sizeof buffer) != nullptr ? buffer : "/";
  return here.rfind(root + "/", 0) == 0 ? here.substr(root.size()) : "/";
}

}  // namespace

int main(int argc, char* argv[]) {
  int at = 2;
  std::string folder;
  if (argc > at + 1 && std::strcmp(argv[at], "--cwd") == 0) {
    folder = argv[at + 1];
    at += 2;
  }
  if (argc > at && std::strcmp(argv[at], "--") == 0)
    ++at;
  if (argc <= at) {
    std::fprintf(stderr,
                 "usage: machine-enter MACHINE-FOLDER [--cwd FOLDER] [--] PROGRAM [ARGUMENT...]\n");
    return 125;
  }
  char resolved[PATH_MAX] = {};
  if (::realpath(argv[1], resolved) == nullptr)
    give_up(argv[1]);
  const std::string machine = resolved;
  const std::string root = machine + "/root";
  if (folder.empty())
    folder = inherited_folder(root);
  if (::unshare(CLONE_NEWNS | CLONE_NEWUTS) != 0)
    give_up("unshare");
  mount_all(machine);
  set_host_name(machine);
  if (::chroot(root.c_str()) != 0 || ::chdir(folder.c_str()) != 0)
    give_up("enter " + root + folder);
  ::execvp(argv[at], argv + at);
  const int reason = errno;
  std::fprintf(stderr, "machine-enter: %s: %s\n", argv[at], std::strerror(reason));
  return reason == ENOENT ? 127 : 126;
}
