#include <atomic>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Json;
using emulated::TestMachine;
using emulated::Words;

namespace {

/// A cloud that writes down what it is told.
class ListeningCloud {
 public:
  ListeningCloud() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ListeningCloud(const ListeningCloud&) = delete;
  ListeningCloud& operator=(const ListeningCloud&) = delete;

  ~ListeningCloud() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// "PATH BODY" of what came since the last call.
  Words heard() {
    const std::lock_guard<std::mutex> guard(mutex_);
    return std::exchange(heard_, {});
  }

 private:
  void serve() {
    for (int peer = 0; (peer = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(peer)) {
      std::string text;
      char buffer[2048];
      const auto complete = [&] {
        const std::size_t head = text.find("\r\n\r\n");
        const std::size_t length = text.find("Content-Length: ");
        return head != std::string::npos &&
               text.size() >= head + 4 + std::stoul(text.substr(length + 16));
      };
      while (!complete()) {
        const ssize_t count = ::recv(peer, buffer, sizeof buffer, 0);
        if (count <= 0)
          break;
        text.append(buffer, static_cast<std::size_t>(count));
      }
      {
        const std::lock_guard<std::mutex> guard(mutex_);
        heard_.push_back(text.substr(5, text.find(' ', 5) - 5) + " " +
                         text.substr(text.find("\r\n\r\n") + 4));
      }
      const std::string answer = "HTTP/1.1 204 No Content\r\n\r\n";
      static_cast<void>(::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL));
    }
  }

  int socket_;
  int port_ = 0;
  std::mutex mutex_ = {};
  Words heard_ = {};
  std::thread thread_ = {};
};

void configure_nova(const TestMachine& machine, const std::string& host) {
  machine.write("/etc/nova/nova.conf",
                "[DEFAULT]\nhost = " + host + "\ntransport_url = rabbit://x\n");
}

void set_ids(const TestMachine& machine, const Words& settings) {
  Words words = {"--no-wait", "set", "Open_vSwitch", "."};
  words.insert(words.end(), settings.begin(), settings.end());
  REQUIRE(machine.call("ovs-vsctl", words).exit == 0);
}

const Words chassis_ids = {"external_ids:ovn-remote=tcp:10.0.0.1:6642",
                           "external_ids:system-id=n0",
                           "external_ids:ovn-encap-type=geneve",
                           "external_ids:ovn-encap-ip=10.78.0.10"};

}  // namespace

TEST_CASE("nova-compute reports the host that it read when it started", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.patch({{"cloud_control", cloud.url()}});
  machine.install({"nova-compute-kvm"});
  CHECK(cloud.heard().empty());

  configure_nova(machine, "n0");
  CHECK(machine.call("systemctl", {"is-active", "nova-compute"}).exit == 0);
  CHECK(cloud.heard().empty());
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"start","host":"n0"})"});
  REQUIRE(machine.call("systemctl", {"stop", "nova-compute"}).exit == 0);

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"stop","host":"n0"})"});
}

TEST_CASE("a changed host is another service: the old one stops", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "old");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  machine.patch({{"cloud_control", cloud.url()}});
  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"start","host":"old"})"});

  configure_nova(machine, "new");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"stop","host":"old"})",
                               R"(/_emulator/compute {"action":"start","host":"new"})"});
}

TEST_CASE("a machine becomes a chassis when all keys are there, and a gateway by its options",
          "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.patch({{"cloud_control", cloud.url()}});
  machine.install({"ovn-host"});
  set_ids(machine, {"external_ids:ovn-remote=tcp:10.0.0.1:6642"});
  CHECK(cloud.heard().empty());

  set_ids(machine, chassis_ids);
  CHECK(
      cloud.heard() ==
      Words{
          R"(/_emulator/agents {"alive":true,"host":"node-0.emulated.test","id":"n0","kind":"controller"})"});
  set_ids(machine, {"external_ids:ovn-cms-options=enable-chassis-as-gw"});
  CHECK(
      cloud.heard() ==
      Words{
          R"(/_emulator/agents {"alive":true,"host":"node-0.emulated.test","id":"n0","kind":"gateway"})"});
  set_ids(machine, {"external_ids:unrelated=1"});
  CHECK(cloud.heard().empty());
  REQUIRE(machine.call("ovn-appctl", {"-t", "ovn-controller", "exit"}).exit == 0);

  CHECK(
      cloud.heard() ==
      Words{
          R"(/_emulator/agents {"alive":false,"host":"node-0.emulated.test","id":"n0","kind":"gateway"})"});
}

TEST_CASE("an ssl remote needs the three files of the SSL row", "[emulator][reports]") {
  const TestMachine machine;
  machine.install({"ovn-host"});
  set_ids(machine, chassis_ids);
  set_ids(machine, {"external_ids:ovn-remote=ssl:10.0.0.1:6642"});
  REQUIRE(
      machine.call("ovs-vsctl", {"--no-wait", "set-ssl", "/etc/ovn/k", "/etc/ovn/c", "/etc/ovn/a"})
          .exit == 0);
  const Words question = {"-t", "ovn-controller", "connection-status"};
  CHECK(machine.call("ovn-appctl", question).output == "not connected\n");

  for (const std::string path : {"/etc/ovn/k", "/etc/ovn/c", "/etc/ovn/a"})
    machine.write(path, "pem");

  CHECK(machine.call("ovn-appctl", question).output == "connected\n");
}

TEST_CASE("the metadata agent is alive on a chassis when it has its southbound address",
          "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"ovn-host", "neutron-ovn-metadata-agent"});
  set_ids(machine, chassis_ids);
  machine.patch({{"cloud_control", cloud.url()}});
  static_cast<void>(cloud.heard());

  machine.write("/etc/neutron/neutron_ovn_metadata_agent.ini",
                "[ovn]\novn_sb_connection = tcp:10.0.0.1:6642\n");
  REQUIRE(machine.call("systemctl", {"restart", "neutron-ovn-metadata-agent"}).exit == 0);

  CHECK(
      cloud.heard() ==
      Words{R"(/_emulator/agents {"alive":true,"host":"node-0.emulated.test","kind":"metadata"})"});
}

TEST_CASE("what the cloud could not be told is told at the next call", "[emulator][reports]") {
  const TestMachine machine;
  machine.patch({{"cloud_control", "http://127.0.0.1:9"}});
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "n0");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  ListeningCloud cloud;

  machine.patch({{"cloud_control", cloud.url()}});

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"start","host":"n0"})"});
}

TEST_CASE("a destroyed machine goes away from the cloud too", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.patch({{"cloud_control", cloud.url()}});
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "n0");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  static_cast<void>(cloud.heard());

  REQUIRE(machine.driver({"destroy", "0"}).exit == 0);

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"stop","host":"n0"})"});
}
