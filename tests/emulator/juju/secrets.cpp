#include "secrets.hpp"

#include <ctime>
#include <regex>

#include "names.hpp"
#include "store.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

/// Seconds of a Go duration such as "24h" or "1h30m"; nullopt if it is none.
std::optional<double> go_duration(const std::string& text) {
  static const std::regex part("([0-9]+(?:\\.[0-9]+)?)(h|m|s|ms)");
  static const std::regex whole("(?:[0-9]+(?:\\.[0-9]+)?(?:h|m|s|ms))+");
  if (!std::regex_match(text, whole))
    return std::nullopt;
  double seconds = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), part), end; at != end; ++at) {
    const std::string unit = (*at)[2];
    const double factor = unit == "h" ? 3600 : unit == "m" ? 60 : unit == "s" ? 1 : 0.001;
    seconds += std::stod((*at)[1]) * factor;
  }
  return seconds;
}

std::string encoded_value(const ToolRun& run, std::string& key, const std::string& value) {
  const std::size_t mark = key.find('#');
  const std::string form = mark == std::string::npos ? "" : key.substr(mark + 1);
  key = key.substr(0, mark);
  if (form == "base64") {
    std::string padded = value;
    padded.append((4 - padded.size() % 4) % 4, '=');
    if (!base64_decode(padded))
      throw UsageError("invalid base64 value for key " + go_quoted(key));
    return padded;
  }
  if (form == "file") {
    const std::string path = host_path(run.context, value);
    if (!std::filesystem::exists(path))
      throw UsageError("reading content for secret key " + go_quoted(key + "#file") + ": open " +
                       value + ": no such file or directory");
    return base64_encode(read_file(path));
  }
  if (!form.empty())
    throw UsageError("invalid key format: " + go_quoted(key + "#" + form));
  return base64_encode(value);
}

void add_value(const ToolRun& run, std::string key, const std::string& value, Bag& values) {
  const std::string encoded = encoded_value(run, key, value);
  if (!is_secret_key(key))
    throw UsageError("key " + go_quoted(key) + " not valid");
  if (encoded.empty())
    throw UsageError("empty value for key " + go_quoted(key));
  values[key] = encoded;
}

}  // namespace

std::string bare_secret_id(const std::string& text) {
  if (!is_secret_id(text))
    throw UsageError("secret URI " + go_quoted(text) + " not valid");
  return text.substr(text.size() - 20);
}

const Secret& managed_secret(ToolRun& run, const std::string& id) {
  const Secret* secret = find_secret(run.context, id);
  if (secret == nullptr)
    throw ToolError("secret " + go_quoted(id) + " not found");
  if (secret->owner == run.context.unit.name)
    return *secret;
  if (secret->owner != run.context.unit.app)
    throw ToolError("permission denied");
  if (!is_leader(run.context))
    throw ToolError("this unit is not the leader");
  return *secret;
}

bool may_read(const Context& context, const Secret& secret) {
  const Unit& unit = context.unit;
  if (secret.owner == unit.name || secret.owner == unit.app)
    return true;
  return std::any_of(secret.grants.begin(), secret.grants.end(), [&](const Grant& grant) {
    const bool alive = grant.relation < 0 || context.model.relations.contains(grant.relation);
    return alive && (grant.target == unit.name || grant.target == unit.app);
  });
}

Bag secret_values(const ToolRun& run) {
  Bag values;
  for (std::string word : run.arguments.words) {
    while (!word.empty() && word.back() == '=')
      word.pop_back();
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      throw UsageError("key value " + go_quoted(word) + " not valid");
    add_value(run, word.substr(0, equals), word.substr(equals + 1), values);
  }
  if (run.arguments.has("file"))
    for (const auto& [key, value] : parse_string_map(run.file_text()))
      add_value(run, key, value, values);
  std::size_t size = 0;
  for (const auto& [key, value] : values)
    size += value.size();
  if (size > 1000000)
    throw UsageError("secret content size " + std::to_string(size) +
                     " exceeds the limit of 1000000");
  return values;
}

std::string expiry_of(const std::string& spec) {
  static const std::regex rfc3339(
      R"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[-+][0-9]{2}:[0-9]{2})?)");
  if (spec.empty())
    return "";
  if (std::regex_match(spec, rfc3339))
    return spec.size() == 19 ? spec + "Z" : spec;
  const std::optional<double> seconds = go_duration(spec);
  if (!seconds)
    throw UsageError("expire time or duration " + go_quoted(spec) + " not valid");
  if (*seconds <= 0)
    throw UsageError("negative expire duration " + go_quoted(spec) + " not valid");
  const std::time_t when = std::time(nullptr) + static_cast<std::time_t>(*seconds);
  std::tm parts{};
  gmtime_r(&when, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace local_juju
