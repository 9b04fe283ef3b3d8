// Names, numbers and the template of the user data. Pure.

#include <set>

#include "node.hpp"
#include "words/text.hpp"

namespace ncc::node {

namespace {

constexpr std::size_t serial_length = 20;  // of a virtio disk: VIRTIO_BLK_ID_BYTES

using Words = std::map<std::string, std::string>;

Words words_of(const Request& request,
               long long number,
               const std::string& run,
               const std::string& volume_id) {
  const Names names = names_of(request, number);
  const std::string path =
      volume_id.empty() ? "" : "/dev/disk/by-id/virtio-" + volume_id.substr(0, serial_length);
  return {{"name", names.server},
          {"hostname", names.host},
          {"fqdn", names.fqdn},
          {"domain", request.domain},
          {"profile", request.profile},
          {"index", std::to_string(number)},
          {"run", run},
          {"volume-device", request.volume.device},
          {"volume-path", path}};
}

}  // namespace

Names names_of(const Request& request, long long number) {
  const std::string digits = std::to_string(number);
  Names names{.server = request.base + "_" + digits, .host = request.base + "-" + digits};
  names.fqdn = request.domain.empty() ? names.host : names.host + "." + request.domain;
  names.record = names.fqdn + ".";
  return names;
}

std::optional<long long> number_of(const std::string& base, const std::string& name) {
  if (!name.starts_with(base + "_")) {
    return std::nullopt;
  }
  const std::optional<long long> number = to_integer(name.substr(base.size() + 1));
  const bool is_ours = number && *number > 0 && name == base + "_" + std::to_string(*number);
  return is_ours ? number : std::nullopt;
}

std::optional<long long> free_number(const Request& request,
                                     const std::vector<openstack::Server>& servers) {
  std::set<long long> taken;
  for (const openstack::Server& server : servers) {
    if (const auto number = number_of(request.base, server.name)) {
      taken.insert(*number);
    }
  }
  long long free = 1;
  while (taken.contains(free)) {
    ++free;
  }
  return free <= request.max ? std::optional(free) : std::nullopt;
}

std::string render(const Request& request,
                   long long number,
                   const std::string& run,
                   const std::string& volume_id) {
  const Words words = words_of(request, number, run, volume_id);
  const std::string& text = request.user_data;
  std::string rendered;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = text.find('@', at);
    const std::size_t end = begin == std::string::npos ? begin : text.find('@', begin + 1);
    if (end == std::string::npos) {
      break;
    }
    const auto word = words.find(text.substr(begin + 1, end - begin - 1));
    const bool known = word != words.end();
    rendered +=
        text.substr(at, begin - at) + (known ? word->second : text.substr(begin, end - begin));
    at = known ? end + 1 : end;  // the second @ may begin a word
  }
  return rendered + text.substr(at);
}

}  // namespace ncc::node
