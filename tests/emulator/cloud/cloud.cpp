// handle(): log, faults, and the way to the service; and the answers that all services share.
#include "cloud/cloud.hpp"

#include <algorithm>
#include <ctime>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

struct Target {
  std::string path = {};
  std::string query = {};
};

Target target_of(const Request& request) {
  const std::size_t question = request.target.find('?');
  if (question == std::string::npos) {
    return {request.target, ""};
  }
  return {request.target.substr(0, question), request.target.substr(question + 1)};
}

Call make_call(Cloud& cloud, const Request& request) {
  const Target target = target_of(request);
  Call call{cloud, request, request.method};
  for (const std::string& segment : split(target.path, '/')) {
    call.path.push_back(decode(segment));
  }
  for (const std::string& item : split(target.query, '&')) {
    const std::size_t equals = std::min(item.find('='), item.size());
    call.query.emplace_back(decode(item.substr(0, equals)),
                            decode(item.substr(std::min(equals + 1, item.size()))));
  }
  return call;
}

Response dispatch(Call call) {
  const std::string root = call.path.empty() ? "v3" : call.path.front();
  const auto below = [](Call inner) {
    inner.path.erase(inner.path.begin());
    return inner;
  };
  if (root == "v3" || root == "identity") {
    return keystone(root == "v3" ? std::move(call) : below(std::move(call)));
  }
  if (root == "baremetal" && call.state().settings.ironic) {
    return ironic(below(std::move(call)));
  }
  if (root == "compute" || root == "placement") {
    report_ironic_nodes(call.cloud);
  }
  if (root == "compute") {
    return nova(below(std::move(call)));
  }
  if (root == "placement") {
    return placement(below(std::move(call)));
  }
  if (root == "network") {
    return neutron(below(std::move(call)));
  }
  if (root == "image") {
    return glance(below(std::move(call)));
  }
  if (root == "volume" && !call.state().settings.cinder_type.empty()) {
    return cinder(below(std::move(call)));
  }
  if (root == "dns" && call.state().settings.designate) {
    return designate(below(std::move(call)));
  }
  return not_emulated(call.request);
}

LogEntry entry_for(const Request& request) {
  const Target target = target_of(request);
  LogEntry entry{request.method, target.path, target.query};
  for (const auto& [name, value] : request.headers) {
    if (name != "x-auth-token" && name != "x-subject-token" && name != "authorization") {
      entry.headers[name] = value;
    }
  }
  const auto version = request.headers.find("openstack-api-version");
  const auto legacy = request.headers.find("x-openstack-nova-api-version");
  if (version != request.headers.end()) {
    entry.microversion = version->second;
  } else if (legacy != request.headers.end()) {
    entry.microversion = "compute " + legacy->second;
  }
  if (target.path.find("/auth/tokens") == std::string::npos) {
    entry.body = request.body;
  }
  return entry;
}

// The body a proxy in front of a dead service writes (haproxy's).
std::string proxy_page(int status) {
  const std::string title = std::to_string(status) + " " + standard_title(status);
  return "<html><body><h1>" + title +
         "</h1>\nNo server is available to handle this request.\n</body></html>\n";
}

Response hiding_answer(const Fault& fault) {
  const int status = static_cast<int>(fault.status == 0 ? 503 : fault.status);
  if (fault.html) {
    return {status, {{"Content-Type", "text/html"}}, proxy_page(status), {}};
  }
  if (!fault.body.empty()) {
    return {status, {{"Content-Type", "application/json"}}, fault.body, {}};
  }
  return nova_error(status, standard_title(status));
}

Response answer_with_fault(Fault& fault, Call call) {
  Response response;
  const bool hidden = fault.status != 0 || fault.html || !fault.body.empty();
  if (fault.drop == "before") {
    response.status = 0;
  } else if (!hidden || fault.process || fault.drop == "after") {
    response = dispatch(std::move(call));
  }
  if (hidden && fault.drop.empty()) {
    response = hiding_answer(fault);
  }
  for (const auto& [name, value] : fault.headers) {
    response.headers.emplace_back(name, value);
  }
  response.delivery.delay = std::chrono::milliseconds(fault.delay_ms);
  response.delivery.drop = !fault.drop.empty();
  if (fault.truncate) {
    response.delivery.cut_after = response.body.size() / 2;
  }
  return response;
}

void add_common_headers(const Cloud& cloud, Response& response, const std::string& request_id) {
  response.headers.emplace_back("Date", iso_time(now(cloud), "%a, %d %b %Y %H:%M:%S GMT"));
  response.headers.emplace_back("X-Openstack-Request-Id", request_id);
}

}  // namespace

std::optional<std::string> Call::parameter(const std::string& name) const {
  for (const auto& [key, value] : query) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

bool Call::is_admin() const {
  return !token.system &&
         std::find(token.roles.begin(), token.roles.end(), "admin") != token.roles.end();
}

bool Call::is(const std::string& wanted_method, const std::string& pattern) const {
  const std::vector<std::string> wanted = split(pattern, '/');
  return method == wanted_method && std::equal(path.begin(),
                                               path.end(),
                                               wanted.begin(),
                                               wanted.end(),
                                               [](const std::string& is, const std::string& want) {
                                                 return want == "*" || is == want;
                                               });
}

std::int64_t now(const Cloud& cloud) {
  return (cloud.real_seconds ? cloud.real_seconds() : std::time(nullptr)) + cloud.advanced;
}

std::int64_t now_ms(const Cloud& cloud) {
  using std::chrono::milliseconds;
  const auto real = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t machine = std::chrono::duration_cast<milliseconds>(real).count();
  return (cloud.real_seconds ? cloud.real_seconds() * 1000 : machine) + cloud.advanced * 1000;
}

Response handle(Cloud& cloud, const Request& request) {
  Call call = make_call(cloud, request);
  if (!call.path.empty() && call.path.front() == "_emulator") {
    call.path.erase(call.path.begin());
    Response response = control(std::move(call));
    expect_ironic_work(cloud);
    return response;
  }
  settle(cloud);
  call.request_id = "req-" + make_uuid(cloud);
  const std::string request_id = call.request_id;
  const Target target = target_of(request);
  Fault* fault = fault_for(cloud.faults, request.method, target.path);
  Response response =
      fault != nullptr ? answer_with_fault(*fault, std::move(call)) : dispatch(std::move(call));
  if (request.method != "GET") {
    expect_ironic_work(cloud);
  }
  add_common_headers(cloud, response, request_id);
  LogEntry entry = entry_for(request);
  entry.status = response.delivery.drop ? 0 : response.status;
  cloud.log.push_back(std::move(entry));
  return response;
}

Request make_request(const std::string& method_and_target,
                     const Caller& caller,
                     const std::string& body) {
  const std::size_t space = method_and_target.find(' ');
  Request request{
      method_and_target.substr(0, space), method_and_target.substr(space + 1), {}, body};
  if (!caller.token.empty()) {
    request.headers["x-auth-token"] = caller.token;
  }
  if (!caller.microversion.empty()) {
    request.headers["openstack-api-version"] = caller.microversion;
  }
  if (!body.empty()) {
    request.headers["content-type"] = "application/json";
  }
  return request;
}

Response json_response(int status, const Json& body) {
  return {status, {{"Content-Type", "application/json"}}, body.dump(), {}};
}

Response empty_response(int status) {
  return {status, {}, "", {}};
}

std::string standard_title(int status) {
  static const std::map<int, std::string> titles = {{400, "Bad Request"},
                                                    {401, "Unauthorized"},
                                                    {403, "Forbidden"},
                                                    {404, "Not Found"},
                                                    {405, "Method Not Allowed"},
                                                    {406, "Not Acceptable"},
                                                    {409, "Conflict"},
                                                    {413, "Payload Too Large"},
                                                    {429, "Too Many Requests"},
                                                    {500, "Internal Server Error"},
                                                    {501, "Not Implemented"},
                                                    {502, "Bad Gateway"},
                                                    {503, "Service Unavailable"},
                                                    {504, "Gateway Timeout"}};
  const auto found = titles.find(status);
  return found == titles.end() ? "Unknown" : found->second;
}

Response unauthorized(const Cloud& cloud) {
  const std::string message = "The request you have made requires authentication.";
  Response response = json_response(
      401, {{"error", {{"code", 401}, {"title", "Unauthorized"}, {"message", message}}}});
  response.headers.emplace_back("WWW-Authenticate", "Keystone uri=\"" + cloud.base_url + "/v3\"");
  return response;
}

std::optional<Token> valid_token(const Cloud& cloud, const Request& request) {
  const auto header = request.headers.find("x-auth-token");
  if (header == request.headers.end()) {
    return std::nullopt;
  }
  const auto found = cloud.tokens.find(header->second);
  if (found == cloud.tokens.end() || found->second.expires_at <= now(cloud)) {
    return std::nullopt;
  }
  return found->second;
}

Response not_emulated(const Request& request) {
  const std::string text =
      "cloud-emulator does not have " + request.method + " " + request.target + "\n";
  return {501, {{"Content-Type", "text/plain"}}, text, {}};
}

}  // namespace ncc::fake_cloud
