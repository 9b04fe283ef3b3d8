#pragma once
// The emulated cloud behind a Platform with a clock of its own: three hosts, n1 tombstoned. Nothing
// waits: sleeping moves the clock on.

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloud/cloud.hpp"
#include "drain.hpp"
#include "log.hpp"
#include "support/memory_journal.hpp"

namespace ncc::drain::test {

inline const std::string tombstone = "scale-in 4f2a9c01 nova-compute/1";

class VirtualClock : public Clock {
 public:
  std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000)) + passed_;
  }

  std::chrono::steady_clock::time_point steady() override {
    return std::chrono::steady_clock::time_point(passed_);
  }

  void sleep(std::chrono::milliseconds duration) override { passed_ += duration; }

  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(passed_).count(); }

 private:
  std::chrono::milliseconds passed_{0};
};

/// The process dies. No std::exception, so that nothing on the way takes it for an error.
struct Killed {};

/// Counts the effects of a run, each twice (before it and after it), and ends the process at one of
/// them.
class Reaper {
 public:
  void die_at(int point) { point_ = point; }

  void pass() {
    if (++passed == point_) {
      throw Killed{};
    }
  }

  int passed = 0;

 private:
  int point_ = 0;
};

class CloudHttp : public HttpTransport {
 public:
  CloudHttp(fake_cloud::Cloud& cloud, Clock& clock, Reaper& reaper)
      : cloud_(cloud), clock_(clock), reaper_(reaper) {}

  HttpResponse send(const HttpRequest& request) override {
    const bool effect = request.method != "GET" && !request.url.ends_with("/auth/tokens");
    if (effect) {
      reaper_.pass();
    }
    if (before_request) {
      before_request(request);
    }
    const fake_cloud::Response response = handle(cloud_, translated(request));
    ++requests;
    if (effect) {
      reaper_.pass();
    }
    return delivered(request, response);
  }

  std::function<void(const HttpRequest&)> before_request = {};
  int requests = 0;

 private:
  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
      return static_cast<char>(std::tolower(letter));
    });
    return text;
  }

  [[nodiscard]] fake_cloud::Request translated(const HttpRequest& request) const {
    if (!request.url.starts_with(cloud_.base_url)) {
      throw std::logic_error("not of this cloud: " + request.url);
    }
    fake_cloud::Request translation{
        request.method, request.url.substr(cloud_.base_url.size()), {}, request.body};
    for (const auto& [name, value] : request.headers) {
      translation.headers[lower(name)] = value;
    }
    return translation;
  }

  HttpResponse delivered(const HttpRequest& request, const fake_cloud::Response& response) {
    clock_.sleep(response.delivery.delay);
    if (response.delivery.drop || response.delivery.cut_after) {
      throw HttpError(request.method + " " + request.url, 0, "connection closed");
    }
    HttpResponse delivery{response.status, {}, response.body};
    for (const auto& [name, value] : response.headers) {
      delivery.headers[lower(name)] = value;
    }
    return delivery;
  }

  fake_cloud::Cloud& cloud_;
  Clock& clock_;
  Reaper& reaper_;
};

class MortalJournal : public testing::MemoryJournal {
 public:
  explicit MortalJournal(Reaper& reaper) : reaper_(reaper) {}

  void put(const std::string& scope, const std::string& key, const std::string& value) override {
    reaper_.pass();
    MemoryJournal::put(scope, key, value);
    reaper_.pass();
  }

  void forget(const std::string& scope) override {
    reaper_.pass();
    MemoryJournal::forget(scope);
    reaper_.pass();
  }

 private:
  Reaper& reaper_;
};

class NoProcesses : public ProcessRunner {
 public:
  ProcessResult run(const Command& command) override { throw std::logic_error(command.argv[0]); }

  std::vector<ProcessResult> run_all(const std::vector<Command>& commands) override {
    throw std::logic_error(commands[0].argv[0]);
  }
};

class NoFiles : public FileSystem {
 public:
  std::optional<std::string> read(const std::string&) override { return std::nullopt; }

  std::optional<FileFacts> facts(const std::string&) override { return std::nullopt; }

  bool exists(const std::string&) override { return false; }

  std::vector<std::string> list(const std::string&) override { return {}; }

  void write(const std::string& path, const std::string&, const FileFacts&) override {
    throw std::logic_error(path);
  }

  void make_directory(const std::string& path, const FileFacts&) override {
    throw std::logic_error(path);
  }

  bool remove(const std::string&) override { return false; }
};

/// An emulated cloud behind a clock of its own, and who is to log in to it. Nothing is logged.
class CloudWorld {
 public:
  CloudWorld() {
    log::set_sink([](log::Level, const std::string&) {});
    cloud.real_seconds = [this] { return clock.now_seconds(); };
  }

  CloudWorld(const CloudWorld&) = delete;
  CloudWorld& operator=(const CloudWorld&) = delete;

  nlohmann::json control(const std::string& what, const nlohmann::json& body) {
    const fake_cloud::Response response =
        handle(cloud, fake_cloud::make_request(what, {}, body.dump()));
    if (response.status >= 300) {
      throw std::logic_error(what + ": " + response.body);
    }
    return nlohmann::json::parse(response.body, nullptr, false);
  }

  VirtualClock clock = {};
  fake_cloud::Cloud cloud = {};
  Reaper reaper = {};
  openstack::Credentials credentials{.auth_url = cloud.base_url,
                                     .username = "nova_compute",
                                     .password = Secret("cloud-secret"),
                                     .project = "services",
                                     .user_domain = "service_domain",
                                     .project_domain = "service_domain",
                                     .region = "RegionOne",
                                     .interface = "internal"};
};

/// True when a run dies at the effect that its reaper chose, false when it ran through.
template <class Bed>
bool is_killed(Bed& bed) {
  try {
    (void)bed.run();
    return false;
  } catch (const Killed&) {
    return true;
  }
}

class Bed : public CloudWorld {
 public:
  Bed() {
    cloud.state.settings.max_concurrent_live_migrations = 100;
    for (const std::string host : {"n1", "n2", "n3"}) {
      add_host(host);
    }
    disable("n1");
  }

  void add_host(const std::string& host) {
    control("POST /_emulator/compute",
            R"({"action":"start","vcpus":9999,"memory_mb":99999999,"local_gb":9999999,"host":")" +
                host + "\"}");
  }

  void stop_host(const std::string& host) {
    control("POST /_emulator/compute", R"({"action":"stop","host":")" + host + "\"}");
  }

  void control(const std::string& what, const std::string& body) {
    CloudWorld::control(what, nlohmann::json::parse(body));
  }

  void disable(const std::string& host) {
    service(host).enabled = false;
    service(host).disabled_reason = tombstone;
  }

  fake_cloud::Service& service(const std::string& host) {
    for (fake_cloud::Service& one : cloud.state.services) {
      if (one.host == host && one.binary == "nova-compute") {
        return one;
      }
    }
    throw std::logic_error("no service on " + host);
  }

  /// Id of server number `number`: a uuid that ends with it.
  static std::string id(int number) {
    const std::string digits = std::to_string(number);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }

  fake_cloud::Server& add_server(int number,
                                 const std::string& status,
                                 const std::string& host = "n1") {
    fake_cloud::Server server;
    server.id = id(number);
    server.name = "server-" + std::to_string(number);
    server.status = status;
    server.flavor = cloud.state.flavors.at(0).id;
    server.image = cloud.state.images.at(0).id;
    server.host = host;
    server.node = host;
    server.created_at = 1'699'000'000;
    cloud.state.servers.push_back(server);
    return cloud.state.servers.back();
  }

  void add_servers(int count, const std::string& host = "n1") {
    for (int i = 0; i < count; ++i) {
      add_server(static_cast<int>(cloud.state.servers.size()) + 1, "ACTIVE", host);
    }
  }

  fake_cloud::Server& server(int number) {
    for (fake_cloud::Server& one : cloud.state.servers) {
      if (one.id == id(number)) {
        return one;
      }
    }
    throw std::logic_error("no server " + std::to_string(number));
  }

  void fault(const std::string& json) { control("POST /_emulator/faults", json); }

  /// Requests that changed something of this kind, by server: os-migrateLive, migrate ...
  [[nodiscard]] std::map<std::string, int> posts(const std::string& action) const {
    std::map<std::string, int> count;
    for (const fake_cloud::LogEntry& entry : cloud.log) {
      if (entry.method == "POST" && entry.path.ends_with("/action") &&
          entry.body.find("\"" + action + "\"") != std::string::npos) {
        ++count[entry.path.substr(entry.path.find("/servers/") + 9, 36)];
      }
    }
    return count;
  }

  [[nodiscard]] int all_posts() const {
    return static_cast<int>(
        std::count_if(cloud.log.begin(), cloud.log.end(), [](const fake_cloud::LogEntry& entry) {
          return entry.method == "POST" && entry.path.ends_with("/action");
        }));
  }

  [[nodiscard]] int logins() const {
    return static_cast<int>(
        std::count_if(cloud.log.begin(), cloud.log.end(), [](const fake_cloud::LogEntry& entry) {
          return entry.path.ends_with("/auth/tokens");
        }));
  }

  static Source source(const std::string& host) {
    return {UnitName("nova-compute/1"), HostName(host), tombstone};
  }

  Result run() {
    openstack::Session session(platform, credentials);
    return drain::run(
        platform,
        session,
        journal,
        sources,
        options,
        [this](const std::string& line, const Counts&) { progress.push_back(line); },
        stop_asked);
  }

  Decision look() {
    openstack::Session session(platform, credentials);
    return preview(platform, session, sources, options);
  }

  CloudHttp http{cloud, clock, reaper};
  MortalJournal journal{reaper};
  NoProcesses processes = {};
  NoFiles files = {};
  Platform platform{processes, files, http, clock};
  std::vector<Source> sources = {source("n1")};
  Options options = {.parallel_per_host = 10};
  std::function<bool()> stop_asked = {};
  std::vector<std::string> progress = {};
};

/// Servers that take a minute each, one after the other.
inline void give_slow_servers(Bed& bed, int count) {
  bed.add_servers(count);
  bed.cloud.state.settings.live_seconds = 60;
  bed.options.parallel_per_host = 1;
}

/// Calls `act` once, at the first request after `at` seconds.
inline void at_time(Bed& bed, double at, std::function<void()> act) {
  bed.http.before_request = [&bed, at, act, before = bed.http.before_request, done = false](
                                const HttpRequest& request) mutable {
    if (before) {
      before(request);
    }
    if (!done && bed.clock.seconds() >= at) {
      done = true;
      act();
    }
  };
}

}  // namespace ncc::drain::test
