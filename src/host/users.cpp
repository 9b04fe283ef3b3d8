#include <optional>
#include <string>
#include <vector>

#include "host.hpp"
#include "host/failure.hpp"
#include "words/text.hpp"

namespace ncc::host {

namespace {

/// Fields of a passwd line, empty ones kept: name:x:uid:gid:gecos:home:shell.
std::vector<std::string> passwd_fields(const std::string& line) {
  std::vector<std::string> fields{""};
  for (const char letter : line) {
    if (letter == ':') {
      fields.emplace_back();
    } else {
      fields.back() += letter;
    }
  }
  return fields;
}

std::string read_made(FileSystem& files, const std::string& path) {
  const std::optional<std::string> content = files.read(path);
  if (!content) {
    throw FileError(path, "ssh-keygen did not make it");
  }
  return *content;
}

void remove_pair(FileSystem& files, const std::string& path) {
  files.remove(path);
  files.remove(path + ".pub");
}

std::optional<std::vector<std::string>> list_domains(ProcessRunner& runner,
                                                     const Command& command) {
  const ProcessResult result = runner.run(command);
  if (result.exit_code != 0) {
    return std::nullopt;
  }
  return split(result.output);
}

}  // namespace

std::optional<User> user(ProcessRunner& runner, const std::string& name) {
  const Command command{.argv = {"/usr/bin/getent", "passwd", name}};
  const ProcessResult result = runner.run(command);
  if (result.exit_code == 2) {  // getent(1): the key is not in the database
    return std::nullopt;
  }
  const std::vector<std::string> fields = passwd_fields(trim(result.output));
  if (result.exit_code != 0 || fields.size() != 7) {
    throw failure(command, result);
  }
  return User{.home = fields[5], .shell = fields[6]};
}

void set_shell(ProcessRunner& runner, const std::string& name, const std::string& shell) {
  run_or_throw(runner, {.argv = {"/usr/sbin/usermod", "--shell", shell, name}});
}

void make_ssh_key(const Platform& platform, const std::string& path, const std::string& owner) {
  const std::string draft = path + ".new";
  remove_pair(platform.files, draft);  // of an interrupted run: ssh-keygen would ask about it
  run_or_throw(
      platform.processes,
      {.argv = {"/usr/bin/ssh-keygen", "-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", draft}});

  FileSystem& files = platform.files;
  files.write(path + ".pub", read_made(files, draft + ".pub"), {.mode = 0644, .owner = owner});
  files.write(path, read_made(files, draft), {.mode = 0600, .owner = owner});
  remove_pair(files, draft);
}

void update_ca_certificates(ProcessRunner& runner) {
  run_or_throw(runner, {.argv = {"/usr/sbin/update-ca-certificates"}});
}

std::optional<std::vector<std::string>> domains(ProcessRunner& runner) {
  return list_domains(runner, {.argv = {"/usr/bin/virsh", "list", "--all", "--uuid"}});
}

std::optional<std::vector<std::string>> running_domains(ProcessRunner& runner) {
  return list_domains(runner, {.argv = {"/usr/bin/virsh", "list", "--uuid"}});
}

}  // namespace ncc::host
