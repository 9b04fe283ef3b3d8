#include "machine_folder.hpp"

#include <filesystem>
#include <fstream>
#include <set>

#include <sys/stat.h>

#include "compute_record.hpp"
#include "processes.hpp"
#include "programs.hpp"
#include "reports.hpp"

namespace emulated {

namespace fs = std::filesystem;

namespace {

const char* const passwd = R"(root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
syslog:x:102:102::/nonexistent:/usr/sbin/nologin
sshd:x:106:65534::/run/sshd:/usr/sbin/nologin
ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash
)";

const char* const group = R"(root:x:0:
daemon:x:1:
sys:x:3:
adm:x:4:syslog,ubuntu
tty:x:5:
sudo:x:27:ubuntu
www-data:x:33:
shadow:x:42:
nogroup:x:65534:
syslog:x:102:
ubuntu:x:1000:
)";

const char* const os_release = R"os(PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.1 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
)os";

/// Lowest number that no machine beside this one has.
int free_number(const fs::path& machines) {
  std::set<int> used;
  for (const auto& entry : fs::directory_iterator(machines)) {
    std::ifstream file(entry.path() / "number");
    int number = 0;
    if (file >> number)
      used.insert(number);
  }
  int number = 0;
  while (used.count(number) > 0)
    ++number;
  return number;
}

void make_folders(const fs::path& root) {
  for (const char* const folder : {"dev/pts",
                                   "dev/shm",
                                   "etc/ssl/certs",
                                   "etc/ssl/private",
                                   "etc/default",
                                   "etc/systemd/system",
                                   "home/ubuntu",
                                   "media",
                                   "mnt",
                                   "opt",
                                   "proc",
                                   "root/.ssh",
                                   "run/emulator",
                                   "run/lock",
                                   "run/systemd/system",
                                   "srv",
                                   "sys/class/net",
                                   "tmp",
                                   "usr",
                                   "var/cache",
                                   "var/lib/juju/tools",
                                   "var/lib/dpkg",
                                   "var/log",
                                   "var/spool",
                                   "var/tmp",
                                   "var/lib/juju/agents"})
    fs::create_directories(root / folder);
  fs::permissions(root / "root", fs::perms::owner_all);
  fs::permissions(root / "root/.ssh", fs::perms::owner_all);
  fs::permissions(root / "etc/ssl/private", fs::perms::owner_all);
  for (const char* const open : {"tmp", "var/tmp", "dev/shm", "run/lock"})
    ::chmod((root / open).c_str(), 01777);
  fs::create_symlink("/run", root / "var/run");
  fs::create_symlink("/run/lock", root / "var/lock");
}

/// The host's own links and folders above /usr (merged /usr is required), and the nodes that are
/// bound on entry.
void copy_from_host(const fs::path& root) {
  for (const char* const name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
    const fs::path original = fs::path("/") / name;
    if (fs::is_symlink(original))
      fs::create_symlink(fs::read_symlink(original), root / name);
    else if (fs::exists(original))
      throw std::runtime_error("the host's " + original.string() +
                               " is not a link into /usr: machines need a merged /usr");
  }
  fs::create_directory(root / "etc/alternatives");
  for (const char* const device : {"null", "zero", "full", "random", "urandom", "tty"})
    std::ofstream(root / "dev" / device).flush();
  fs::create_symlink("/proc/self/fd", root / "dev/fd");
  fs::create_symlink("/proc/self/fd/0", root / "dev/stdin");
  fs::create_symlink("/proc/self/fd/1", root / "dev/stdout");
  fs::create_symlink("/proc/self/fd/2", root / "dev/stderr");
}

void write_configuration(const World& world) {
  const std::string name = world.data.at("fqdn").get<std::string>();
  const std::string short_name = name.substr(0, name.find('.'));
  const std::string address =
      world.data.at("interfaces").at("eth0").at("address").get<std::string>();
  write_text(world, "/etc/passwd", passwd);
  write_text(world, "/etc/group", group);
  write_text(world, "/etc/os-release", os_release);
  write_text(world, "/etc/hostname", short_name + "\n");
  write_text(world,
             "/etc/hosts",
             "127.0.0.1 localhost\n" + address.substr(0, address.find('/')) + " " + name + " " +
                 short_name + "\n");
  write_text(world,
             "/etc/nsswitch.conf",
             "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n");
  write_text(world, "/etc/resolv.conf", "");
  write_text(world, "/etc/machine-id", "00000000000000000000000000000000\n");
  write_text(world, "/etc/ssl/certs/ca-certificates.crt", "");
}

void add_programs(const fs::path& programs, const fs::path& tool) {
  fs::create_directories(programs / "bin");
  fs::create_directories(programs / "sbin");
  fs::create_directories(programs / "lib/emulator");
  const fs::path target = programs / "lib/emulator/machine-tool";
  std::error_code failed;
  fs::create_hard_link(tool, target, failed);
  if (failed)
    fs::copy_file(tool, target);
  for (const std::string& name : program_names())
    for (const char* const folder : {"bin", "sbin"})
      fs::create_symlink("../lib/emulator/machine-tool", programs / folder / name);
  fs::create_symlink(tools_inside() + "/juju-exec", programs / "bin/juju-exec");
}

void build(const Machine& machine, const std::string& tool, int number) {
  std::ofstream(machine.folder + "/number") << number << '\n';
  const World world{.data = fresh_world(number), .root = machine.root()};
  make_folders(machine.root());
  copy_from_host(machine.root());
  link_record(fs::path(machine.folder).parent_path(), machine.root());
  write_configuration(world);
  add_programs(machine.folder + "/programs/usr", tool);
  for (const char* const folder : {"bin", "sbin", "lib", "share/ca-certificates"})
    fs::create_directories(machine.folder + "/local/" + folder);
  settle_hardware(world);
  save_world(world);
}

}  // namespace

Machine machine_at(const std::string& machines, const std::string& name) {
  std::string folder = name;
  for (char& c : folder)
    c = c == '/' ? '-' : c;
  const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (folder.empty() || folder.find_first_not_of(letters) != std::string::npos)
    throw std::runtime_error("not a machine's name: \"" + name + "\"");
  return {.name = name, .folder = machines + "/" + folder};
}

void create_machine(const Machine& machine, const std::string& tool) {
  if (fs::exists(machine.folder))
    throw std::runtime_error("there is a machine " + machine.name + " already");
  const fs::path machines = fs::path(machine.folder).parent_path();
  fs::create_directories(machines);
  const int number = free_number(machines);
  fs::create_directory(machine.folder);
  try {
    build(machine, tool, number);
  } catch (const std::exception&) {
    fs::remove_all(machine.folder);
    throw;
  }
}

bool destroy_machine(const Machine& machine) {
  if (!fs::exists(machine.folder))
    return false;
  kill_all_inside(machine.root());
  if (fs::exists(machine.root() + "/run/emulator/world.json")) {
    const Lock lock(machine.root());
    World world = load_world(machine.root());
    report_gone(world);
  }
  fs::remove_all(machine.folder);
  return true;
}

void settle_hardware(const World& world) {
  const std::string kvm = world.root + "/dev/kvm";
  if (world.data.at("kvm").get<bool>())
    write_text(world, "/dev/kvm", "");
  else
    fs::remove(kvm);
  fs::remove_all(world.root + "/sys/class/net");
  write_text(world, "/sys/class/net/lo/address", "00:00:00:00:00:00\n");
  for (const auto& [name, interface] : world.data.at("interfaces").items())
    write_text(world,
               "/sys/class/net/" + name + "/address",
               interface.at("mac").get<std::string>() + "\n");
}

std::string tools_outside(const Machine& machine) {
  return machine.root() + tools_inside();
}

std::string tools_inside() {
  return "/var/lib/juju/tools";
}

}  // namespace emulated
