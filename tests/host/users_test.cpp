#include <string>
#include <vector>

#include "host.hpp"
#include "host/fakes.hpp"
#include "support/catch.hpp"

namespace {

namespace host = ncc::host;
using ncc::testing::Files;
using ncc::testing::Programs;

class NoHttp : public ncc::HttpTransport {
 public:
  ncc::HttpResponse send(const ncc::HttpRequest&) override {
    throw std::logic_error("no http here");
  }
};

class NoClock : public ncc::Clock {
 public:
  std::chrono::system_clock::time_point now() override { return {}; }

  std::chrono::steady_clock::time_point steady() override { return {}; }

  void sleep(std::chrono::milliseconds) override {}
};

const std::string keygen =
    "/usr/bin/ssh-keygen -q -t rsa -b 3072 -N  -f /var/lib/nova/.ssh/id_rsa.new";
const std::string key = "/var/lib/nova/.ssh/id_rsa";

}  // namespace

TEST_CASE("a user has the home and shell of the passwd line", "[host][client]") {
  Programs programs;
  programs.answers["/usr/bin/getent passwd nova"] = {
      .output = "nova:x:64060:64060:Nova,,,:/var/lib/nova:/bin/false\n"};
  programs.answers["/usr/bin/getent passwd plain"] = {.output = "plain:x:1:1::/home/plain:\n"};

  CHECK(host::user(programs, "nova") == host::User{.home = "/var/lib/nova", .shell = "/bin/false"});
  CHECK(host::user(programs, "plain") == host::User{.home = "/home/plain"});
}

TEST_CASE("a user that getent does not find is absent, a failing getent an error",
          "[host][client]") {
  Programs programs;
  programs.answers["/usr/bin/getent passwd nova"] = {.exit_code = 2};
  programs.answers["/usr/bin/getent passwd root"] = {.exit_code = 3};

  CHECK_FALSE(host::user(programs, "nova"));
  CHECK_THROWS_AS(host::user(programs, "root"), ncc::ProcessError);
}

TEST_CASE("the shell is set by usermod", "[host][client]") {
  Programs programs;
  programs.answers["/usr/sbin/usermod --shell /bin/bash nova"] = {};

  host::set_shell(programs, "nova", "/bin/bash");

  CHECK(programs.lines.size() == 1);
}

TEST_CASE("an ssh key is put in place for its owner, private half last", "[host][client]") {
  Programs programs;
  Files files;
  NoHttp http;
  NoClock clock;
  files.entries[key + ".new"] = {"half a key of an interrupted run", {}};
  programs.answers[keygen] = {};
  programs.on_run = [&](const ncc::Command&) {
    CHECK_FALSE(files.exists(key + ".new"));
    files.entries[key + ".new"] = {"private\n", {.mode = 0600}};
    files.entries[key + ".new.pub"] = {"ssh-rsa AAAA root@node3\n", {}};
  };

  host::make_ssh_key({programs, files, http, clock}, key, "nova:nova");

  CHECK(files.written == std::vector<std::string>{key + ".pub", key});
  CHECK(files.entries.size() == 2);
  CHECK(files.read(key) == "private\n");
  CHECK(files.facts(key) == ncc::FileFacts{.mode = 0600, .owner = "nova:nova"});
  CHECK(files.read(key + ".pub") == "ssh-rsa AAAA root@node3\n");
  CHECK(files.facts(key + ".pub") == ncc::FileFacts{.mode = 0644, .owner = "nova:nova"});
}

TEST_CASE("libvirt's domains are its uuids, nothing when it does not answer", "[host][client]") {
  Programs programs;
  programs.answers["/usr/bin/virsh list --all --uuid"] = {
      .output = "3f2504e0-4f89-41d3-9a0c-0305e82c3301\n3f2504e0-4f89-41d3-9a0c-0305e82c3302\n\n"};
  programs.answers["/usr/bin/virsh list --uuid"] = {.exit_code = 1,
                                                    .error_output = "error: failed"};

  CHECK(host::domains(programs) ==
        std::vector<std::string>{"3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                                 "3f2504e0-4f89-41d3-9a0c-0305e82c3302"});
  CHECK_FALSE(host::running_domains(programs));
}

TEST_CASE("trusted certificates are renewed by their own program", "[host][client]") {
  Programs programs;
  programs.answers["/usr/sbin/update-ca-certificates"] = {.exit_code = 1};

  CHECK_THROWS_AS(host::update_ca_certificates(programs), ncc::ProcessError);
}
