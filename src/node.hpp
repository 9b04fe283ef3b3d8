#pragma once
// Band 6: makes a server that is to become a compute node, and takes one away again. A run looks at
// the cloud, asks next() and performs one step, until the node is registered or, when something
// fails, all that this run made is gone. What a run made carries its id: servers and volumes as
// metadata `nodemgr-run`, records as their description. So a run that was broken off finds it
// again, and nothing else is touched. Pure: request.cpp, words.cpp, next.cpp. Read next: next.cpp.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "journal.hpp"
#include "openstack.hpp"
#include "platform.hpp"

namespace ncc::node {

/// A second disk of the node; size 0: none.
struct Volume {
  long long size_gib = 0;
  std::string type = {};    // of Cinder; empty: the cloud's default
  std::string device = {};  // /dev/vdb; a hint: libvirt may give another
  friend bool operator==(const Volume&, const Volume&) = default;
};

/// What a node is made of. Names are exact.
struct Request {
  std::string base = {};  // lower case letters, digits, dashes
  long long max = 1000;   // highest number
  std::string image = {};
  bool strict = false;  // several images of that name: fail instead of taking the newest
  std::string flavor = {};
  std::string network = {};
  std::string key = {};                           // keypair; empty: none
  std::vector<std::string> security_groups = {};  // empty: the project's default
  std::string zone = {};                          // availability zone; empty: Nova chooses
  std::string user_data = {};                     // template, see render()
  std::string profile = {};                       // for the template and people
  Volume volume = {};
  std::string domain = {};     // of the host name, without dot at its end; empty: none
  std::string dns_zone = {};   // Designate's zone of the record, likewise; empty: no record
  bool awaits_compute = true;  // done when Nova has its nova-compute up; else when it is active
  bool keep_on_failure = false;
  std::chrono::seconds timeout{1500};  // for all of it
  friend bool operator==(const Request&, const Request&) = default;
};

/// `defaults` (from the options) with an action's parameters over them. Throws ConfigError naming
/// the parameter; user data is in no message.
[[nodiscard]] Request read_request(const std::map<std::string, std::string>& parameters,
                                   Request defaults);
/// As the journal keeps it, and back (ConfigError "journal: ...").
[[nodiscard]] std::string to_text(const Request& request);
[[nodiscard]] Request read_request(const std::string& text);

// Names: server base_3, host name base-3, FQDN base-3.domain

struct Names {
  std::string server = {};
  std::string host = {};
  std::string fqdn = {};    // the host name alone where there is no domain
  std::string record = {};  // FQDN with its trailing dot
};

[[nodiscard]] Names names_of(const Request& request, long long number);
/// 3 of base_3; nullopt for other names, base_03 among them.
[[nodiscard]] std::optional<long long> number_of(const std::string& base, const std::string& name);
/// The smallest number of 1..max that no server has; nullopt when there is none.
[[nodiscard]] std::optional<long long> free_number(const Request& request,
                                                   const std::vector<openstack::Server>& servers);
/// The template with its words filled in: @name@ @hostname@ @fqdn@ @domain@ @profile@ @index@ @run@
/// @volume-device@ @volume-path@ (of a virtio disk: /dev/disk/by-id/virtio-, then 20 characters of
/// the volume's id). Anything else between two @ stays.
[[nodiscard]] std::string render(const Request& request,
                                 long long number,
                                 const std::string& run,
                                 const std::string& volume_id);

inline constexpr const char* run_tag = "nodemgr-run";
inline constexpr const char* number_tag = "nodemgr-index";
inline constexpr const char* record_tag = "nodemgr-record";  // FQDN with its dot
inline constexpr const char* zone_tag = "nodemgr-zone";      // of that record, with its dot

// One run

/// What the cloud shows of a run and its node.
struct View {
  std::vector<openstack::Server> servers = {};  // all whose name begins with base_
  std::vector<openstack::Volume> volumes = {};  // of this run
  std::vector<openstack::ServerPort> ports = {};
  std::optional<openstack::Record> record = {};  // of the node's name, whoever made it
  bool registered = false;
  std::int64_t now = 0;  // seconds since the epoch, of our clock
};

/// What cannot be read back; in the journal before the effect it is about.
struct Facts {
  std::string run = {};
  std::int64_t began = 0;   // seconds since the epoch
  long long number = 0;     // 0: none chosen; then nothing of this run may be there
  std::string server = {};  // seen as ours
  std::string asked = {};   // server, volume, attachment or record: asked for, answer not known
  std::int64_t asked_at = 0;
  int tries = 0;             // how often an answer was not known
  std::string failure = {};  // not empty: what was made is taken away
  std::int64_t failed_at = 0;
};

struct TakeNumber {
  long long number = 0;  // 0: another run has ours
};

struct CreateVolume {};

struct CreateServer {
  std::string volume = {};  // its id; empty: none
};

struct AttachVolume {
  std::string server = {};
  std::string volume = {};
};

struct CreateRecord {
  std::string address = {};
};

struct DeleteRecord {
  std::string id = {};
};

struct DeleteServer {
  std::string id = {};
};

struct DeleteVolume {
  std::string id = {};
};

struct Wait {
  std::string what = {};
};

struct Fail {
  std::string why = {};
};

struct Done {};

using Step = std::variant<TakeNumber,
                          CreateVolume,
                          CreateServer,
                          AttachVolume,
                          CreateRecord,
                          DeleteRecord,
                          DeleteServer,
                          DeleteVolume,
                          Wait,
                          Fail,
                          Done>;

/// Two servers of one name: the first in this order keeps it. A server of no run, then the older
/// one, then the lower uuid.
[[nodiscard]] bool comes_before(const openstack::Server& left, const openstack::Server& right);
/// The next step to the node; once facts.failure is set, of taking it away.
[[nodiscard]] Step next(const View& view, const Request& request, const Facts& facts);
/// The next step of taking away what a run made: record, server, volume. Nova lets the volume go
/// when the server does.
[[nodiscard]] Step next_removal(const View& view, const Facts& facts);
/// "server UUID (ACTIVE)": what of a run is there.
[[nodiscard]] std::vector<std::string> left_of(const View& view, const Facts& facts);

using Progress = std::function<void(const std::string& line)>;

/// Where a run stands in the journal: its facts, and what charm/ keeps beside them.
inline constexpr const char* scope = "node";
[[nodiscard]] Facts read_facts(Journal& journal);
/// A new run; what the journal knew of the one before is forgotten. `now` in seconds since the
/// epoch.
void begin_run(Journal& journal, const std::string& run, std::int64_t now);
/// A failed run whose things were kept goes on with them, with all of its time.
void resume_run(Journal& journal, std::int64_t now);

struct Result {
  std::string failure = {};  // empty: the node is there
  Names names = {};
  std::string server = {};
  std::string volume = {};
  std::string address = {};
  std::vector<std::string> left = {};  // of a failed run: kept, or not to be taken away
};

/// Names that the cloud does not have, or has twice: ConfigError naming the parameter. Changes
/// nothing.
void check_names(openstack::Session& session, const Request& request);
/// Goes on with the run in the journal until it has ended. Throws FileError only.
[[nodiscard]] Result run(const Platform& platform,
                         openstack::Session& session,
                         Journal& journal,
                         const Request& request,
                         const Progress& progress);

/// What a run would do now; for a person.
struct Preview {
  Names names = {};
  std::vector<std::string> steps = {};
};

[[nodiscard]] Preview preview(openstack::Session& session, const Request& request);

/// Takes node `number` away: everything that carries the run ids of its server or volume. Throws
/// ConfigError when there is none, or a nova-compute service of its host (`how` says how to end
/// it). `tell` gets the progress.
[[nodiscard]] Result remove(const Platform& platform,
                            openstack::Session& session,
                            const Request& request,
                            long long number,
                            const std::function<std::string(const std::string& host)>& how,
                            const Progress& progress);

}  // namespace ncc::node
