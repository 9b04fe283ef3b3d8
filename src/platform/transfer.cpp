#include "platform/transfer.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "words/text.hpp"

namespace ncc {
namespace {

constexpr std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) {
    throw std::logic_error("libcurl does not take option " + std::to_string(option));
  }
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): we have one thread
  return value == nullptr ? std::string() : value;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return text;
}

/// "GET http://host/path" for an error: a query or a password in the URL is left out.
std::string call_of(const HttpRequest& request) {
  const std::string url = request.url.substr(0, request.url.find('?'));
  const auto scheme = url.find("://");
  const auto host = scheme == std::string::npos ? 0 : scheme + 3;
  const auto user_end = url.substr(0, url.find('/', host)).rfind('@');
  std::string call = request.method + " " + url.substr(0, host);
  call += url.substr(user_end == std::string::npos ? host : user_end + 1);
  return call;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* arrival) {
  static_cast<Arrival*>(arrival)->response.body.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* to) {
  auto& arrival = *static_cast<Arrival*>(to);
  const std::string line(data, size);
  const auto colon = line.find(':');
  if (line.rfind("HTTP/", 0) == 0) {
    arrival = {};  // what came before belonged to 100 Continue, or to a proxy
  } else if (colon != std::string::npos) {
    std::string& value = arrival.response.headers[lower(trim(line.substr(0, colon)))];
    value += (value.empty() ? "" : ", ") + trim(line.substr(colon + 1));
  }
  if (line == "\r\n" || line == "\n") {
    arrival.headers_complete = true;
  }
  return size;
}

CurlList header_list(const HttpRequest& request) {
  // Without a value: not the ones that libcurl would add itself (100-continue, form data).
  CurlList list(curl_slist_append(nullptr, "Expect:"));
  curl_slist_append(list.get(), "Content-Type:");
  for (const auto& [name, value] : request.headers) {
    if ((name + value).find_first_of("\r\n") != std::string::npos) {
      throw std::logic_error("a header with a line break");
    }
    // libcurl's notation of a header without value is "Name;"
    std::string line = name;
    line += value.empty() ? ";" : ": " + value;
    // The list keeps its first element, so appending gives the same list back.
    curl_slist_append(list.get(), line.c_str());
  }
  return list;
}

}  // namespace

Transfer::Transfer(CURLM* multi) : multi_(multi), handle_(curl_easy_init()) {
  if (!handle_) {
    throw std::logic_error("libcurl does not start");
  }
}

Transfer::~Transfer() {
  leave();
}

void Transfer::leave() noexcept {
  if (std::exchange(on_its_way_, false)) {
    curl_multi_remove_handle(multi_, handle_.get());
  }
}

void Transfer::begin(const HttpRequest& request, const std::string& bundle) {
  request_ = request;
  headers_ = header_list(request_);
  curl_easy_reset(handle_.get());
  set_request();
  set_connection(bundle);
  set_arrival();
  if (curl_multi_add_handle(multi_, handle_.get()) != CURLM_OK) {
    throw std::logic_error("libcurl does not take a request");
  }
  on_its_way_ = true;
}

HttpReply Transfer::end(CURLcode result) {
  leave();
  if (result != CURLE_OK) {
    return HttpError(call_of(request_), 0, reason(result));
  }
  if (!arrival_.headers_complete) {
    return HttpError(call_of(request_), 0, "it ended within its headers");
  }
  long code = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &code);
  arrival_.response.code = static_cast<int>(code);
  return std::move(arrival_.response);
}

void Transfer::set_request() {
  CURL* const handle = handle_.get();
  set(handle, CURLOPT_URL, request_.url.c_str());
  set(handle, CURLOPT_HTTPHEADER, headers_.get());
  const bool has_body = !request_.body.empty() || request_.method == "POST" ||
                        request_.method == "PUT" || request_.method == "PATCH";
  if (has_body) {
    set(handle, CURLOPT_POST, 1L);
    set(handle, CURLOPT_POSTFIELDS, request_.body.data());
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  if (request_.method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  }
  set(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  // libcurl repeats any request whose kept-alive connection turns out to be closed, although the
  // server may have acted on it. Those that are not safe to repeat get a new connection, which is
  // never repeated.
  const bool repeatable = request_.method == "GET" || request_.method == "HEAD" ||
                          request_.method == "PUT" || request_.method == "DELETE" ||
                          request_.repeatable;
  set(handle, CURLOPT_FRESH_CONNECT, repeatable ? 0L : 1L);
}

void Transfer::set_connection(const std::string& bundle) {
  CURL* const handle = handle_.get();
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_TIMEOUT_MS, long{request_.timeout.count()});
  const auto connect = std::min(connect_timeout, request_.timeout);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, long{connect.count()});
  const std::string& trusted = request_.ca_file.empty() ? bundle : request_.ca_file;
  set(handle, CURLOPT_CAPATH, nullptr);
  set(handle, CURLOPT_CAINFO, trusted.empty() ? nullptr : trusted.c_str());
  set_proxy();
}

/// The model's juju-http-proxy and its kin; without them libcurl follows http_proxy and its kin.
void Transfer::set_proxy() {
  const bool tls = lower(request_.url.substr(0, 6)) == "https:";
  const std::string proxy = environment(tls ? "JUJU_CHARM_HTTPS_PROXY" : "JUJU_CHARM_HTTP_PROXY");
  if (!proxy.empty()) {
    set(handle_.get(), CURLOPT_PROXY, proxy.c_str());
    set(handle_.get(), CURLOPT_NOPROXY, environment("JUJU_CHARM_NO_PROXY").c_str());
  }
}

void Transfer::set_arrival() {
  arrival_ = {};
  details_.front() = '\0';
  set(handle_.get(), CURLOPT_ERRORBUFFER, details_.data());
  set(handle_.get(), CURLOPT_WRITEFUNCTION, &take_body);
  set(handle_.get(), CURLOPT_WRITEDATA, static_cast<void*>(&arrival_));
  set(handle_.get(), CURLOPT_HEADERFUNCTION, &take_header);
  set(handle_.get(), CURLOPT_HEADERDATA, static_cast<void*>(&arrival_));
}

/// libcurl's fixed words, and details where they help. Its error text in general is not shown: it
/// could quote a proxy's password.
std::string Transfer::reason(CURLcode result) const {
  std::string words = curl_easy_strerror(result);
  if (result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE) {
    return words + " (" + details_.data() + ")";
  }
  long error = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &error);
  if (result == CURLE_COULDNT_CONNECT && error != 0) {
    return words + " (" + std::generic_category().message(static_cast<int>(error)) + ")";
  }
  return words;
}

}  // namespace ncc
