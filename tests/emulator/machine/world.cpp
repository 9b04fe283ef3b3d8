#include "world.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace emulated {

namespace {

std::string state_path(const std::string& root, const std::string& name) {
  return root + "/run/emulator/" + name;
}

}  // namespace

Lock::Lock(const std::string& root)
    : descriptor_(::open(state_path(root, "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0)
    throw std::runtime_error("no machine's world below " + root + "/run/emulator");
  acquire();
}

Lock::~Lock() {
  ::close(descriptor_);
}

void Lock::release() const {
  ::flock(descriptor_, LOCK_UN);
}

void Lock::acquire() const {
  if (::flock(descriptor_, LOCK_EX) != 0)
    throw std::runtime_error("cannot lock the machine's world");
}

World load_world(const std::string& root) {
  std::ifstream file(state_path(root, "world.json"));
  if (!file)
    throw std::runtime_error("no emulated machine here: " + state_path(root, "world.json"));
  return {.data = Json::parse(file), .root = root};
}

void wait_for(World& world, const std::function<bool(const World&)>& over) {
  if (world.lock == nullptr)
    throw std::logic_error("a call without the machine's lock cannot wait");
  save_world(world);
  while (!over(world)) {
    world.lock->release();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    world.lock->acquire();
    world.data = load_world(world.root).data;
  }
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void save_world(const World& world) {
  const std::string path = state_path(world.root, "world.json");
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh, std::ios::trunc);
    file << world.data.dump(1) << '\n';
    if (!file.flush())
      throw std::runtime_error("cannot write " + fresh);
  }
  std::filesystem::rename(fresh, path);
}

Json fresh_world(int number) {
  const std::string host = std::to_string(number / 200) + "." + std::to_string(number % 200 + 10);
  char mac[24] = {};
  std::snprintf(mac, sizeof mac, "%02x:%02x", (number >> 8) & 0xff, number & 0xff);
  const auto interface = [&](const std::string& position, const std::string& network) {
    return Json{{"mac", "52:54:00:" + position + ":" + mac},
                {"address", network.empty() ? "" : network + host + "/16"}};
  };
  Json world = {
      {"machine", std::to_string(number)},
      {"fqdn", "node-" + std::to_string(number) + ".emulated.test"},
      {"kvm", true},
      {"vm", "kvm"},
      {"container", "none"},
      {"bindings", {{"data", "eth1"}}},
      {"cloud_control", ""},
      {"apt", {{"updated", false}, {"versions", Json::object()}, {"missing", Json::array()}}},
      {"packages", Json::object()},
      {"units", Json::object()},
      {"ovs", Json::object()},
      {"domains", Json::array()},
      {"faults", Json::array()},
      {"reported", Json::object()}};
  world["interfaces"] = {{"eth0", interface("00", "10.77.")},
                         {"eth1", interface("01", "10.78.")},
                         {"eth2", interface("02", "")}};
  for (const auto& [name, version] :
       std::map<std::string, std::string>{{"base-files", "13ubuntu10.2"},
                                          {"bash", "5.2.21-2ubuntu4"},
                                          {"ca-certificates", "20240203"},
                                          {"openssh-client", "1:9.6p1-3ubuntu13.5"},
                                          {"openssh-server", "1:9.6p1-3ubuntu13.5"},
                                          {"systemd", "255.4-1ubuntu8.6"}})
    world["packages"][name] = {{"version", version}, {"status", "installed"}};
  for (const std::string name : {"ssh.service", "dbus.service", "cron.service"})
    world["units"][name] = {{"file", name == "dbus.service" ? "static" : "enabled"},
                            {"masked", false},
                            {"active", "active"},
                            {"starts", 1}};
  return world;
}

void journal(const World& world, const Json& entry) {
  const std::string line = entry.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const int file = ::open(
      state_path(world.root, "journal").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || ::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw std::runtime_error("cannot write the machine's journal");
  ::close(file);
}

std::string read_text(const World& world, const std::string& path) {
  std::ifstream file(world.root + path);
  std::ostringstream text;
  text << file.rdbuf();
  return file ? text.str() : "";
}

void write_text(const World& world, const std::string& path, const std::string& content) {
  const std::filesystem::path target = world.root + path;
  std::filesystem::create_directories(target.parent_path());
  std::ofstream file(target, std::ios::trunc);
  file << content;
  if (!file.flush())
    throw std::runtime_error("cannot write " + target.string());
}

Words split(const std::string& text, char separator) {
  Words words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, separator);)
    words.push_back(word);
  return words;
}

std::string join(const Words& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : separator) + word;
  return text;
}

bool starts_with(const std::string& text, const std::string& prefix) {
  return text.rfind(prefix, 0) == 0;
}

}  // namespace emulated
