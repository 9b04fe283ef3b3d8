#pragma once
// A transport that sends as many requests as may be on their way before it hands out the first
// reply.

#include <algorithm>
#include <optional>
#include <vector>

#include "platform.hpp"

namespace ncc::testing {

template <typename Transport>
class Together : public Transport {
 public:
  using Transport::Transport;

  void send_many(std::size_t parallel,
                 const HttpTransport::NextRequest& next,
                 const HttpTransport::TakeReply& take) override {
    std::size_t number = 0;
    for (std::vector<HttpReply> replies = batch(parallel, next); !replies.empty();
         replies = batch(parallel, next)) {
      most = std::max(most, replies.size());
      for (const HttpReply& reply : replies) {
        take(number++, reply);
      }
    }
  }

  std::size_t most = 0;  // on their way at the same time

 private:
  std::vector<HttpReply> batch(std::size_t parallel, const HttpTransport::NextRequest& next) {
    std::vector<HttpReply> replies;
    while (replies.size() < parallel) {
      const std::optional<HttpRequest> request = next();
      if (!request) {
        break;
      }
      try {
        replies.emplace_back(this->send(*request));
      } catch (const HttpError& error) {
        replies.emplace_back(error);
      }
    }
    return replies;
  }
};

}  // namespace ncc::testing
