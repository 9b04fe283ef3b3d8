// certificates: a server certificate for our host name, and the CA's.

#include "relations/decode.hpp"
#include "words/text.hpp"

namespace ncc {

namespace {

struct Pair {
  std::string certificate = {};
  std::string key = {};
  std::string common_name = {};
};

bool is_private_key(const std::string& text) {
  return text.find("-----BEGIN ") != std::string::npos &&
         text.find("PRIVATE KEY-----") != std::string::npos;
}

/// Nothing when one of the two is still missing.
std::optional<Pair> checked(const Bags& unit, const std::string& source, Pair pair) {
  if (pair.certificate.empty() || pair.key.empty()) {
    return std::nullopt;
  }
  const std::optional<std::string> common_name = common_name_of(pair.certificate);
  if (!common_name) {
    unit.wrong(source, "is no PEM certificate");
  }
  if (!is_private_key(pair.key)) {
    unit.wrong(source, "comes with a key that is no PEM private key");
  }
  pair.common_name = *common_name;
  return pair;
}

/// The answer to the request made with the raw keys common_name and certificate_name.
std::optional<Pair> first_answer(const Bags& unit, const std::string& prefix) {
  const std::string source = prefix + ".server.cert";
  return checked(unit, source, {unit.pem(source), unit.pem(prefix + ".server.key")});
}

std::string line_ended(const std::string& text) {
  return trim(text) + "\n";
}

/// The answer to a request made with cert_requests: {common name: {cert, key}}.
std::optional<Pair> further_answer(const Bags& unit,
                                   const std::string& prefix,
                                   const std::string& common_name) {
  const std::string source = prefix + ".processed_requests";
  const nlohmann::json answers = unit.object(source);
  if (answers.is_null() || !answers.contains(common_name)) {
    return std::nullopt;
  }
  const nlohmann::json& answer = answers[common_name];
  if (!answer.is_object() || !answer.value("cert", nlohmann::json()).is_string() ||
      !answer.value("key", nlohmann::json()).is_string()) {
    unit.wrong(source, common_name + " has no cert and key");
  }
  return checked(unit, source, {line_ended(answer["cert"]), line_ended(answer["key"])});
}

}  // namespace

Need<Certificates> read_certificates(const RemoteUnits& remote,
                                     const UnitName& unit,
                                     const HostName& common_name) {
  const Bags all("certificates", remote);
  const std::string prefix = underscored(unit);
  std::optional<Pair> taken;
  std::string other;  // whose certificate there is instead
  for (const Bags& bags : all.each()) {
    for (const std::optional<Pair>& pair :
         {first_answer(bags, prefix), further_answer(bags, prefix, common_name.str())}) {
      if (pair && pair->common_name != common_name.str()) {
        other = HostKind::valid(pair->common_name) ? pair->common_name : "another name";
      } else if (pair && !taken) {
        taken = pair;
      }
    }
  }
  const std::string ca = all.pem("ca");
  if (ca.empty()) {
    return {std::nullopt, awaited("ca")};
  }
  if (!taken) {
    const std::string instead = other.empty() ? "" : ", only one for " + other;
    return {std::nullopt, awaited("server certificate for " + common_name.str()) + instead};
  }
  return {Certificates{taken->certificate, Secret(taken->key), ca + all.pem("chain")}, {}};
}

}  // namespace ncc
