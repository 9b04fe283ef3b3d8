// The subject's common name of a certificate: base64 of PEM, then the few steps through DER (X.690)
// that lead to it (RFC 5280 4.1).

#include <string_view>

#include "relations.hpp"
#include "words/text.hpp"

namespace ncc {

namespace {

/// One tag, length and value; `rest` is what follows it.
struct Element {
  unsigned tag = 0;
  std::string_view content = {};
  std::string_view rest = {};
};

constexpr unsigned sequence = 0x30;
constexpr unsigned set = 0x31;
constexpr unsigned integer = 0x02;
constexpr unsigned object_id = 0x06;
constexpr unsigned version = 0xa0;                          // [0], explicit
constexpr std::string_view common_name("\x55\x04\x03", 3);  // 2.5.4.3

unsigned byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// The first element of `der`; nullopt when its length reaches beyond the end.
std::optional<Element> first(std::string_view der) {
  if (der.size() < 2) {
    return std::nullopt;
  }
  std::size_t length = byte(der, 1);
  std::size_t header = 2;
  if (length >= 0x80) {  // long form: the low bits count the bytes of the length
    const std::size_t bytes = length & 0x7fU;
    if (bytes == 0 || bytes > 4 || der.size() < header + bytes) {
      return std::nullopt;
    }
    length = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      length = (length << 8U) | byte(der, header + i);
    }
    header += bytes;
  }
  if (length > der.size() - header) {
    return std::nullopt;
  }
  return Element{byte(der, 0), der.substr(header, length), der.substr(header + length)};
}

/// The content of the element at the front of `der`, which must have this tag; `der` moves behind
/// it.
std::optional<std::string_view> take(std::string_view& der, unsigned tag) {
  const std::optional<Element> element = first(der);
  if (!element || element->tag != tag) {
    return std::nullopt;
  }
  der = element->rest;
  return element->content;
}

/// tbsCertificate: [0] version?, serial, signature, issuer, validity, subject.
std::optional<std::string_view> subject_of(std::string_view certificate) {
  std::optional<std::string_view> outer = take(certificate, sequence);
  std::optional<std::string_view> body = outer ? take(*outer, sequence) : std::nullopt;
  if (!body) {
    return std::nullopt;
  }
  if (const std::optional<Element> element = first(*body); element && element->tag == version) {
    *body = element->rest;
  }
  for (const unsigned tag : {integer, sequence, sequence, sequence}) {
    if (!take(*body, tag)) {
      return std::nullopt;
    }
  }
  return take(*body, sequence);
}

/// Name: sets of (attribute type, value) pairs.
std::optional<std::string> common_name_in(std::string_view subject) {
  while (std::optional<std::string_view> names = take(subject, set)) {
    while (std::optional<std::string_view> attribute = take(*names, sequence)) {
      const std::optional<std::string_view> type = take(*attribute, object_id);
      const std::optional<Element> value = first(*attribute);
      if (type == common_name && value) {
        return std::string(value->content);
      }
    }
  }
  return std::nullopt;
}

/// The base64 between the lines of the first CERTIFICATE.
std::optional<std::string> der_of(const std::string& pem) {
  const std::string begin = "-----BEGIN CERTIFICATE-----";
  const auto start = pem.find(begin);
  const auto end = pem.find("-----END CERTIFICATE-----", start == std::string::npos ? 0 : start);
  if (start == std::string::npos || end == std::string::npos) {
    return std::nullopt;
  }
  return from_base64(
      std::string_view(pem).substr(start + begin.size(), end - start - begin.size()));
}

}  // namespace

std::optional<std::string> common_name_of(const std::string& pem) {
  const std::optional<std::string> der = der_of(pem);
  const std::optional<std::string_view> subject = der ? subject_of(*der) : std::nullopt;
  return subject ? common_name_in(*subject) : std::nullopt;
}

}  // namespace ncc
