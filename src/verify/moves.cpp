// What comes next in a step that takes its time, from what is seen of it; which steps need which;
// and what can be removed. Pure.

#include <algorithm>
#include <utility>

#include "verify.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

Move ask() {
  return {Go::ask};
}

Move wait() {
  return {Go::wait};
}

Move pass(std::string detail) {
  return {Go::settle, Result::passed, std::move(detail)};
}

Move fail(std::string detail) {
  return {Go::settle, Result::failed, std::move(detail)};
}

std::string after(const Course& course) {
  return " after " + std::to_string(course.took.count()) + " s";
}

/// Waits as long as there is time.
Move wait_or_fail(const Course& course, const std::string& state) {
  return course.out_of_time ? fail(state + after(course)) : wait();
}

std::string state_of(const openstack::Server& server) {
  const std::string task = server.task_state.empty() ? "" : " (" + server.task_state + ")";
  return "the server is " + server.status + task;
}

std::string with(const std::string& reason) {
  return reason.empty() ? "" : ": " + reason;
}

/// A server that is gone or in ERROR ends every step.
std::optional<Move> lost(const Course& course, const std::string& gone) {
  if (!course.server) {
    return fail(course.refusal.empty() ? gone : course.refusal);
  }
  if (course.server->status == "ERROR") {
    return fail("the server is ERROR" + after(course) + with(course.server->fault));
  }
  return std::nullopt;
}

Move boot(const Course& course) {
  if (course.asked == 0) {
    return ask();
  }
  if (auto move = lost(course, "the server vanished while it was built")) {
    return *move;
  }
  return course.server->status == "ACTIVE" ? pass("ACTIVE" + after(course))
                                           : wait_or_fail(course, state_of(*course.server));
}

/// The guest may need a moment until it writes; a silent one must not take the time of the others.
Move console(const Course& course) {
  constexpr std::chrono::seconds longest{60};
  if (auto move = lost(course, "the server vanished")) {
    return *move;
  }
  if (!course.refusal.empty()) {
    return fail(course.refusal);
  }
  if (!course.console.empty()) {
    return pass(std::to_string(course.console.size()) + " characters in its log");
  }
  const std::string state = "the console has shown nothing";
  return course.took >= longest ? fail(state + after(course)) : wait_or_fail(course, state);
}

/// What a volume is once the change number `asked` of the step is done; "" is gone.
std::string aim_of(int asked) {
  static const std::vector<std::string> aims{"", "available", "in-use", "available", ""};
  return aims.at(static_cast<std::size_t>(asked));
}

bool is_on_its_way(const std::string& status) {
  static const std::set<std::string> ways{
      "creating", "downloading", "reserved", "attaching", "detaching", "deleting"};
  return ways.contains(status);
}

Move volume(const Course& course) {
  static const std::vector<std::string> deeds{"create", "attach", "detach", "delete"};
  constexpr int all = 4;
  if (course.asked == 0) {
    return ask();
  }
  const std::string status = course.volume ? course.volume->status : "";
  if (status == aim_of(course.asked)) {
    return course.asked == all ? pass("created, attached, detached, deleted") : ask();
  }
  const std::string& deed = deeds.at(static_cast<std::size_t>(course.asked) - 1);
  const std::string state = status.empty() ? "it is not there" : "the volume is " + status;
  if (is_on_its_way(status)) {
    return wait_or_fail(course, deed + ": " + state);
  }
  const std::string reason = course.refusal.empty() ? course.failure : course.refusal;
  return fail(deed + ": " + (reason.empty() ? state : reason));
}

/// Resize, then confirm or revert. The server is ACTIVE without a task before and after, and awaits
/// us between.
Move resize(const Course& course) {
  const bool reverts = course.step == "resize-revert";
  if (course.asked == 0) {
    return ask();
  }
  if (auto move = lost(course, "the server vanished")) {
    return *move;
  }
  const openstack::Server& server = *course.server;
  if (!course.refusal.empty()) {
    return fail(course.refusal);
  }
  if (course.asked == 1 && server.status == "VERIFY_RESIZE") {
    return ask();
  }
  const bool at_rest = server.status == "ACTIVE" && server.task_state.empty();
  if (!at_rest) {
    return wait_or_fail(course, state_of(server));
  }
  if (course.asked == 1) {
    return fail("Nova did not resize it" + with(course.failure));
  }
  if (reverts && server.host != course.host) {
    return fail("it came back to " + server.host + ", not " + course.host);
  }
  if (reverts) {
    return pass("back on " + server.host);
  }
  return pass(server.host == course.host ? "confirmed on " + server.host
                                         : "from " + course.host + " to " + server.host);
}

bool is_settled(const std::vector<Step>& settled, const std::string& name, Result result) {
  return std::any_of(settled.begin(), settled.end(), [&](const Step& step) {
    return step.name == name && step.result == result;
  });
}

bool is_listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// For a VM: a host that is in order, something to boot and a size.
std::optional<std::string> reason_not_to_boot(const std::vector<Step>& settled) {
  std::vector<std::string> lacking;
  for (const Step& step : settled) {
    const bool needed = is_of_host(step.name) || step.name == "flavor" || step.name == "image";
    if (needed && step.result == Result::failed) {
      lacking.push_back(step.name);
    }
  }
  return lacking.empty() ? std::nullopt : std::optional("needs " + join(lacking, ", "));
}

}  // namespace

bool is_of_host(const std::string& step) {
  return is_listed({"service", "hypervisor", "inventory", "chassis", "metadata", "agent"}, step);
}

Move next_move(const Course& course) {
  if (course.step == "boot") {
    return boot(course);
  }
  if (course.step == "console") {
    return console(course);
  }
  return course.step == "volume" ? volume(course) : resize(course);
}

std::optional<std::string> reason_to_skip(const std::string& step,
                                          const std::vector<Step>& settled) {
  static const std::vector<std::string> with_server{
      "host", "console", "vnc", "volume", "resize-revert", "resize"};
  if (step == "boot") {
    return reason_not_to_boot(settled);
  }
  if (!is_listed(with_server, step)) {
    return std::nullopt;
  }
  if (!is_settled(settled, "boot", Result::passed)) {
    return "needs boot";
  }
  // After a resize that failed half way nobody knows what the next would prove.
  return step == "resize" && is_settled(settled, "resize-revert", Result::failed)
             ? std::optional<std::string>("needs resize-revert")
             : std::nullopt;
}

bool Traces::empty() const {
  return servers.empty() && volumes.empty() && groups.empty() && flavors.empty() &&
         keypairs.empty();
}

std::string Traces::text() const {
  std::vector<std::string> words;
  for (const openstack::Server& server : servers) {
    words.push_back("server " + server.id + " (" + server.status + ")");
  }
  for (const openstack::Volume& one : volumes) {
    words.push_back("volume " + one.id + " (" + one.status + ")");
  }
  for (const openstack::SecurityGroup& group : groups) {
    words.push_back("security group " + group.id);
  }
  for (const openstack::ListedFlavor& flavor : flavors) {
    words.push_back("flavor " + flavor.flavor.name);
  }
  for (const openstack::Keypair& keypair : keypairs) {
    words.push_back("keypair " + keypair.name);
  }
  words.insert(words.end(), unknown.begin(), unknown.end());
  return join(words, ", ");
}

Traces removals(const Traces& traces) {
  Traces now{.servers = traces.servers, .flavors = traces.flavors, .keypairs = traces.keypairs};
  if (traces.servers.empty()) {
    now.groups = traces.groups;
    std::copy_if(traces.volumes.begin(),
                 traces.volumes.end(),
                 std::back_inserter(now.volumes),
                 [](const openstack::Volume& one) {
                   return !is_on_its_way(one.status) && one.status != "in-use";
                 });
  }
  return now;
}

}  // namespace ncc::verify
