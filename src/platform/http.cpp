#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <unistd.h>

#include <curl/curl.h>

#include "platform.hpp"
#include "platform/transfer.hpp"

namespace ncc {
namespace {

/// Bundles of Debian and Ubuntu, and of Red Hat's family. A static libcurl knows only that of the
/// machine it was built on.
constexpr std::array system_bundles = {"/etc/ssl/certs/ca-certificates.crt",
                                       "/etc/pki/tls/certs/ca-bundle.crt"};

constexpr long most_kept = 64;      // open connections
constexpr int longest_look = 1000;  // ms, if nothing happens

std::string system_bundle() {
  const auto* const found = std::find_if(system_bundles.begin(),
                                         system_bundles.end(),
                                         [](const char* path) { return access(path, R_OK) == 0; });
  return found == system_bundles.end() ? std::string() : *found;
}

/// What libcurl says of a transfer that is over.
struct Ended {
  CURL* handle = nullptr;
  CURLcode result = CURLE_OK;
};

/// One libcurl multi handle: all requests go through it, so they share the connections that it
/// keeps open.
class CurlTransport final : public HttpTransport {
 public:
  [[nodiscard]] HttpResponse send(const HttpRequest& request) override {
    bool given = false;
    HttpReply reply;
    send_many(
        1,
        [&] {
          return std::exchange(given, true) ? std::nullopt : std::optional<HttpRequest>(request);
        },
        [&](std::size_t, const HttpReply& taken) { reply = taken; });
    if (const auto* error = std::get_if<HttpError>(&reply)) {
      throw *error;
    }
    return std::get<HttpResponse>(std::move(reply));
  }

  void send_many(std::size_t parallel, const NextRequest& next, const TakeReply& take) override {
    start();
    Flights flights;
    std::size_t given = 0;
    while (true) {
      fill(flights, given, parallel, next);
      if (flights.empty()) {
        return;
      }
      for (const Ended& ended : ended_ones()) {
        auto flight = flights.extract(ended.handle);
        const HttpReply reply = flight.mapped().transfer->end(ended.result);
        idle_.push_back(std::move(flight.mapped().transfer));
        take(flight.mapped().number, reply);
      }
    }
  }

 private:
  struct Flight {
    std::size_t number = 0;
    std::unique_ptr<Transfer> transfer = {};
  };

  using Flights = std::map<CURL*, Flight>;

  /// At the first request only: most hooks send none, and starting OpenSSL takes longer than all
  /// else they do.
  void start() {
    if (multi_) {
      return;
    }
    multi_.reset(curl_multi_init());
    if (!multi_ || curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, most_kept) != CURLM_OK) {
      throw std::logic_error("libcurl does not start");
    }
    bundle_ = system_bundle();
  }

  void fill(Flights& flights, std::size_t& given, std::size_t parallel, const NextRequest& next) {
    while (flights.size() < parallel) {
      const std::optional<HttpRequest> request = next();
      if (!request) {
        return;
      }
      std::unique_ptr<Transfer> transfer = idle_transfer();
      transfer->begin(*request, bundle_);
      CURL* const handle = transfer->handle();
      flights[handle] = {given++, std::move(transfer)};
    }
  }

  std::unique_ptr<Transfer> idle_transfer() {
    if (idle_.empty()) {
      return std::make_unique<Transfer>(multi_.get());
    }
    std::unique_ptr<Transfer> transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }

  /// Those that have ended since; waits until something happens.
  std::vector<Ended> ended_ones() {
    int running = 0;
    int left = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
      throw std::logic_error("libcurl does not go on");
    }
    std::vector<Ended> ended;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      ended.push_back({message->easy_handle, message->data.result});
    }
    if (ended.empty()) {
      curl_multi_poll(multi_.get(), nullptr, 0, longest_look, nullptr);
    }
    return ended;
  }

  CurlMulti multi_ = {};  // before the transfers: it outlives them
  std::string bundle_ = {};
  std::vector<std::unique_ptr<Transfer>> idle_ = {};
};

}  // namespace

void HttpTransport::send_many(std::size_t, const NextRequest& next, const TakeReply& take) {
  std::size_t number = 0;
  while (const std::optional<HttpRequest> request = next()) {
    HttpReply reply;
    try {
      reply = send(*request);
    } catch (const HttpError& error) {
      reply = error;
    }
    take(number++, reply);
  }
}

std::unique_ptr<HttpTransport> make_http_transport() {
  return std::make_unique<CurlTransport>();
}

}  // namespace ncc
