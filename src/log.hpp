#pragma once
// Band 2: one line per effect with its reason. The sink is set once by the entry point (juju-log in
// hooks and actions, stderr by hand); formatting is fmt's. There is no overload for Secret, so a
// secret does not compile into a line.

#include <functional>
#include <string>
#include <utility>

#include <spdlog/fmt/fmt.h>

namespace ncc::log {

enum class Level { debug, info, warning, error };

using Sink = std::function<void(Level, const std::string&)>;

/// Sends every later line to `sink`; before the first call, and after one with an empty sink, lines
/// go to stderr.
void set_sink(Sink sink);
void write(Level level, const std::string& line);

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ncc::log
