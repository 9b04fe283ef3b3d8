#pragma once
// The service catalog: which URL serves which type, and where below it the API version of our
// clients begins.

#include <map>
#include <string>

#include "openstack/answer.hpp"

namespace ncc::openstack {

/// Catalog type -> URL of every service that has an endpoint in `credentials.region` (any when
/// empty), of the interface preferred or else the other one of public and internal. Of several the
/// first is taken. volumev3 is block-storage by its older name.
[[nodiscard]] std::map<std::string, std::string> read_catalog(const Answer& answer,
                                                              const Credentials& credentials);

/// The URL below which calls to `service` begin: compute .../v2.1, network .../v2.0, image .../v2,
/// baremetal .../v1, block-storage .../v3, others without version. A URL in the catalog may have no
/// version, another one, the project behind it, a path before it, or slashes at its end.
[[nodiscard]] std::string versioned(const std::string& service, const std::string& url);

/// Preferred interface: credentials.interface, or public.
[[nodiscard]] std::string preferred_interface(const Credentials& credentials);

}  // namespace ncc::openstack
