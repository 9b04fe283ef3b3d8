#include "compute_record.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "nova_compute.hpp"

namespace emulated {

namespace {

constexpr const char* path = "/run/emulator/computes";

/// The record, locked against the other machines while this lives.
class Record {
 public:
  explicit Record(const World& world)
      : file_(::open((world.root + path).c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    if (file_ < 0 || ::flock(file_, LOCK_EX) != 0)
      throw std::runtime_error("cannot open the machines' record of nova-computes");
  }

  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  ~Record() { ::close(file_); }

  void add(const Json& entry) const {
    const std::string line = entry.dump() + "\n";
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      throw std::runtime_error("cannot write the machines' record of nova-computes");
  }

 private:
  int file_;
};

void erase(Json& list, const Json& item) {
  const auto found = std::find(list.begin(), list.end(), item);
  if (found != list.end())
    list.erase(found);
}

std::vector<Json> lines_of(const World& world) {
  std::vector<Json> lines;
  for (const std::string& line : split(read_text(world, path), '\n'))
    lines.push_back(Json::parse(line));
  return lines;
}

/// unit -> {host, starts} of those that run.
Json running_computes(const World& world) {
  Json running = Json::object();
  for (const auto& [unit, state] : world.data.at("units").items()) {
    const std::string active = state.value("active", "inactive");
    if (is_nova_compute(unit, state) && state.contains("config") &&
        (active == "active" || active == "deactivating"))
      running[unit] = {{"host", state.at("config").at("host")}, {"starts", state.at("starts")}};
  }
  return running;
}

void note(const World& world,
          const std::string& event,
          const std::string& unit,
          const std::string& host) {
  const std::size_t at = unit.find('@');
  Json entry = {
      {"event", event},
      {"machine", world.data.at("machine")},
      {"unit", unit},
      {"instance", at == std::string::npos ? "" : unit.substr(at + 1, unit.rfind('.') - at - 1)},
      {"host", host},
      {"at", now_ms()}};
  const Record record(world);
  Json others = running_as(lines_of(world), host);
  erase(others, {{"machine", entry["machine"]}, {"unit", unit}});
  if (event == "start" && !others.empty())
    entry["beside"] = others;
  record.add(entry);
  journal(world, entry);
}

void note_change(World& world, const Json& running) {
  const Json noted = world.data.value("computes", Json::object());
  for (const auto& [unit, process] : noted.items())
    if (running.value(unit, Json()) != process)
      note(world, "stop", unit, process.at("host"));
  for (const auto& [unit, process] : running.items())
    if (noted.value(unit, Json()) != process)
      note(world, "start", unit, process.at("host"));
  world.data["computes"] = running;
}

}  // namespace

Json running_as(const std::vector<Json>& lines, const std::string& host) {
  Json running = Json::array();
  for (const Json& line : lines) {
    if (line.at("host") != host)
      continue;
    const Json process = {{"machine", line.at("machine")}, {"unit", line.at("unit")}};
    erase(running, process);
    if (line.at("event") == "start")
      running.push_back(process);
  }
  return running;
}

void note_computes(World& world) {
  note_change(world, running_computes(world));
}

void note_computes_gone(World& world) {
  note_change(world, Json::object());
}

void link_record(const std::string& machines, const std::string& root) {
  const std::string record = machines + "/computes";
  std::ofstream(record, std::ios::app).flush();
  std::filesystem::create_hard_link(record, root + path);
}

}  // namespace emulated
