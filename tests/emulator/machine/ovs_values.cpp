#include "ovs_values.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace emulated::ovs {

namespace {

const char* const delimiters = ":=, []{}!<>";

bool is_delimiter(char c) {
  return std::string(delimiters).find(c) != std::string::npos;
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::integer:
      return "integer";
    case Kind::boolean:
      return "boolean";
    case Kind::uuid:
      return "uuid";
    default:
      return "string";
  }
}

/// Reads tokens: a quoted JSON string or a run up to a delimiter.
class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }

  [[nodiscard]] std::string rest() const { return text_.substr(at_); }

  bool take(char c) {
    if (peek() != c)
      return false;
    ++at_;
    return true;
  }

  void skip_spaces() {
    while (peek() == ' ')
      ++at_;
  }

  std::string token() {
    const std::size_t begin = at_;
    if (peek() != '"') {
      while (!at_end() && !is_delimiter(text_[at_]))
        ++at_;
      return text_.substr(begin, at_ - begin);
    }
    for (++at_; !at_end() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\')
        ++at_;
    if (at_end())
      throw failure(text_ + ": missing quote at end of quoted string");
    ++at_;
    return text_.substr(begin, at_ - begin);
  }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
};

std::string unquoted(const std::string& token) {
  if (token.empty() || token[0] != '"')
    return token;
  if (token.size() < 2 || token.back() != '"')
    throw failure(token + " : missing quote at end of quoted string");
  const Json parsed = Json::parse(token, nullptr, false);
  if (!parsed.is_string())
    throw failure(token + ": bad quoted string");
  return parsed.get<std::string>();
}

void check_allowed(const Column& column, const Json& atom) {
  if (column.kind == Kind::integer && column.lowest < column.highest &&
      (atom.get<long>() < column.lowest || atom.get<long>() > column.highest))
    throw failure("constraint violation: " + atom.dump() + " is not in the valid range " +
                  std::to_string(column.lowest) + " to " + std::to_string(column.highest) +
                  " (inclusive)");
  if (column.allowed.empty() ||
      std::count(column.allowed.begin(), column.allowed.end(), atom.get<std::string>()) > 0)
    return;
  throw failure("constraint violation: " + formatted_atom(column, atom) +
                " is not one of the allowed values ([" + join(column.allowed, ", ") + "])");
}

Json integer_from(const std::string& text) {
  std::size_t used = 0;
  try {
    const long number = std::stol(text, &used);
    if (used == text.size())
      return number;
  } catch (const std::exception&) {
    used = 0;
  }
  throw failure("\"" + text + "\" is not a valid integer or range");
}

Json boolean_from(const std::string& text) {
  if (text == "true" || text == "yes" || text == "on" || text == "1")
    return true;
  if (text == "false" || text == "no" || text == "off" || text == "0")
    return false;
  throw failure("\"" + text + "\" is not a valid boolean (use \"true\" or \"false\")");
}

Json atom_from(const Column& column, const std::string& token) {
  if (column.kind == Kind::integer)
    return integer_from(token);
  if (column.kind == Kind::boolean)
    return boolean_from(token);
  if (column.kind == Kind::uuid) {
    if (!is_uuid(token) && token[0] != '@')
      throw failure("\"" + token + "\" is not a valid UUID");
    return token;
  }
  if (token.empty())
    throw failure("An empty string is not valid as input; use \"\" to represent the empty string");
  return unquoted(token);
}

/// Elements `a` or `k=v` (value_needed, or with a null value) up to the end; brackets of the shape
/// may enclose them.
Json elements(const Column& column, const std::string& text, bool values_needed) {
  const bool map = column.shape == Shape::map;
  Reader reader(text);
  reader.skip_spaces();
  const bool enclosed = reader.take(map ? '{' : '[');
  Json found = map ? Json::object() : Json::array();
  const auto unexpected = [&](const Reader& at) {
    return failure(at.at_end()
                       ? text + ": unexpected end of input parsing " + kind_name(column.kind)
                       : text + ": unexpected \"" + at.peek() + "\" parsing " +
                             kind_name(column.kind));
  };
  for (reader.skip_spaces();
       !reader.at_end() && !(enclosed && reader.peek() == (map ? '}' : ']'));) {
    if (is_delimiter(reader.peek()))
      throw unexpected(reader);
    const Json atom = atom_from(column, reader.token());
    reader.skip_spaces();
    if (!map) {
      check_allowed(column, atom);
      found.push_back(atom);
    } else if (reader.take('=')) {
      found[atom.get<std::string>()] = atom_from(column, reader.token());
    } else if (values_needed) {
      throw failure(text + ": syntax error at \"" + reader.rest() + "\" expecting \"=\"");
    } else {
      found[atom.get<std::string>()] = nullptr;
    }
    reader.skip_spaces();
    if (!reader.take(',') && !reader.at_end() &&
        !(enclosed && (reader.peek() == '}' || reader.peek() == ']')))
      throw unexpected(reader);
    reader.skip_spaces();
  }
  if (enclosed && !reader.take(map ? '}' : ']'))
    throw failure(text + ": missing " + (map ? "}" : "]") + " at end of " + (map ? "map" : "set"));
  return found;
}

bool needs_quotes(const std::string& text) {
  if (text.empty() || text == "true" || text == "false" || is_uuid(text))
    return true;
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  };
  return std::isdigit(static_cast<unsigned char>(text[0])) != 0 || text[0] == '-' ||
         text[0] == '.' || !std::all_of(text.begin(), text.end(), plain);
}

}  // namespace

bool is_uuid(const std::string& text) {
  if (text.size() != 36)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  return true;
}

Assignment parse_assignment(const std::string& argument, bool value_required) {
  Assignment result;
  Reader reader(argument);
  result.column = reader.token();
  if (result.column.empty())
    throw failure(argument + ": missing column name");
  if (reader.take(':')) {
    result.key = unquoted(reader.token());
    result.has_key = true;
  }
  result.has_value = reader.take('=');
  result.value = reader.rest();
  if (value_required && (!result.has_value || result.value.empty()))
    throw failure(argument + ": argument does not end in \"=\" followed by a value.");
  if (!value_required && !result.has_value && !result.value.empty())
    throw failure(argument + ": trailing garbage \"" + result.value + "\" in argument");
  return result;
}

Json parse_datum(const Column& column, const std::string& text) {
  Json found = elements(column, text, true);
  if (column.shape == Shape::map)
    return found;
  std::sort(found.begin(), found.end());
  if (column.shape != Shape::set && found.size() > 1)
    throw failure(text + ": " + std::to_string(found.size()) +
                  " value(s) specified but the maximum number is 1");
  if (column.shape == Shape::one && found.empty())
    throw failure(text + ": 0 value(s) specified but the minimum number is 1");
  if (std::adjacent_find(found.begin(), found.end()) != found.end())
    throw failure("set contains duplicate value");
  return column.shape == Shape::one ? found.front() : found;
}

Json parse_atom(const Column& column, const std::string& text) {
  const Json atom = atom_from(column, text);
  check_allowed(column, atom);
  return atom;
}

Json parse_partial(const Column& column, const std::string& text) {
  return elements(column, text, false);
}

std::string formatted_atom(const Column& column, const Json& atom) {
  if (!atom.is_string())
    return atom.dump();
  const std::string text = atom.get<std::string>();
  return column.kind == Kind::string && needs_quotes(text) ? atom.dump() : text;
}

std::string formatted(const Column& column, const Json& value) {
  if (column.shape == Shape::one)
    return formatted_atom(column, value);
  if (column.shape == Shape::optional && value.size() == 1)
    return formatted_atom(column, value.front());
  Words parts;
  if (column.shape == Shape::map) {
    for (const auto& [key, item] : value.items())
      parts.push_back(formatted_atom(column, key) + "=" + formatted_atom(column, item));
    return "{" + join(parts, ", ") + "}";
  }
  for (const Json& item : value)
    parts.push_back(formatted_atom(column, item));
  return "[" + join(parts, ", ") + "]";
}

std::string bare(const Column& column, const Json& value) {
  const auto plain = [](const Json& atom) {
    return atom.is_string() ? atom.get<std::string>() : atom.dump();
  };
  if (column.shape == Shape::one)
    return plain(value);
  Words parts;
  for (const auto& [key, item] : value.items())
    parts.push_back((column.shape == Shape::map ? key + "=" : "") + plain(item));
  return join(parts, " ");
}

Json wire(const Column& column, const Json& value) {
  const auto atom = [&](const Json& item) {
    return column.kind == Kind::uuid ? Json{"uuid", item} : item;
  };
  if (column.shape == Shape::one)
    return atom(value);
  Json list = Json::array();
  if (column.shape == Shape::map) {
    for (const auto& [key, item] : value.items())
      list.push_back(Json::array({key, item}));
    return Json::array({"map", list});
  }
  for (const Json& item : value)
    list.push_back(atom(item));
  return list.size() == 1 ? list.front() : Json::array({"set", list});
}

Json empty_value(const Column& column) {
  switch (column.shape) {
    case Shape::map:
      return Json::object();
    case Shape::optional:
    case Shape::set:
      return Json::array();
    default:
      return column.kind == Kind::integer   ? Json(0)
             : column.kind == Kind::boolean ? Json(false)
                                            : Json("");
  }
}

}  // namespace emulated::ovs
