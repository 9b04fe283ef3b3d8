// Options that are one number, one word or one path.

#include "config/kinds.hpp"
#include "words/text.hpp"

namespace ncc::kinds {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// noble-epoxy: two words of lower case letters and digits.
bool is_pocket(const std::string& text) {
  const auto dash = text.find('-');
  const auto plain = [](const std::string& part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
  };
  return dash != std::string::npos && plain(text.substr(0, dash)) && plain(text.substr(dash + 1));
}

/// deb [options] url suite component...
bool is_deb_line(const std::string& text) {
  std::string rest = text.substr(std::string("deb ").size());
  if (const std::string trimmed = trim(rest); trimmed.starts_with("[")) {
    const auto end = trimmed.find(']');
    rest = end == std::string::npos ? "" : trimmed.substr(end + 1);
  }
  const std::vector<std::string> words = split(rest);
  return text.find('|') == std::string::npos && words.size() >= 2 &&
         words[0].find(":/") != std::string::npos;
}

}  // namespace

std::string quoted(const std::string& text) {
  constexpr std::size_t longest = 60;
  std::string shown = text.substr(0, longest);
  std::replace_if(shown.begin(), shown.end(), is_control, ' ');
  return "\"" + shown + (text.size() > longest ? "..." : "") + "\"";
}

std::string misfit(const std::string& text, const char* what, const std::string& allowed) {
  return quoted(text) + " is no " + what + "; allowed: " + allowed;
}

std::string one_of(const std::string_view* first, const std::string_view* last) {
  return join(std::vector<std::string>(first, last), ", ");
}

Parsed<bool> boolean(const std::string& text) {
  const std::optional<bool> value = to_bool(text);
  return value ? Parsed<bool>{*value} : Parsed<bool>{false, misfit(text, "boolean", "true, false")};
}

Parsed<std::optional<bool>> maybe_boolean(const std::string& text) {
  const Parsed<bool> parsed = boolean(text);
  return {parsed.problem.empty() ? std::optional(parsed.value) : std::nullopt, parsed.problem};
}

Parsed<long long> count(const std::string& text) {
  const std::optional<long long> value = to_integer(text);
  if (!value || *value < 0) {
    return {0, misfit(text, "count", "whole numbers from 0")};
  }
  return {*value};
}

Parsed<std::optional<long long>> maybe_count(const std::string& text) {
  const Parsed<long long> parsed = count(text);
  return {parsed.problem.empty() ? std::optional(parsed.value) : std::nullopt, parsed.problem};
}

Parsed<long long> percentage(const std::string& text) {
  const Parsed<long long> number = count(text);
  return number.problem.empty() && number.value <= 100
             ? number
             : Parsed<long long>{{}, misfit(text, "percentage", "whole numbers from 0 to 100")};
}

Parsed<std::optional<double>> ratio(const std::string& text) {
  const std::optional<double> value = to_number(text);
  if (!value || *value < 0) {
    return {std::nullopt, misfit(text, "ratio", "numbers above 0, such as 16.0, and 0 for none")};
  }
  return {*value > 0 ? value : std::nullopt};
}

Parsed<std::string> line(const std::string& text) {
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return {
        {},
        quoted(text) + " has a line break or another control character; allowed: one line of text"};
  }
  return {text};
}

Parsed<std::string> text(const std::string& text) {
  return {text};
}

Parsed<std::string> word(const std::string& text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) || is_blank(c); })) {
    return {{}, misfit(text, "single word", "text without white space")};
  }
  return {text};
}

Parsed<std::string> network(const std::string& text) {
  const auto slash = text.find('/');
  const std::string address = text.substr(0, slash);
  const std::optional<long long> length =
      slash == std::string::npos ? std::nullopt : to_integer(text.substr(slash + 1));
  const long long longest = address.find(':') == std::string::npos ? 32 : 128;
  if (!is_ip_address(address) || !length || *length < 0 || *length > longest) {
    return {{}, misfit(text, "network", "CIDR notation such as 10.20.0.0/24 or fd00::/64")};
  }
  return {text};
}

Parsed<std::string> directory(const std::string& text) {
  const std::vector<std::string> parts = split(text, "/");
  if (!word(text).problem.empty() || !text.starts_with("/") || parts.empty() ||
      std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    return {{}, misfit(text, "directory", "absolute paths such as /srv/instances")};
  }
  return {text};
}

Parsed<std::string> key_file(const std::string& text) {
  const std::string filled = replaced(replaced(text, "{homedir}", "/root"), "{username}", "root");
  if (!directory(filled).problem.empty() || filled.find_first_of("{}") != std::string::npos) {
    return {
        {},
        misfit(text, "path of a file", "absolute paths, with {homedir} and {username} filled in")};
  }
  if (filled == text) {
    return {
        {},
        quoted(text) +
            " would be one file for root and nova; allowed: paths with {homedir} or {username}"};
  }
  return {text};
}

Parsed<std::string> archive(const std::string& text) {
  const std::string cloud = "cloud:";
  if (text == "distro" || text == "caracal") {
    return {"distro"};
  }
  const bool fits = (text.starts_with(cloud) && is_pocket(text.substr(cloud.size()))) ||
                    (text.starts_with("deb ") && is_deb_line(text));
  if (!fits || !line(text).problem.empty()) {
    return {
        {},
        misfit(
            text, "archive", "distro, cloud:<codename>-<release>, deb <url> <suite> <component>")};
  }
  return {text};
}

Parsed<std::string> hugepages(const std::string& text) {
  const bool percentage = text.ends_with('%');
  const Parsed<long long> number = count(percentage ? text.substr(0, text.size() - 1) : text);
  if (!number.problem.empty() || (percentage && number.value >= 100)) {
    return {{},
            misfit(text,
                   "amount of huge pages",
                   "a number of pages of 2 MiB, or a percentage such as 25%")};
  }
  return {text};
}

}  // namespace ncc::kinds
