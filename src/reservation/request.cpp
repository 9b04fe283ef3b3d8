#include "reservation.hpp"
#include "words/error.hpp"
#include "words/names.hpp"
#include "words/parameters.hpp"

namespace ncc::reservation {
namespace {

/// Ironic takes no other traits than standard ones and those that begin with CUSTOM_.
std::vector<std::string> read_traits(const Parameters& parameters) {
  std::vector<std::string> traits = words_in(parameters, "traits");
  for (const std::string& trait : traits) {
    if (trait.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string::npos) {
      throw ConfigError("traits", "'" + trait + "' is no trait such as CUSTOM_GPU");
    }
  }
  return traits;
}

std::map<std::string, std::string> read_capabilities(const Parameters& parameters) {
  std::map<std::string, std::string> capabilities;
  for (const std::string& part : words_in(parameters, "capabilities")) {
    const std::size_t colon = part.find(':');
    if (colon == std::string::npos || colon == 0) {
      throw ConfigError("capabilities", "'" + part + "' is no name:value such as boot_mode:uefi");
    }
    capabilities[part.substr(0, colon)] = part.substr(colon + 1);
  }
  return capabilities;
}

}  // namespace

Request read_request(const Parameters& parameters) {
  Request request{.name = text_in(parameters, "name"),
                  .resource_class = text_in(parameters, "resource-class"),
                  .memory_mb = number_in(parameters, "memory", 0),
                  .vcpus = number_in(parameters, "vcpus", 0),
                  .root_gb = number_in(parameters, "root-disk", 0),
                  .traits = read_traits(parameters),
                  .capabilities = read_capabilities(parameters),
                  .candidates = words_in(parameters, "candidate-nodes"),
                  .owner = text_in(parameters, "owner"),
                  .server = text_in(parameters, "server"),
                  .timeout = std::chrono::seconds(number_in(parameters, "timeout", 60)),
                  .plan = flag_in(parameters, "plan", false)};
  if (request.name.empty()) {
    throw ConfigError("name", "is missing: a reservation that has none cannot be found again");
  }
  if (request.resource_class.empty() && request.memory_mb == 0 && request.vcpus == 0 &&
      request.root_gb == 0) {
    throw ConfigError("resource-class", "is missing, and so is a size (memory, vcpus, root-disk)");
  }
  if (!request.server.empty()) {
    static_cast<void>(Uuid(request.server));
  }
  return request;
}

}  // namespace ncc::reservation
