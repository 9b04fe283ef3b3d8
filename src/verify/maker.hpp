#pragma once
// What a run makes in the cloud, one thing at a time. After an answer that was lost the thing may
// be there all the same, so it is looked for by the run's name.

#include <set>
#include <string>

#include "verify.hpp"
#include "verify/traces.hpp"

namespace ncc::verify {

class Maker {
 public:
  /// `random`: 64 hexadecimal digits.
  Maker(openstack::Session& session, const Node& node, const Request& request, std::string random);

  // Each of these is a step; HttpError when the cloud refuses it.
  Step make_keypair();
  /// The flavor to boot, and one of our own with more memory to resize to.
  Step make_flavor();
  Step find_image();
  Step make_group();

  /// ConfigError when it is not there.
  void find_network();
  void boot();
  void make_volume();

  [[nodiscard]] const Names& names() const { return names_; }

  /// Kinds that this run may have made something of.
  [[nodiscard]] const std::set<Kind>& made() const { return made_; }

  /// Ids; empty while there is none.
  [[nodiscard]] const std::string& server() const { return server_; }

  [[nodiscard]] const std::string& volume() const { return volume_; }

  [[nodiscard]] const std::string& own_flavor() const { return own_flavor_; }

 private:
  template <class Make, class Find>
  std::string make(Kind kind, Make create, Find find);

  openstack::Session& session_;
  openstack::Nova nova_;
  const Node& node_;
  const Request& request_;
  std::string random_;
  Names names_;
  std::set<Kind> made_ = {};
  std::string network_ = {};  // id
  std::string key_ = {};      // name, once it is there
  std::string group_ = {};    // the same
  std::string flavor_ = {};   // id of the one to boot
  std::string own_flavor_ = {};
  std::string image_ = {};
  std::string server_ = {};
  std::string volume_ = {};
};

}  // namespace ncc::verify
