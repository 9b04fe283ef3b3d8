#include "session.hpp"

#include <cstdlib>

#include "text.hpp"

namespace local_juju {

Session::Session(const Settings& settings)
    : store_(settings.folder), verbose_(settings.verbose), no_settle_(settings.no_settle) {
  if (settings.folder.empty())
    throw Refused("no model: give --model DIR or set LOCAL_JUJU_MODEL");
  store_.lock();
  setenv("LOCAL_JUJU_MODEL", std::filesystem::absolute(settings.folder).c_str(), 1);
  model_ = store_.load();
  recover(model_);
  if (!settings.counterparts.empty())
    model_.counterparts = std::filesystem::absolute(settings.counterparts);
}

void Session::finish() {
  if (no_settle_)
    store_.save(model_);
  else
    settle(model_, store_, verbose_);
}

std::map<std::string, Json> parse_values(const std::vector<std::string>& words, bool as_text) {
  std::map<std::string, Json> values;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Refused("expected \"key=value\", got " + go_quoted(word));
    std::string value = word.substr(equals + 1);
    if (as_text && !value.empty() && value[0] == '@')
      value = read_file(value.substr(1));
    values[word.substr(0, equals)] = as_text ? Json(value) : parse_yaml(value);
  }
  return values;
}

}  // namespace local_juju
