#pragma once
// Inside platform: one request on its way, as a libcurl handle and what has come of its answer.

#include <array>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "platform.hpp"

namespace ncc {

struct CurlCleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }

  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct CurlMultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

using CurlHandle = std::unique_ptr<CURL, CurlCleanup>;
using CurlMulti = std::unique_ptr<CURLM, CurlMultiCleanup>;
using CurlList = std::unique_ptr<curl_slist, CurlCleanup>;

/// What has come of an answer. libcurl notices a body that ends early, but not headers that do.
struct Arrival {
  HttpResponse response = {};
  bool headers_complete = false;
};

/// Connections belong to the multi handle, which outlives its transfers and keeps them open for
/// the next ones. A transfer that is destroyed on its way is dropped.
class Transfer {
 public:
  explicit Transfer(CURLM* multi);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  /// `bundle`: CA certificates, where the request names none of its own.
  void begin(const HttpRequest& request, const std::string& bundle);
  /// What came of it; `result` is libcurl's word. The transfer may begin anew.
  [[nodiscard]] HttpReply end(CURLcode result);

  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }

 private:
  void set_request();
  void set_connection(const std::string& bundle);
  void set_proxy();
  void set_arrival();
  void leave() noexcept;
  [[nodiscard]] std::string reason(CURLcode result) const;

  CURLM* multi_;
  CurlHandle handle_;
  bool on_its_way_ = false;
  HttpRequest request_ = {};
  CurlList headers_ = {};
  Arrival arrival_ = {};
  std::array<char, CURL_ERROR_SIZE> details_{};
};

}  // namespace ncc
