// SSH between hypervisors: as root for live migration (libvirtd), as nova for resize and cold
// migration (files are copied).
//
// Key pairs are made in one round and published in the next, when Machine knows the public keys. In
// authorized_keys and known_hosts only a marked part is ours: the old charm replaced root's whole
// file, which locked out operators and cloud-init's own lines. A list is written only when both
// lists of a user have come: nova-cloud-controller sends both or none, and an empty one must not
// replace a good one.

#include "compute.hpp"
#include "compute/ssh.hpp"
#include "words/text.hpp"

namespace ncc::compute {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

File block_of(const SshUser& user, const std::vector<std::string>& lines, unsigned mode) {
  return {.content = join(lines, "\n") + '\n',
          .mode = mode,
          .owner = user.name + ':' + user.name,
          .block = true};
}

void add_user(Plan& plan, const Config& config, const SshUser& user) {
  const std::string directory = user.home + "/.ssh";
  plan.directories[directory] = {.mode = 0700, .owner = user.name + ':' + user.name};
  plan.ssh_keys[user.name] = directory + "/id_rsa";
  if (!user.keys.known_hosts.empty() && !user.keys.authorized_keys.empty()) {
    plan.files[known_hosts_path(user)] = block_of(user, user.keys.known_hosts, 0644);
    plan.files[authorized_keys_path(user, config)] =
        block_of(user, user.keys.authorized_keys, 0600);
  }
}

}  // namespace

std::vector<SshUser> ssh_users(const Model& model) {
  const Controller controller = model.controller.value.value_or(Controller());
  std::vector<SshUser> users;
  if (model.config.enable_live_migration) {
    users.push_back({.name = "root", .home = "/root", .keys = controller.root_keys});
  }
  if (model.config.enable_resize && !model.machine.nova_shell.empty()) {
    users.push_back({.name = "nova", .home = "/var/lib/nova", .keys = controller.nova_keys});
  }
  return users;
}

std::string known_hosts_path(const SshUser& user) {
  return user.home + "/.ssh/known_hosts";
}

std::string authorized_keys_path(const SshUser& user, const Config& config) {
  const std::string pattern = config.authorized_keys_path.empty() ? "{homedir}/.ssh/authorized_keys"
                                                                  : config.authorized_keys_path;
  return replaced(replaced(pattern, "{homedir}", user.home), "{username}", user.name);
}

Plan plan_migration(const Model& model) {
  Plan plan;
  for (const SshUser& user : ssh_users(model)) {
    add_user(plan, model.config, user);
  }
  if (!model.machine.nova_shell.empty()) {  // no such user yet otherwise
    plan.shells["nova"] = model.config.enable_resize ? "/bin/bash" : "/bin/false";
  }
  return plan;
}

}  // namespace ncc::compute
