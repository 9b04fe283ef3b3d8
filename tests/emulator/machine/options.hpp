#pragma once
// Command lines as getopt_long reads them. An option that the emulator does not know refuses the
// call, loudly: it would be silently wrong to ignore it.

#include <functional>

#include "world.hpp"

namespace emulated {

/// "long" or "long=" (takes a value); `letter` 0: no short form.
struct Option {
  std::string name = {};
  char letter = 0;
};

struct Options {
  std::map<std::string, Words> values = {};  // by long name without '='; "" for a flag
  Words words = {};

  [[nodiscard]] bool has(const std::string& name) const { return values.count(name) > 0; }

  /// Last value given, or `otherwise`.
  [[nodiscard]] std::string get(const std::string& name, const std::string& otherwise = {}) const;
};

/// Options may stand between words; everything after `--` is a word. `unknown` makes the refusal
/// from the option as written.
[[nodiscard]] Options parse_options(const Words& arguments,
                                    const std::vector<Option>& known,
                                    const std::function<Refused(const std::string&)>& unknown);

}  // namespace emulated
