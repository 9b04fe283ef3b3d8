// The Record in Juju's unit state: one key a field; `published` is "amqp:3=<fingerprint>
// cloud-compute:1=<fingerprint>".

#include "charm/charm.hpp"
#include "words/entries.hpp"
#include "words/text.hpp"

namespace ncc::charm {

Record read_record(const std::map<std::string, std::string>& state) {
  Record record;
  record.host = entry_of(state, "host");
  record.certificate_id = entry_of(state, "certificate-id");
  record.metadata_secret = entry_of(state, "metadata-secret");
  record.joined = entry_of(state, "joined") == "true";
  record.version = entry_of(state, "version");
  for (const std::string& entry : split(entry_of(state, "published"))) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) {
      record.published[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
  }
  return record;
}

std::map<std::string, std::string> record_values(const Record& record) {
  std::vector<std::string> published;
  for (const auto& [relation, print] : record.published) {
    published.push_back(relation + "=" + print);
  }
  return {{"host", record.host},
          {"certificate-id", record.certificate_id},
          {"metadata-secret", record.metadata_secret},
          {"joined", record.joined ? "true" : "false"},
          {"version", record.version},
          {"published", join(published, " ")}};
}

std::string only_published_id(const Record& record, const std::string& endpoint) {
  std::vector<std::string> ids;
  for (const auto& [id, print] : record.published) {
    if (id.starts_with(endpoint + ":")) {
      ids.push_back(id);
    }
  }
  return ids.size() == 1 ? ids.front() : std::string();
}

}  // namespace ncc::charm
