#pragma once
// Reading JSON answers. Whatever is not as the API promises is an HttpError that names the call and
// the key; exceptions of the JSON library do not get out.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "openstack.hpp"

namespace ncc::openstack {

using nlohmann::json;

/// JSON text of a body; bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string text_of(const json& document);

/// "GET compute /os-services": a call as errors and logs name it.
[[nodiscard]] std::string name_of(const Session::Call& call);

class Answer {
 public:
  /// Throws HttpError when the body is no JSON object.
  Answer(const Session::Call& call, const HttpResponse& response);

  [[nodiscard]] const json& document() const noexcept { return document_; }

  [[nodiscard]] const json& object(const json& parent, const char* key) const;
  [[nodiscard]] const json& list(const json& parent, const char* key) const;
  /// A string; null counts as empty.
  [[nodiscard]] std::string text(const json& parent, const char* key) const;
  /// The same; empty when the key is missing, too.
  [[nodiscard]] std::string optional_text(const json& parent, const char* key) const;
  [[nodiscard]] bool flag(const json& parent, const char* key) const;
  [[nodiscard]] long long number(const json& parent, const char* key) const;
  /// A list of strings.
  [[nodiscard]] std::vector<std::string> texts(const json& parent, const char* key) const;
  /// An object whose values are whole numbers.
  [[nodiscard]] std::map<std::string, long long> numbers(const json& parent, const char* key) const;
  /// A time as times.hpp reads it, in seconds since the epoch.
  [[nodiscard]] std::int64_t time(const json& parent, const char* key) const;
  [[nodiscard]] HttpError unpromised(const std::string& what) const;

 private:
  [[nodiscard]] const json& value(const json& parent, const char* key) const;

  std::string call_;
  int code_;
  json document_;
};

/// GET of one thing; nullopt after 404.
[[nodiscard]] std::optional<Answer> get_one(Session& session, const Session::Call& call);

/// The service's own words in an error body of a known shape, otherwise the first 200 characters
/// without tags.
[[nodiscard]] std::string error_text(const std::string& body);

/// The marker of the next page; empty on the last one. Nova, Neutron: `<key>_links` with rel next;
/// Glance: `next`.
[[nodiscard]] std::string next_marker(const Answer& answer, const std::string& key);
/// `path` with marker=... added to its query.
[[nodiscard]] std::string with_marker(const std::string& path, const std::string& marker);

/// GETs `call` and every page after it, as the `next` links say (only their marker is used: behind
/// a proxy their host may be wrong), and hands each element of the list `key` to `read(answer,
/// element)`.
template <typename Read>
void for_each(Session& session, const Session::Call& call, const char* key, Read read) {
  Session::Call page = call;
  std::string marker;
  while (true) {
    const Answer answer(page, session.send(page));
    for (const json& element : answer.list(answer.document(), key)) {
      read(answer, element);
    }
    const std::string next = next_marker(answer, key);
    if (next.empty()) {
      return;
    }
    if (next == marker) {
      throw answer.unpromised("the same page again");
    }
    marker = next;
    page.path = with_marker(call.path, marker);
  }
}

}  // namespace ncc::openstack
