#pragma once
// The View, kept up to date with few calls: one listing of changed migrations a look, and one GET
// for each server that they, or our open Attempts, speak of.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "drain.hpp"

namespace ncc::drain {

class Look {
 public:
  Look(Clock& clock, openstack::Session& session, const std::vector<Source>& sources);

  /// All there is to know. Calls throw HttpError; the View then holds what was read so far.
  void at_everything(const Attempts& attempts);
  /// The servers of the sources again, beside the changes.
  void at_servers(const Attempts& attempts);
  /// True when something differs that next() would see.
  bool at_changes(const Attempts& attempts);
  void at_services();

  [[nodiscard]] const View& view() const { return view_; }

  /// Id of the server's newest migration, 0 when it has none.
  [[nodiscard]] long long newest(const std::string& server) const;
  /// Servers that Nova does not know any more, since the last call.
  [[nodiscard]] std::vector<std::string> take_gone();

  /// It is read again with the next look.
  void touch(const std::string& server) { touched_.insert(server); }

  /// It has settled elsewhere.
  void drop(const std::string& server);

 private:
  struct Seen {
    std::string state = {};
    std::int64_t since = 0;
  };

  void read_migrations_of_sources();
  void read_changed_migrations();
  void touch_servers_away();
  void merge(openstack::Migration migration);
  void read_servers();
  void read_groups();
  void reread(const Attempts& attempts);
  void reread_server(const std::string& id, const Attempts& attempts);
  void place(openstack::Server server);
  bool remove(const std::string& id);
  void note_ages(const Attempts& attempts);
  [[nodiscard]] std::map<std::string, std::string> states(const Attempts& attempts) const;
  [[nodiscard]] bool is_source(const std::string& host) const;
  [[nodiscard]] bool is_listed(const std::string& server) const;
  [[nodiscard]] bool newest_is_in_flight(const std::string& server) const;
  [[nodiscard]] bool concerns_us(const openstack::Migration& migration) const;

  Clock& clock_;
  openstack::Nova nova_;
  View view_ = {};
  std::unordered_map<long long, std::size_t> places_ = {};  // of migrations, by id
  std::unordered_map<std::string, long long> newest_ = {};  // migration, by server
  std::set<std::string> touched_ = {};                      // servers to be read again
  std::map<std::string, Seen> seen_ = {};
  std::vector<std::string> gone_ = {};
  std::int64_t newest_change_ = 0;  // by Nova's clock
  bool changed_ = false;
};

}  // namespace ncc::drain
