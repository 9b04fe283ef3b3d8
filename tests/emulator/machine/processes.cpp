#include "processes.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace emulated {

namespace {

namespace fs = std::filesystem;

const std::string tool = "/usr/lib/emulator/machine-tool";
constexpr int report_descriptor = 3;

/// Fields of /proc/PID/stat after the name: [0] state, [3] session, [19] start time.
Words stat_of(const std::string& process) {
  const std::string text = read_text({}, "/proc/" + process + "/stat");
  const std::size_t end = text.rfind(") ");
  return end == std::string::npos ? Words() : split(text.substr(end + 2), ' ');
}

Words process_ids() {
  Words ids;
  for (const auto& entry : fs::directory_iterator("/proc"))
    if (const std::string name = entry.path().filename();
        name.find_first_not_of("0123456789") == std::string::npos)
      ids.push_back(name);
  return ids;
}

/// The words that run a program inside: as they are when this process is inside.
Words inside(const World& world, const Words& argv) {
  if (world.root.empty())
    return argv;
  Words words = {(fs::read_symlink("/proc/self/exe").parent_path() / "machine-enter").string(),
                 fs::path(world.root).parent_path().string(),
                 "--cwd",
                 "/",
                 "--"};
  words.insert(words.end(), argv.begin(), argv.end());
  return words;
}

std::vector<char*> pointers(const Words& words) {
  std::vector<char*> list;
  for (const std::string& word : words)
    list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  return list;
}

/// In the child: nothing of the caller stays but `report`, which becomes descriptor 3.
[[noreturn]] void become(char* const* argv, char* const* environment, int log, int report) {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(log, 1);
  ::dup2(log, 2);
  if (report >= 0)
    ::dup2(report, report_descriptor);
  ::close_range(report >= 0 ? report_descriptor + 1 : report_descriptor, ~0U, 0);
  ::execve(argv[0], argv, environment);
  ::_exit(127);
}

/// Starts it as nobody's child.
void spawn(const World& world, const Words& argv, const std::string& log_name, int report) {
  const Words words = inside(world, argv);
  const Words variables = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
                           "LANG=C.UTF-8"};
  const std::vector<char*> argument_list = pointers(words);
  const std::vector<char*> environment = pointers(variables);
  const std::string log = world.root + "/run/emulator/" + log_name + ".log";
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t child = ::fork();
  if (child < 0 || file < 0)
    throw std::runtime_error("cannot start " + argv[0]);
  if (child == 0) {
    if (::fork() == 0)
      become(argument_list.data(), environment.data(), file, report);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  ::close(file);
}

/// True when the process lives below the folder with these facts.
bool lives_in(const std::string& process, const struct stat& root) {
  struct stat facts {};

  return ::stat(("/proc/" + process + "/root").c_str(), &facts) == 0 &&
         facts.st_dev == root.st_dev && facts.st_ino == root.st_ino;
}

}  // namespace

Launched launch(const World& world, const std::string& unit) {
  int ends[2] = {};
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  spawn(world, {tool, "supervise", unit}, unit, ends[1]);
  ::close(ends[1]);
  char text[128] = {};
  const ssize_t size = ::read(ends[0], text, sizeof text - 1);
  ::close(ends[0]);
  Launched launched;
  if (size <= 0 || std::sscanf(text,
                               "%d %ld %d %d",
                               &launched.supervisor,
                               &launched.born,
                               &launched.main,
                               &launched.error) != 4)
    throw std::runtime_error("the supervisor of " + unit + " did not start");
  return launched;
}

void run_detached(const World& world, const Words& argv) {
  spawn(world, argv, "detached", -1);
}

long birth_of(int process) {
  const Words fields = stat_of(std::to_string(process));
  return fields.size() < 20 || fields[0] == "Z" || fields[0] == "X" ? 0 : std::stol(fields[19]);
}

void signal_session(int leader, int signal) {
  for (const std::string& process : process_ids())
    if (const Words fields = stat_of(process);
        fields.size() > 3 && fields[0] != "Z" && fields[3] == std::to_string(leader))
      ::kill(std::stoi(process), signal);
}

void kill_all_inside(const std::string& root) {
  struct stat facts {};

  if (::stat(root.c_str(), &facts) != 0)
    return;
  for (bool found = true; found;) {
    found = false;
    for (const std::string& process : process_ids()) {
      if (!lives_in(process, facts) || birth_of(std::stoi(process)) == 0)
        continue;
      found = true;
      ::kill(std::stoi(process), SIGKILL);
    }
    if (found)
      ::usleep(2000);
  }
}

}  // namespace emulated
