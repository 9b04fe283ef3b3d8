// cpp-httplib in front of handle(). A dropped connection is shut down under the library, which has
// no call for it.
#include "cloud/server.hpp"

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <dirent.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ncc::fake_cloud {

namespace {

int port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  return address.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port)
             : -1;
}

bool joins(int fd, int local_port, int remote_port) {
  sockaddr_storage local{};
  sockaddr_storage remote{};
  socklen_t local_size = sizeof local;
  socklen_t remote_size = sizeof remote;
  return getsockname(fd, reinterpret_cast<sockaddr*>(&local), &local_size) == 0 &&
         getpeername(fd, reinterpret_cast<sockaddr*>(&remote), &remote_size) == 0 &&
         port_of(local) == local_port && port_of(remote) == remote_port;
}

// Ends the connection between our `local_port` and the client's, found among the open descriptors.
void hang_up(int local_port, int remote_port) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
  while (const dirent* entry = directory ? readdir(directory.get()) : nullptr) {
    const int fd = std::atoi(entry->d_name);
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0 &&
        joins(fd, local_port, remote_port)) {
      shutdown(fd, SHUT_RDWR);
    }
  }
}

Request request_from(const httplib::Request& wire) {
  Request request{wire.method, wire.target, {}, wire.body};
  for (const auto& [name, value] : wire.headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
      return static_cast<char>(std::tolower(c));
    });
    if (lower != "remote_addr" && lower != "remote_port" && lower != "local_addr" &&
        lower != "local_port") {
      request.headers[lower] = value;
    }
  }
  return request;
}

// Announces the whole length and sends only the first `bytes`.
void send_part(httplib::Response& out,
               const std::string& body,
               const std::string& type,
               std::size_t bytes) {
  out.set_content_provider(
      body.size(), type, [body, bytes](std::size_t offset, std::size_t, httplib::DataSink& sink) {
        if (offset < bytes) {
          return sink.write(body.data() + offset, bytes - offset);
        }
        return false;
      });
}

}  // namespace

class CloudServer::Face {
 public:
  Face(Cloud cloud, const Listen& listen, std::function<void(const Cloud&)> changed)
      : cloud_(std::move(cloud)), changed_(std::move(changed)) {
    http_.new_task_queue = [] {
      return new httplib::ThreadPool(32);
    };  // the library takes ownership
    http_.set_keep_alive_max_count(1000);
    http_.set_tcp_nodelay(true);
    const auto serve_it = [this](const httplib::Request& request, httplib::Response& response) {
      serve(request, response);
    };
    http_.Get(".*", serve_it)
        .Post(".*", serve_it)
        .Put(".*", serve_it)
        .Delete(".*", serve_it)
        .Patch(".*", serve_it);
    bind(listen);
    thread_ = std::thread([this] { http_.listen_after_bind(); });
    while (!http_.is_running()) {
      std::this_thread::yield();
    }
  }

  ~Face() {
    {
      const std::lock_guard<std::mutex> lock(ending_mutex_);
      ending_ = true;
    }
    ended_.notify_all();
    http_.stop();
    thread_.join();
  }

  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;

  [[nodiscard]] int port() const { return port_; }

  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  void bind(const Listen& listen) {
    if (listen.port == 0) {
      port_ = http_.bind_to_any_port(listen.address);
    } else if (http_.bind_to_port(listen.address, listen.port)) {
      port_ = listen.port;
    }
    if (port_ <= 0) {
      throw std::runtime_error("cannot listen on " + listen.address + " port " +
                               std::to_string(listen.port));
    }
    url_ = listen.public_url.empty() ? "http://" + listen.address + ":" + std::to_string(port_)
                                     : listen.public_url;
    cloud_.base_url = url_;
  }

  Response answer(const Request& request) {
    const std::lock_guard<std::mutex> one_at_a_time(mutex_);
    Response response = handle(cloud_, request);
    if (changed_) {
      changed_(cloud_);
    }
    return response;
  }

  // Outside of the order of requests, and over at once when the server ends.
  void wait(std::chrono::milliseconds delay) {
    std::unique_lock<std::mutex> lock(ending_mutex_);
    ended_.wait_for(lock, delay, [this] { return ending_; });
  }

  void serve(const httplib::Request& request, httplib::Response& out);

  Cloud cloud_;
  std::function<void(const Cloud&)> changed_;
  std::mutex mutex_ = {};
  std::mutex ending_mutex_ = {};
  std::condition_variable ended_ = {};
  bool ending_ = false;
  httplib::Server http_ = {};
  std::thread thread_ = {};
  int port_ = -1;
  std::string url_ = {};
};

void CloudServer::Face::serve(const httplib::Request& request, httplib::Response& out) {
  const Response response = answer(request_from(request));
  wait(response.delivery.delay);
  if (response.delivery.drop) {
    hang_up(port_, request.remote_port);
    return;
  }
  out.status = response.status;
  std::string type;
  for (const auto& [name, value] : response.headers) {
    if (name == "Content-Type") {
      type = value;
    } else {
      out.set_header(name, value);
    }
  }
  if (response.delivery.cut_after) {
    send_part(out, response.body, type, *response.delivery.cut_after);
  } else if (!response.body.empty()) {
    out.set_content(response.body, type);
  }
}

CloudServer::CloudServer(Cloud cloud,
                         const Listen& listen,
                         std::function<void(const Cloud&)> changed)
    : face_(std::make_unique<Face>(std::move(cloud), listen, std::move(changed))) {}

CloudServer::~CloudServer() = default;

int CloudServer::port() const {
  return face_->port();
}

std::string CloudServer::url() const {
  return face_->url();
}

}  // namespace ncc::fake_cloud
