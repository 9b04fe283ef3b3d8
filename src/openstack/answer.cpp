#include "openstack/answer.hpp"

#include <cctype>
#include <string>

#include "openstack/times.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

constexpr std::size_t excerpt_length = 200;

/// Text of an HTML page: what is in angle brackets is left out, white space is one blank.
std::string without_tags(const std::string& body) {
  std::string text;
  bool in_tag = false;
  for (const char letter : body) {
    const bool blank = std::isspace(static_cast<unsigned char>(letter)) != 0;
    if (letter == '<' || letter == '>') {
      in_tag = letter == '<';
      text += ' ';
    } else if (!in_tag) {
      text += blank ? ' ' : letter;
    }
  }
  return join(split(text, " "), " ");
}

/// The first `length` bytes, but no half of a UTF-8 character.
std::string shortened(const std::string& text, std::size_t length) {
  if (text.size() <= length) {
    return text;
  }
  std::size_t end = length;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

std::string string_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The message in Ironic's error_message: a string that is JSON itself, an object, or plain text.
///   {"faultcode": "Client", "faultstring": "...", "debuginfo": null}     from a call
///   {"code": "406 Not Acceptable", "title": "...", "message": "..<br />"} before one is reached
std::string ironic_message(const json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  const json inner = value.is_string() ? json::parse(text, nullptr, false) : value;
  if (const std::string fault = string_at(inner, "faultstring"); !fault.empty()) {
    return fault;
  }
  const std::string message = string_at(inner, "message");
  return without_tags(message.empty() ? text : message);
}

/// The message of a known shape; empty when it is none.
///   Nova, Cinder      {"itemNotFound": {"code": 404, "message": "..."}}
///   Keystone          {"error": {"code": 401, "title": "...", "message": "..."}}
///   Neutron           {"NeutronError": {"type": "...", "message": "...", "detail": "..."}} or
///   {"NeutronError": "..."} Placement         {"errors": [{"status": 404, "title": "...",
///   "detail": "..."}]} Glance, others    {"message": "...", "code": "...", "title": "..."}
///   Ironic            {"error_message": ...}
std::string known_message(const json& document) {
  if (!document.is_object() || document.empty()) {
    return {};
  }
  if (const std::string message = string_at(document, "message"); !message.empty()) {
    return message;
  }
  if (const auto found = document.find("error_message"); found != document.end()) {
    return ironic_message(*found);
  }
  const json& first = document.begin().value();
  if (first.is_array() && !first.empty()) {
    return string_at(first.front(), "detail");
  }
  return first.is_string() ? first.get<std::string>() : string_at(first, "message");
}

/// The value of `marker` in a URL's query, still encoded.
std::string marker_of(const std::string& url) {
  const std::size_t query = url.find('?');
  if (query == std::string::npos) {
    return {};
  }
  for (const std::string& parameter : split(url.substr(query + 1), "&")) {
    if (parameter.rfind("marker=", 0) == 0) {
      return parameter.substr(7);
    }
  }
  return {};
}

}  // namespace

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string name_of(const Session::Call& call) {
  return call.method + " " + call.service + " " + call.path;
}

Answer::Answer(const Session::Call& call, const HttpResponse& response)
    : call_(name_of(call)),
      code_(response.code),
      document_(json::parse(response.body, nullptr, false)) {
  if (!document_.is_object()) {
    throw unpromised("no JSON object");
  }
}

HttpError Answer::unpromised(const std::string& what) const {
  return {call_, code_, "something else than promised: " + what};
}

const json& Answer::value(const json& parent, const char* key) const {
  const auto found = parent.is_object() ? parent.find(key) : parent.end();
  if (!parent.is_object() || found == parent.end()) {
    throw unpromised(std::string("key ") + key);
  }
  return *found;
}

const json& Answer::object(const json& parent, const char* key) const {
  const json& found = value(parent, key);
  if (!found.is_object()) {
    throw unpromised(std::string("key ") + key);
  }
  return found;
}

const json& Answer::list(const json& parent, const char* key) const {
  const json& found = value(parent, key);
  if (!found.is_array()) {
    throw unpromised(std::string("key ") + key);
  }
  return found;
}

std::string Answer::text(const json& parent, const char* key) const {
  const json& found = value(parent, key);
  if (found.is_null()) {
    return {};
  }
  if (!found.is_string()) {
    throw unpromised(std::string("key ") + key);
  }
  return found.get<std::string>();
}

std::string Answer::optional_text(const json& parent, const char* key) const {
  return parent.is_object() && !parent.contains(key) ? "" : text(parent, key);
}

bool Answer::flag(const json& parent, const char* key) const {
  const json& found = value(parent, key);
  if (!found.is_boolean()) {
    throw unpromised(std::string("key ") + key);
  }
  return found.get<bool>();
}

long long Answer::number(const json& parent, const char* key) const {
  const json& found = value(parent, key);
  if (!found.is_number_integer()) {
    throw unpromised(std::string("key ") + key);
  }
  return found.get<long long>();
}

std::vector<std::string> Answer::texts(const json& parent, const char* key) const {
  std::vector<std::string> texts;
  for (const json& one : list(parent, key)) {
    if (!one.is_string()) {
      throw unpromised(std::string("key ") + key);
    }
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

std::map<std::string, long long> Answer::numbers(const json& parent, const char* key) const {
  const json& found = object(parent, key);
  std::map<std::string, long long> numbers;
  for (const auto& [name, value] : found.items()) {
    numbers[name] = number(found, name.c_str());
  }
  return numbers;
}

std::int64_t Answer::time(const json& parent, const char* key) const {
  const std::optional<std::int64_t> seconds = read_time(text(parent, key));
  if (!seconds) {
    throw unpromised(std::string("key ") + key);
  }
  return *seconds;
}

std::optional<Answer> get_one(Session& session, const Session::Call& call) {
  const HttpResponse response = session.send(call, {404});
  return response.code == 404 ? std::nullopt : std::optional(Answer(call, response));
}

std::string error_text(const std::string& body) {
  const std::string message = known_message(json::parse(body, nullptr, false));
  if (!message.empty()) {
    return join(split(message), " ");
  }
  return shortened(without_tags(body), excerpt_length);
}

std::string next_marker(const Answer& answer, const std::string& key) {
  const json& document = answer.document();
  const std::string links = key + "_links";
  if (!document.contains(links)) {
    return marker_of(answer.optional_text(document, "next"));
  }
  for (const json& link : answer.list(document, links.c_str())) {
    if (answer.text(link, "rel") == "next") {
      return marker_of(answer.text(link, "href"));
    }
  }
  return {};
}

std::string with_marker(const std::string& path, const std::string& marker) {
  return path + (path.find('?') == std::string::npos ? "?" : "&") + "marker=" + marker;
}

}  // namespace ncc::openstack
