#pragma once
// Inside node: one look at the cloud, the ids behind the names of a request, the facts kept.

#include "node.hpp"

namespace ncc::node {

/// A tag among metadata; empty when there is none.
[[nodiscard]] std::string tag_in(const std::map<std::string, std::string>& metadata,
                                 const char* tag);
/// What the record of a run has as its description.
[[nodiscard]] std::string description_of(const std::string& run);

void put_number(Journal& journal, const char* key, long long value);

/// The clients of one session.
struct Clients {
  explicit Clients(openstack::Session& session)
      : nova(session), cinder(session), neutron(session), glance(session), designate(session) {}

  openstack::Nova nova;
  openstack::Cinder cinder;
  openstack::Neutron neutron;
  openstack::Glance glance;
  openstack::Designate designate;
};

struct Ids {
  std::string image = {};
  std::string flavor = {};
  std::string network = {};  // empty: none
};

/// Throws ConfigError naming the parameter.
[[nodiscard]] Ids find_ids(Clients& clients, const Request& request);
/// Of request.dns_zone. Throws ConfigError naming dns-zone.
[[nodiscard]] std::string find_zone(Clients& clients, const std::string& zone);

class Look {
 public:
  Look(Clock& clock, Clients& clients, const Request& request)
      : clock_(clock), clients_(clients), request_(request) {}

  [[nodiscard]] View view(const Facts& facts);
  [[nodiscard]] std::int64_t now() const;
  /// Empty where there is to be no record.
  [[nodiscard]] const std::string& zone();

 private:
  [[nodiscard]] bool is_registered(const Names& names);

  Clock& clock_;
  Clients& clients_;
  const Request& request_;
  std::string zone_ = {};
};

}  // namespace ncc::node
