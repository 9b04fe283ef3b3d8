#include "log.hpp"

#include <memory>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace ncc::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      break;
  }
  return spdlog::level::err;
}

/// Lines such as "info: text", without a date: whoever reads stderr adds one.
Sink to_stderr() {
  auto logger =
      std::make_shared<spdlog::logger>("ncc", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern("%l: %v");
  logger->set_level(spdlog::level::debug);
  return [logger](Level level, const std::string& line) { logger->log(to_spdlog(level), line); };
}

Sink& current() {
  static Sink sink = to_stderr();
  return sink;
}

}  // namespace

void set_sink(Sink sink) {
  current() = sink ? std::move(sink) : to_stderr();
}

void write(Level level, const std::string& line) {
  current()(level, line);
}

}  // namespace ncc::log
