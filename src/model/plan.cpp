// merge: pieces of a plan may come in any order, so two of them must never disagree.

#include <stdexcept>

#include "model.hpp"

namespace ncc {
namespace {

[[noreturn]] void disagree(const std::string& what) {
  throw std::logic_error("two handlers plan " + what + " differently");
}

template <typename Value>
void unite(std::set<Value>& into, const std::set<Value>& piece) {
  into.insert(piece.begin(), piece.end());
}

template <typename Value>
void unite(std::map<std::string, Value>& into,
           const std::map<std::string, Value>& piece,
           const std::string& what) {
  for (const auto& [key, value] : piece) {
    const auto [place, added] = into.try_emplace(key, value);
    if (!added && !(place->second == value)) {
      disagree(what + " " + key);
    }
  }
}

template <typename Value>
void unite(std::optional<Value>& into, const std::optional<Value>& piece, const std::string& what) {
  if (!piece) {
    return;
  }
  if (into && !(*into == *piece)) {
    disagree(what);
  }
  into = piece;
}

void unite_nova(Plan& plan, const Plan& piece) {
  if (piece.nova == NovaStep::none) {
    return;
  }
  if (plan.nova != NovaStep::none &&
      (plan.nova != piece.nova || plan.nova_reason != piece.nova_reason)) {
    disagree("our record in Nova");
  }
  plan.nova = piece.nova;
  plan.nova_reason = piece.nova_reason;
}

}  // namespace

void merge(Plan& plan, const Plan& piece) {
  unite(plan.packages, piece.packages);
  unite(plan.directories, piece.directories, "directory");
  unite(plan.files, piece.files, "file");
  unite(plan.absent_files, piece.absent_files);
  for (const std::string& path : plan.absent_files) {
    if (plan.files.contains(path)) {
      disagree("file " + path);
    }
  }
  unite(plan.trust, piece.trust);
  unite(plan.ssh_keys, piece.ssh_keys, "key of user");
  unite(plan.shells, piece.shells, "shell of user");
  unite(plan.ovs, piece.ovs, "Open vSwitch");
  unite(plan.services, piece.services, "service");
  unite(plan.publish, piece.publish, "databag on");
  unite(plan.record, piece.record, "the record");
  unite_nova(plan, piece);
  unite(plan.notes, piece.notes);
}

}  // namespace ncc
