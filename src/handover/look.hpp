#pragma once
// Inside handover: reads a View. What cannot change any more is not asked for again.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "handover.hpp"

namespace ncc::handover {

class Look {
 public:
  Look(Clock& clock, const Clients& clients, const Job& job, const Machine& machine);

  /// Ironic's nodes of the source's shard and the targets', page by page, Nova's hypervisors, its
  /// compute services and the servers of the source. Throws HttpError.
  [[nodiscard]] View view(const Plan& plan);

 private:
  using Rows = std::unordered_map<std::string, std::string>;  // node uuid -> host

  void read_services(View& view);
  void read_machine(View& view);
  [[nodiscard]] Rows read_rows(View& view);
  void read_nodes(View& view, const Plan& plan, const Rows& rows);
  void read_rest(View& view, const Plan& plan, const Rows& rows);
  void read_servers(View& view);
  void read_providers(View& view);
  [[nodiscard]] std::string server_host(const std::string& server);
  /// Seconds that `fact` has been so.
  [[nodiscard]] std::int64_t lasts(const std::string& fact, bool is_so, std::int64_t now);

  Clock& clock_;
  Clients clients_;
  const Source& source_;
  const std::vector<Target>& targets_;
  std::size_t parallel_;
  const Machine& machine_;
  std::map<std::string, std::int64_t> since_ = {};
  std::unordered_map<std::string, std::string> moved_ =
      {};                                   // server -> host that is not the source
  std::set<std::string> allocations_ = {};  // uuids, in this look
  std::set<std::string> provided_ = {};     // nodes whose provider was seen
};

}  // namespace ncc::handover
