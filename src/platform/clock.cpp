#include <memory>
#include <thread>

#include "platform.hpp"

namespace ncc {
namespace {

class RealClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::now();
  }

  [[nodiscard]] std::chrono::steady_clock::time_point steady() override {
    return std::chrono::steady_clock::now();
  }

  void sleep(std::chrono::milliseconds duration) override { std::this_thread::sleep_for(duration); }
};

}  // namespace

std::unique_ptr<Clock> make_clock() {
  return std::make_unique<RealClock>();
}

}  // namespace ncc
