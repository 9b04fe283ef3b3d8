// A public key and its fingerprint: SSH's encoding (RFC 4253, 8709) in base64, MD5. MD5 is what
// Nova shows, nothing is kept safe by it.

#include <array>
#include <stdexcept>

#include <openssl/evp.h>

#include "verify.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

/// The length and name of the kind, the length of the key and its first four bits, all of which are
/// the same in each key of this kind; 42 more digits are 51 bytes without padding.
constexpr const char* beginning = "AAAAC3NzaC1lZDI1NTE5AAAAIA";
constexpr std::size_t digits_of_key = 42;

}  // namespace

std::string public_key(const std::string& digits) {
  if (digits.size() < digits_of_key) {
    throw std::logic_error("a key needs 42 digits");
  }
  return std::string("ssh-ed25519 ") + beginning + digits.substr(0, digits_of_key);
}

std::string key_fingerprint(const std::string& key) {
  constexpr const char* digits = "0123456789abcdef";
  const std::string bytes = from_base64(split(key).at(1)).value();
  std::array<unsigned char, 16> sum{};
  // "-fips": also where the machine allows nothing but FIPS's digests.
  if (EVP_Q_digest(nullptr, "MD5", "-fips", bytes.data(), bytes.size(), sum.data(), nullptr) != 1) {
    throw std::logic_error("libcrypto has no MD5");
  }
  std::string text;
  for (const unsigned byte : sum) {
    text += text.empty() ? "" : ":";
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  return text;
}

}  // namespace ncc::verify
