// Option parsing as Go's gnuflag does it, with Juju's wording.
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

/// What Go's strconv.ParseBool takes.
std::optional<bool> go_bool(const std::string& text) {
  for (const char* word : {"1", "t", "T", "TRUE", "true", "True"})
    if (text == word)
      return true;
  for (const char* word : {"0", "f", "F", "FALSE", "false", "False"})
    if (text == word)
      return false;
  return std::nullopt;
}

struct Parser {
  const std::vector<Flag>& known;
  const std::vector<std::string>& words;
  std::size_t at = 0;
  Arguments arguments = {};

  [[nodiscard]] const Flag* find(const std::string& name) const {
    for (const Flag& flag : known)
      if (flag.name == name || (!flag.letter.empty() && flag.letter == name))
        return &flag;
    return nullptr;
  }

  const Flag& require(const std::string& name, const std::string& shown) const {
    const Flag* flag = find(name);
    if (flag == nullptr)
      throw UsageError("option provided but not defined: " + shown);
    return *flag;
  }

  std::string next_value(const std::string& shown) {
    if (at + 1 >= words.size())
      throw UsageError("option needs an argument: " + shown);
    return words[++at];
  }

  void set(const Flag& flag, const std::string& shown, const std::string& value) {
    if (flag.boolean && !go_bool(value))
      throw UsageError("invalid boolean value " + go_quoted(value) + " for " + shown +
                       ": strconv.ParseBool: parsing " + go_quoted(value) + ": invalid syntax");
    arguments.flags[flag.name] = flag.boolean ? (*go_bool(value) ? "true" : "false") : value;
  }

  void long_option(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const Flag& flag = require(name, "--" + name);
    if (equals != std::string::npos)
      set(flag, "--" + name, word.substr(equals + 1));
    else
      set(flag, "--" + name, flag.boolean ? "true" : next_value("--" + name));
  }

  void short_options(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const std::string shown = "-" + word.substr(i, 1);
      const Flag& flag = require(word.substr(i, 1), shown);
      if (!flag.boolean) {
        set(flag, shown, i + 1 < word.size() ? word.substr(i + 1) : next_value(shown));
        return;
      }
      set(flag, shown, "true");
    }
  }

  void parse() {
    for (; at < words.size(); ++at) {
      const std::string& word = words[at];
      if (word == "--") {
        arguments.words.insert(arguments.words.end(),
                               words.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                               words.end());
        return;
      }
      if (word.rfind("--", 0) == 0)
        long_option(word);
      else if (word.size() > 1 && word[0] == '-')
        short_options(word);
      else
        arguments.words.push_back(word);
    }
  }
};

}  // namespace

Arguments parse_arguments(const std::vector<Flag>& flags, const std::vector<std::string>& words) {
  Parser parser{flags, words};
  parser.parse();
  return std::move(parser.arguments);
}

Bag parse_key_values(const std::vector<std::string>& words) {
  Bag bag;
  for (const std::string& word : words) {
    if (word.empty())
      continue;
    const std::size_t equals = word.find('=');
    const std::string key = trimmed(word.substr(0, equals));
    if (equals == std::string::npos || key.empty())
      throw UsageError("expected \"key=value\", got " + go_quoted(word));
    if (!bag.emplace(key, trimmed(word.substr(equals + 1))).second)
      throw UsageError("key " + go_quoted(key) + " specified more than once");
  }
  return bag;
}

}  // namespace local_juju
