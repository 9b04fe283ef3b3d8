// cloud-emulator: the emulated cloud as a program. Prints its port, serves until SIGTERM or SIGINT,
// and keeps its world in
// --state FILE: read at the start, written after each request that changed it.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "cloud/server.hpp"

#include <CLI/CLI.hpp>

namespace {

using ncc::fake_cloud::Cloud;
using ncc::fake_cloud::User;

struct Options {
  ncc::fake_cloud::Listen listen = {};
  std::string state_file = {};
  std::string region = {};
  User user = ncc::fake_cloud::default_state().users.front();
  bool user_given = false;
};

Options read_options(CLI::App& app, int argc, char** argv) {
  Options options;
  app.add_option("--bind", options.listen.address, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.listen.port, "Port, 0 = any free one")->capture_default_str();
  app.add_option("--public-url",
                 options.listen.public_url,
                 "Base of the catalog's URLs, if not http://BIND:PORT");
  app.add_option("--state", options.state_file, "JSON file that holds the world");
  app.add_option("--region", options.region, "Region of the catalog");
  app.add_option("--user", options.user.name, "The admin user's name")->capture_default_str();
  app.add_option("--password", options.user.password, "The admin user's password");
  app.add_option("--user-domain", options.user.domain, "The admin user's domain")
      ->capture_default_str();
  app.add_option("--project", options.user.project, "The admin user's project")
      ->capture_default_str();
  app.add_option("--project-domain", options.user.project_domain, "The project's domain")
      ->capture_default_str();
  app.parse(argc, argv);
  for (const char* flag :
       {"--user", "--password", "--user-domain", "--project", "--project-domain"}) {
    options.user_given = options.user_given || app.count(flag) > 0;
  }
  return options;
}

Cloud make_cloud(const Options& options) {
  Cloud cloud;
  // Ids already in the file must not be made again.
  cloud.ids_made = static_cast<std::uint64_t>(ncc::fake_cloud::now(cloud)) << 20U;
  if (!options.state_file.empty() && std::filesystem::exists(options.state_file)) {
    std::ifstream file(options.state_file);
    cloud.state = ncc::fake_cloud::read_state(nlohmann::json::parse(file));
  }
  if (!options.region.empty()) {
    cloud.state.region = options.region;
  }
  if (options.user_given) {
    cloud.state.users = {options.user};
  }
  return cloud;
}

// Writes a new file and renames it, so a reader sees a whole world.
class Keeper {
 public:
  explicit Keeper(std::string path) : path_(std::move(path)) {}

  void operator()(const Cloud& cloud) {
    if (path_.empty()) {
      return;
    }
    const std::string text = ncc::fake_cloud::write_state(cloud.state).dump(1) + "\n";
    if (text == written_) {
      return;
    }
    {
      std::ofstream file(path_ + ".new", std::ios::trunc);
      file << text;
    }
    std::filesystem::rename(path_ + ".new", path_);
    written_ = text;
  }

 private:
  std::string path_;
  std::string written_ = {};
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Keystone, Nova, Placement, Neutron, Glance, Cinder and Ironic as far as the charm uses "
      "them");
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread, so that only sigwait sees them
  try {
    const Options options = read_options(app, argc, argv);
    Keeper keeper(options.state_file);
    const Cloud cloud = make_cloud(options);
    keeper(cloud);
    const ncc::fake_cloud::CloudServer server(cloud, options.listen, keeper);
    std::cout << server.port() << std::endl;
    int signal = 0;
    sigwait(&ends, &signal);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::cerr << "cloud-emulator: " << error.what() << "\n";
    return 1;
  }
}
