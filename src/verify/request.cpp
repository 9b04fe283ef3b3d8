// The action's parameters, and which steps need which.

#include <algorithm>

#include "verify.hpp"
#include "words/error.hpp"
#include "words/parameters.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

/// What a step cannot be done without, when only some are chosen.
std::vector<std::string> needs_of(const std::string& step) {
  static const std::set<std::string> with_server{
      "host", "console", "vnc", "volume", "resize-revert", "resize", "delete"};
  if (with_server.contains(step)) {
    return {"boot"};
  }
  return step == "boot" ? std::vector<std::string>{"flavor", "image", "delete"}
                        : std::vector<std::string>{};
}

void choose(const std::string& step, std::set<std::string>& chosen) {
  if (chosen.insert(step).second) {
    for (const std::string& needed : needs_of(step)) {
      choose(needed, chosen);
    }
  }
}

std::set<std::string> checks_of(const std::string& text) {
  const std::vector<std::string>& names = step_names();
  std::set<std::string> chosen;
  for (const std::string& name : split(text, ", \t\n")) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw ConfigError("checks", "\"" + name + "\" is none of " + join(names, ", "));
    }
    choose(name, chosen);
  }
  return chosen;
}

}  // namespace

const std::vector<std::string>& step_names() {
  static const std::vector<std::string> names{"service",
                                              "hypervisor",
                                              "inventory",
                                              "chassis",
                                              "metadata",
                                              "agent",
                                              "keypair",
                                              "flavor",
                                              "image",
                                              "security-group",
                                              "boot",
                                              "host",
                                              "console",
                                              "vnc",
                                              "volume",
                                              "resize-revert",
                                              "resize",
                                              "delete"};
  return names;
}

Request read_request(const std::map<std::string, std::string>& parameters) {
  Request request;
  request.image = text_in(parameters, "image");
  request.flavor = text_in(parameters, "flavor");
  request.network = text_in(parameters, "network");
  request.volume_type = text_in(parameters, "volume-type");
  request.volume_size_gib = number_in(parameters, "volume-size", 1, {1, 1024});
  request.checks = checks_of(text_in(parameters, "checks"));
  request.timeout = std::chrono::seconds(number_in(parameters, "timeout", 300, {10, 3600}));
  return request;
}

}  // namespace ncc::verify
