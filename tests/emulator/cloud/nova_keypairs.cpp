// Nova's keypairs of the caller. Behaviour and texts: nova/api/openstack/compute/keypairs.py,
// nova/compute/api.py (KeypairAPI), nova/crypto.py (generate_fingerprint).
#include <algorithm>

#include <openssl/evp.h>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

// The bytes of the key: the second word of its line, decoded; empty when it is no base64.
std::string bytes_of(const std::string& line) {
  const std::vector<std::string> words = split(line, ' ');
  const std::string text = words.size() < 2 ? "" : words[1];
  std::string bytes(text.size(), '\0');
  const int length = text.empty()
                         ? -1
                         : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                           reinterpret_cast<const unsigned char*>(text.data()),
                                           static_cast<int>(text.size()));
  const auto padding = static_cast<int>(std::count(text.begin(), text.end(), '='));
  bytes.resize(length < padding ? 0 : static_cast<std::size_t>(length - padding));
  return bytes;
}

// A field of SSH's encoding: four bytes of length, then so many.
std::string field_at(const std::string& bytes, std::size_t at) {
  std::size_t length = 0;
  for (std::size_t i = at; i < at + 4 && i < bytes.size(); ++i) {
    length = length * 256 + static_cast<unsigned char>(bytes[i]);
  }
  return at + 4 + length > bytes.size() ? "" : bytes.substr(at + 4, length);
}

// ssh-ed25519 needs 32 bytes; of other kinds no more is asked than that they name themselves.
bool is_public_key(const std::string& line) {
  const std::string bytes = bytes_of(line);
  const std::string kind = line.substr(0, line.find(' '));
  const bool named = !bytes.empty() && field_at(bytes, 0) == kind;
  return named && (kind != "ssh-ed25519" || field_at(bytes, 4 + kind.size()).size() == 32);
}

std::string fingerprint_of(const std::string& line) {
  const std::string bytes = bytes_of(line);
  std::vector<unsigned char> digest(EVP_MAX_MD_SIZE);
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr);
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    constexpr const char* digits = "0123456789abcdef";
    text += text.empty() ? "" : ":";
    text += digits[digest[i] / 16];
    text += digits[digest[i] % 16];
  }
  return text;
}

Json view_of(const Call& call, const Keypair& keypair) {
  Json view = {{"name", keypair.name},
               {"public_key", keypair.public_key},
               {"fingerprint", keypair.fingerprint}};
  if (call.version >= Version{2, 2}) {
    view["type"] = "ssh";
  }
  return view;
}

std::vector<Keypair>::iterator find(const Call& call, const std::string& name) {
  auto& all = call.state().keypairs;
  return std::find_if(all.begin(), all.end(), [&](const Keypair& k) {
    return k.name == name && k.user == call.token.user;
  });
}

Response no_such_keypair(const Call& call, const std::string& name) {
  return nova_error(404,
                    "Keypair " + name + " not found for user " + id_of("user " + call.token.user));
}

bool is_safe(const std::string& name) {
  return !name.empty() && name.size() <= 255 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-' || c == ' ';
         });
}

Response create(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  const Json asked = document.is_object() ? document.value("keypair", Json()) : Json();
  if (!asked.is_object() || !asked.contains("name") || !asked.contains("public_key")) {
    return asked.is_object() && asked.contains("name")
               ? not_emulated(call.request)  // Nova would make the pair itself
               : nova_error(400, invalid_field("keypair", asked, "'name' is a required property"));
  }
  Keypair keypair{asked["name"], asked["public_key"], "", call.token.user};
  if (!is_safe(keypair.name)) {
    return nova_error(400, "Keypair data is invalid: Keypair name contains unsafe characters");
  }
  if (find(call, keypair.name) != call.state().keypairs.end()) {
    return nova_error(409, "Key pair '" + keypair.name + "' already exists.");
  }
  if (!is_public_key(keypair.public_key)) {
    return nova_error(400, "Keypair data is invalid: failed to generate fingerprint");
  }
  keypair.fingerprint = fingerprint_of(keypair.public_key);
  call.state().keypairs.push_back(keypair);
  Json view = view_of(call, keypair);
  view["user_id"] = id_of("user " + keypair.user);
  return json_response(call.version >= Version{2, 2} ? 201 : 200, {{"keypair", view}});
}

Response list(const Call& call) {
  Json all = Json::array();
  for (const Keypair& keypair : call.state().keypairs) {
    if (keypair.user == call.token.user) {
      all.push_back({{"keypair", view_of(call, keypair)}});
    }
  }
  return json_response(200, {{"keypairs", all}});
}

}  // namespace

std::optional<Response> nova_keypairs(const Call& call) {
  if (call.is("GET", "os-keypairs")) {
    return list(call);
  }
  if (call.is("POST", "os-keypairs")) {
    return create(call);
  }
  if (!call.is("GET", "os-keypairs/*") && !call.is("DELETE", "os-keypairs/*")) {
    return std::nullopt;
  }
  const auto keypair = find(call, call.path[1]);
  if (keypair == call.state().keypairs.end()) {
    return no_such_keypair(call, call.path[1]);
  }
  if (call.method == "GET") {
    return json_response(200, {{"keypair", view_of(call, *keypair)}});
  }
  call.state().keypairs.erase(keypair);
  return empty_response(call.version >= Version{2, 2} ? 204 : 202);
}

}  // namespace ncc::fake_cloud
