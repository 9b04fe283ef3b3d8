#include "charm/run_text.hpp"

#include <nlohmann/json.hpp>

#include "words/error.hpp"

namespace ncc::charm::run_text {

namespace {

using nlohmann::json;

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Reads with `read`; whatever does not fit is a ConfigError naming `what`, without a word of the
/// text, which may be secret.
template <typename Read>
auto parsed(const std::string& text, const char* what, Read read) {
  try {
    return read(json::parse(text));
  } catch (const json::exception&) {
    throw ConfigError(std::string("journal: ") + what, "has a wrong form");
  }
}

}  // namespace

std::string to_text(const RunRequest& request) {
  json sources = json::array();
  for (const drain::Source& source : request.sources) {
    sources.push_back(
        {{"unit", source.unit.str()}, {"host", source.host.str()}, {"mark", source.mark}});
  }
  const drain::Options& options = request.options;
  return dump({{"id", request.id},
               {"scale-in", request.is_scale_in},
               {"sources", sources},
               {"parallel", options.parallel},
               {"parallel-per-host", options.parallel_per_host},
               {"timeout", options.timeout.count()},
               {"mode", static_cast<int>(options.mode)},
               {"target", options.target},
               {"respect-locks", options.respect_locks},
               {"fenced", options.fenced},
               {"attempts", options.attempts}});
}

RunRequest read_request(const std::string& text) {
  return parsed(text, "run request", [](const json& document) {
    RunRequest request{.id = document.at("id").get<std::string>(),
                       .is_scale_in = document.at("scale-in").get<bool>()};
    for (const json& source : document.at("sources")) {
      request.sources.push_back({.unit = UnitName(source.at("unit").get<std::string>()),
                                 .host = HostName(source.at("host").get<std::string>()),
                                 .mark = source.at("mark").get<std::string>()});
    }
    drain::Options& options = request.options;
    options.parallel = document.at("parallel").get<int>();
    options.parallel_per_host = document.at("parallel-per-host").get<int>();
    options.timeout = std::chrono::seconds(document.at("timeout").get<long long>());
    options.mode = static_cast<drain::Mode>(document.at("mode").get<int>());
    options.target = document.at("target").get<std::string>();
    options.respect_locks = document.at("respect-locks").get<bool>();
    options.fenced = document.at("fenced").get<bool>();
    options.attempts = document.at("attempts").get<int>();
    return request;
  });
}

std::string to_text(const drain::Result& result) {
  json left = json::object();
  for (const auto& [host, servers] : result.left) {
    left[host] = json::array();
    for (const drain::Left& one : servers) {
      left[host].push_back({{"server", one.server},
                            {"name", one.name},
                            {"status", one.status},
                            {"reason", one.reason},
                            {"final", one.final}});
    }
  }
  return dump({{"left", left},
               {"moved", result.moved},
               {"stopped", result.stopped},
               {"in-flight", result.in_flight}});
}

drain::Result read_result(const std::string& text) {
  return parsed(text, "run result", [](const json& document) {
    drain::Result result{.moved = document.at("moved").get<std::vector<std::string>>(),
                         .stopped = document.at("stopped").get<std::string>(),
                         .in_flight = document.at("in-flight").get<std::map<std::string, int>>()};
    for (const auto& [host, servers] : document.at("left").items()) {
      std::vector<drain::Left>& left = result.left[host];
      for (const json& one : servers) {
        left.push_back({.server = one.at("server").get<std::string>(),
                        .name = one.at("name").get<std::string>(),
                        .status = one.at("status").get<std::string>(),
                        .reason = one.at("reason").get<std::string>(),
                        .final = one.at("final").get<bool>()});
      }
    }
    return result;
  });
}

std::string to_text(const openstack::Credentials& credentials) {
  return dump({{"auth_url", credentials.auth_url},
               {"username", credentials.username},
               {"password", credentials.password.reveal()},
               {"project", credentials.project},
               {"user_domain", credentials.user_domain},
               {"project_domain", credentials.project_domain},
               {"region", credentials.region},
               {"interface", credentials.interface},
               {"ca_file", credentials.ca_file}});
}

openstack::Credentials read_credentials(const std::string& text) {
  return parsed(text, "log-in", [](const json& document) {
    const auto field = [&](const char* key) { return document.at(key).get<std::string>(); };
    return openstack::Credentials{.auth_url = field("auth_url"),
                                  .username = field("username"),
                                  .password = Secret(field("password")),
                                  .project = field("project"),
                                  .user_domain = field("user_domain"),
                                  .project_domain = field("project_domain"),
                                  .region = field("region"),
                                  .interface = field("interface"),
                                  .ca_file = field("ca_file")};
  });
}

}  // namespace ncc::charm::run_text
