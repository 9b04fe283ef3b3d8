// The Record in Juju's unit state: one key a field, "published-<relation id>" a relation.

#include "charm/charm.hpp"

namespace ncc::charm {

namespace {

const std::string published_prefix = "published-";

std::string value_of(const std::map<std::string, std::string>& state, const std::string& key) {
  const auto found = state.find(key);
  return found == state.end() ? std::string() : found->second;
}

}  // namespace

Record read_record(const std::map<std::string, std::string>& state) {
  Record record;
  record.host = value_of(state, "host");
  record.certificate_id = value_of(state, "certificate-id");
  record.metadata_secret = value_of(state, "metadata-secret");
  record.joined = value_of(state, "joined") == "true";
  record.version = value_of(state, "version");
  for (const auto& [key, value] : state) {
    if (key.starts_with(published_prefix) && !value.empty()) {
      record.published[key.substr(published_prefix.size())] = value;
    }
  }
  return record;
}

std::map<std::string, std::string> record_values(const Record& record) {
  std::map<std::string, std::string> state{{"host", record.host},
                                           {"certificate-id", record.certificate_id},
                                           {"metadata-secret", record.metadata_secret},
                                           {"joined", record.joined ? "true" : "false"},
                                           {"version", record.version}};
  for (const auto& [relation, print] : record.published) {
    state[published_prefix + relation] = print;
  }
  return state;
}

std::string published_id(const Record& record, const std::string& endpoint) {
  const auto found = record.published.lower_bound(endpoint + ":");
  const bool ours = found != record.published.end() && found->first.starts_with(endpoint + ":");
  return ours ? found->first : std::string();
}

}  // namespace ncc::charm
