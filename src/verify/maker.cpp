#include "verify/maker.hpp"

#include <tuple>
#include <utility>

#include "words/error.hpp"

namespace ncc::verify {

namespace {

constexpr long long more_memory_mib = 64;  // of the flavor that is resized to

bool is_smaller(const openstack::Flavor& left, const openstack::Flavor& right) {
  return std::tie(left.ram_mib, left.vcpus, left.disk_gib) <
         std::tie(right.ram_mib, right.vcpus, right.disk_gib);
}

/// By id or name, or the smallest; flavors of other proofs do not count.
std::optional<openstack::ListedFlavor> choose_flavor(
    const std::vector<openstack::ListedFlavor>& flavors, const std::string& wanted) {
  std::optional<openstack::ListedFlavor> chosen;
  for (const openstack::ListedFlavor& one : flavors) {
    if (one.flavor.name.starts_with("verify-")) {
      continue;
    }
    if (!wanted.empty() && one.id == wanted) {
      return one;
    }
    const bool fits = wanted.empty() ? !chosen || is_smaller(one.flavor, chosen->flavor)
                                     : !chosen && one.flavor.name == wanted;
    chosen = fits ? std::optional(one) : chosen;
  }
  return chosen;
}

std::string lack(const std::string& kind, const std::string& wanted) {
  return wanted.empty() ? "the cloud has none to use"
                        : "the cloud has no " + kind + " \"" + wanted + "\"";
}

}  // namespace

Maker::Maker(openstack::Session& session,
             const Node& node,
             const Request& request,
             std::string random)
    : session_(session),
      nova_(session),
      node_(node),
      request_(request),
      random_(std::move(random)),
      names_(names_for(node, random_)) {}

void Maker::find_network() {
  if (request_.network.empty()) {
    return;
  }
  const auto id = openstack::Neutron(session_).network_id(request_.network);
  if (!id) {
    throw ConfigError("network", lack("network", request_.network));
  }
  network_ = *id;
}

template <class Make, class Find>
std::string Maker::make(Kind kind, Make create, Find find) {
  made_.insert(kind);
  try {
    return create();
  } catch (const HttpError& error) {
    const bool refused = error.code() >= 400 && error.code() < 500;
    std::string id = refused ? std::string() : find();
    if (id.empty()) {
      throw;
    }
    return id;
  }
}

Step Maker::make_keypair() {
  const std::string key = public_key(random_);
  const std::string shown = make(
      Kind::keypair,
      [&] { return nova_.import_keypair(names_.of_run, key).fingerprint; },
      [&] {
        for (const openstack::Keypair& one : nova_.keypairs()) {
          if (one.name == names_.of_run) {
            return one.fingerprint;
          }
        }
        return std::string();
      });
  if (shown != key_fingerprint(key)) {
    return {"keypair", Result::failed, "Nova shows fingerprint " + shown + " of another key"};
  }
  key_ = names_.of_run;
  return {"keypair", Result::passed, "fingerprint " + shown};
}

Step Maker::make_flavor() {
  const auto base = choose_flavor(nova_.flavors(), request_.flavor);
  if (!base) {
    return {"flavor", Result::failed, lack("flavor", request_.flavor)};
  }
  flavor_ = base->id;
  openstack::Flavor own = base->flavor;
  own.name = names_.of_run;
  own.ram_mib += more_memory_mib;
  own_flavor_ = make(
      Kind::flavor,
      [&] { return nova_.create_flavor(own); },
      [&] {
        for (const openstack::ListedFlavor& one : nova_.flavors()) {
          if (one.flavor.name == own.name) {
            return one.id;
          }
        }
        return std::string();
      });
  return {"flavor", Result::passed, base->flavor.name + ", and " + own.name + " made"};
}

Step Maker::find_image() {
  openstack::Glance glance(session_);
  const auto id =
      request_.image.empty() ? glance.smallest_image_id() : glance.image_id(request_.image);
  if (!id) {
    return {"image", Result::failed, lack("image", request_.image)};
  }
  image_ = *id;
  return {"image", Result::passed, image_};
}

Step Maker::make_group() {
  openstack::Neutron neutron(session_);
  const std::string id = make(
      Kind::group,
      [&] {
        return neutron.create_security_group(
            {.name = names_.of_run, .description = names_.of_unit});
      },
      [] { return std::string(); });
  group_ = names_.of_run;
  return {"security-group", Result::passed, id + " lets ICMP in"};
}

void Maker::boot() {
  openstack::ServerRequest wanted{.name = names_.of_run,
                                  .image_id = image_,
                                  .flavor_id = flavor_,
                                  .network_id = network_,
                                  .host = node_.host.str(),
                                  .key = key_};
  if (!group_.empty() && !network_.empty()) {
    wanted.security_groups = {group_};
  }
  server_ = make(
      Kind::server,
      [&] { return nova_.create_server(wanted); },
      [&] {
        const auto found = nova_.servers_named(wanted.name);
        return found.empty() ? std::string() : found.front().id;
      });
}

void Maker::make_volume() {
  openstack::Cinder cinder(session_);
  volume_ = make(
      Kind::volume,
      [&] {
        return cinder
            .create({.name = names_.of_run,
                     .size_gib = request_.volume_size_gib,
                     .type = request_.volume_type,
                     .metadata = {{volume_mark, names_.of_unit}}})
            .id;
      },
      [&] {
        const auto found = cinder.volumes_named(names_.of_run);
        return found.empty() ? std::string() : found.front().id;
      });
}

}  // namespace ncc::verify
