#include "scenario/seams.hpp"

#include <algorithm>
#include <cctype>

#include "scenario/machine.hpp"

namespace ncc::scenario {

namespace {

constexpr int most_requests = 100'000;  // of one process: more is a loop without an end

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return text;
}

bool is_below(const std::string& path, const std::string& directory) {
  return path.starts_with(directory + "/");
}

}  // namespace

std::optional<std::string> MachineFiles::read(const std::string& path) {
  if (path == "/proc/sys/kernel/random/uuid") {
    return fresh_uuid(stage_) + "\n";
  }
  const auto found = machine_.files.find(path);
  return found == machine_.files.end() ? std::nullopt : std::optional(found->second.content);
}

std::optional<FileFacts> MachineFiles::facts(const std::string& path) {
  if (const auto file = machine_.files.find(path); file != machine_.files.end()) {
    return file->second.facts;
  }
  const auto directory = machine_.directories.find(path);
  return directory == machine_.directories.end() ? std::nullopt : std::optional(directory->second);
}

bool MachineFiles::exists(const std::string& path) {
  return facts(path).has_value() || !list(path).empty();
}

std::vector<std::string> MachineFiles::list(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& [path, file] : machine_.files) {
    if (is_below(path, directory)) {
      const std::string rest = path.substr(directory.size() + 1);
      names.insert(rest.substr(0, rest.find('/')));
    }
  }
  return {names.begin(), names.end()};
}

void MachineFiles::write(const std::string& path,
                         const std::string& content,
                         const FileFacts& facts) {
  reaper_.pass("before writing " + path);
  machine_.files[path] = {content, facts};
  changed_();
  reaper_.pass("after writing " + path);
}

void MachineFiles::make_directory(const std::string& path, const FileFacts& facts) {
  reaper_.pass("before making " + path);
  machine_.directories[path] = facts;
  reaper_.pass("after making " + path);
}

bool MachineFiles::remove(const std::string& path) {
  if (!machine_.files.contains(path)) {
    return false;
  }
  reaper_.pass("before removing " + path);
  machine_.files.erase(path);
  changed_();
  reaper_.pass("after removing " + path);
  return true;
}

HttpResponse StageHttp::send(const HttpRequest& request) {
  if (++requests_ > most_requests) {
    throw std::logic_error("a process without an end: " + request.method + " " + request.url);
  }
  const std::string name = request.method + " " + request.url;
  const bool effect = request.method != "GET" && !request.url.ends_with("/auth/tokens");
  if (effect) {
    reaper_.pass("before " + name);
  }
  const fake_cloud::Response response = handle(stage_.cloud, translated(request));
  if (response.status == 501) {
    throw std::logic_error(response.body);
  }
  if (effect) {
    reaper_.pass("after " + name);
  }
  return delivered(request, response);
}

fake_cloud::Request StageHttp::translated(const HttpRequest& request) const {
  const std::string& base = stage_.cloud.base_url;
  if (!request.url.starts_with(base)) {
    throw std::logic_error("not of this cloud: " + request.url);
  }
  fake_cloud::Request translation{
      request.method, request.url.substr(base.size()), {}, request.body};
  for (const auto& [name, value] : request.headers) {
    translation.headers[lower(name)] = value;
  }
  return translation;
}

HttpResponse StageHttp::delivered(const HttpRequest& request,
                                  const fake_cloud::Response& response) {
  if (response.delivery.delay.count() > 0) {
    clock_.sleep(response.delivery.delay);
  }
  if (response.delivery.drop || response.delivery.cut_after) {
    throw HttpError(request.method + " " + request.url, 0, "connection closed");
  }
  HttpResponse delivery{response.status, {}, response.body};
  for (const auto& [name, value] : response.headers) {
    delivery.headers[lower(name)] = value;
  }
  return delivery;
}

void MortalJournal::put(const std::string& scope,
                        const std::string& key,
                        const std::string& value) {
  if (inner_.get(scope, key) == value) {
    return;  // an equal value is not written again
  }
  reaper_.pass("before journal " + scope + " " + key + "=" + value);
  inner_.put(scope, key, value);
  reaper_.pass("after journal " + scope + " " + key + "=" + value);
}

void MortalJournal::forget(const std::string& scope) {
  if (inner_.list(scope).empty()) {
    return;
  }
  reaper_.pass("before forgetting journal " + scope);
  inner_.forget(scope);
  reaper_.pass("after forgetting journal " + scope);
}

}  // namespace ncc::scenario
