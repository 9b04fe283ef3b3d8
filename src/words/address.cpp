// IPv4 and IPv6 addresses as text.

#include <array>
#include <cstdint>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc {
namespace {

struct Address {
  std::array<std::uint8_t, 16> bytes = {};
  unsigned bits = 0;  // 32 or 128: also tells the family
};

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
    return address;
  }
  return std::nullopt;
}

bool same_prefix(const Address& left, const Address& right, unsigned length) {
  for (unsigned bit = 0; bit < length; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if (((left.bytes.at(bit / 8) ^ right.bytes.at(bit / 8)) & mask) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string url_host(const std::string& address) {
  const std::optional<Address> parsed = parse_address(address);
  return parsed && parsed->bits == 128 ? "[" + address + "]" : address;
}

bool is_ip_address(const std::string& text) {
  return parse_address(text).has_value();
}

bool in_network(const std::string& address, const std::string& cidr) {
  const auto slash = cidr.find('/');
  const std::optional<Address> network = parse_address(cidr.substr(0, slash));
  const std::optional<long long> length =
      slash == std::string::npos ? std::nullopt : to_integer(cidr.substr(slash + 1));
  if (!network || !length || *length < 0 || *length > network->bits) {
    throw ConfigError("cidr", "\"" + cidr + "\" is no network such as 10.0.0.0/24");
  }
  const std::optional<Address> wanted = parse_address(address);
  return wanted && wanted->bits == network->bits &&
         same_prefix(*wanted, *network, static_cast<unsigned>(*length));
}

}  // namespace ncc
