#include "drain/tries.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "drain/fate.hpp"

namespace ncc::drain {

namespace {

using nlohmann::json;

constexpr std::string_view prefix = "drain ";
constexpr const char* key = "attempt";

std::string scope_of(const std::string& server) {
  return std::string(prefix) + server;
}

}  // namespace

std::string to_text(const Attempt& attempt) {
  const json document{{"number", attempt.number},
                      {"way", attempt.way},
                      {"source", attempt.source},
                      {"asked_at", attempt.asked_at},
                      {"newest", attempt.newest},
                      {"request_id", attempt.request_id},
                      {"failure", attempt.failure},
                      {"refused", attempt.refused},
                      {"not_before", attempt.not_before},
                      {"confirms", attempt.confirms},
                      {"turned_down", attempt.turned_down}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Attempt read_attempt(const std::string& text) {
  try {
    const json document = json::parse(text);
    return {.number = document.at("number").get<int>(),
            .way = document.at("way").get<std::string>(),
            .source = document.at("source").get<std::string>(),
            .asked_at = document.at("asked_at").get<std::int64_t>(),
            .newest = document.at("newest").get<long long>(),
            .request_id = document.at("request_id").get<std::string>(),
            .failure = document.at("failure").get<std::string>(),
            .refused = document.at("refused").get<bool>(),
            .not_before = document.at("not_before").get<std::int64_t>(),
            .confirms = document.at("confirms").get<int>(),
            .turned_down = document.at("turned_down").get<std::string>()};
  } catch (const json::exception& error) {
    throw std::invalid_argument("journal: no drain attempt: " + std::string(error.what()));
  }
}

Tries::Tries(Journal& journal, const std::vector<Source>& sources) : journal_(journal) {
  for (const std::string& scope : journal_.scopes(std::string(prefix))) {
    const std::optional<std::string> text = journal_.get(scope, key);
    if (!text) {
      continue;
    }
    Attempt attempt = read_attempt(*text);
    const bool ours = std::any_of(sources.begin(), sources.end(), [&](const Source& source) {
      return source.host.str() == attempt.source;
    });
    if (ours) {
      attempts_.emplace(scope.substr(prefix.size()), std::move(attempt));
    }
  }
}

Attempt Tries::of(const std::string& server) const {
  const auto found = attempts_.find(server);
  return found == attempts_.end() ? Attempt{} : found->second;
}

void Tries::save(const std::string& server, const Attempt& attempt) {
  journal_.put(scope_of(server), key, to_text(attempt));
  attempts_[server] = attempt;
}

void Tries::forget(const std::string& server) {
  if (attempts_.contains(server)) {
    journal_.forget(scope_of(server));
    attempts_.erase(server);
  }
}

void Tries::start_over() {
  const Attempts all = attempts_;
  for (const auto& [server, attempt] : all) {
    if (!is_open(attempt)) {
      forget(server);
    } else if (attempt.confirms > 0) {
      Attempt unconfirmed = attempt;
      unconfirmed.confirms = 0;
      unconfirmed.not_before = 0;
      save(server, unconfirmed);
    }
  }
}

}  // namespace ncc::drain
