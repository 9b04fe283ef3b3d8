#include <array>
#include <memory>
#include <string>
#include <thread>

#include <openssl/ssl.h>
#include <unistd.h>

#include "platform.hpp"
#include "platform/scratch.hpp"
#include "platform/scripted_server.hpp"
#include "support/catch.hpp"

using namespace ncc;

namespace {

/// Answers one request over TLS, with a certificate of its own for 127.0.0.1 that no system knows.
class TlsServer {
 public:
  TlsServer() : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    const auto runner = make_process_runner();
    run_or_throw(*runner,
                 {.argv = {"openssl",
                           "req",
                           "-x509",
                           "-newkey",
                           "rsa:2048",
                           "-nodes",
                           "-days",
                           "2",
                           "-subj",
                           "/CN=test",
                           "-addext",
                           "subjectAltName=IP:127.0.0.1",
                           "-keyout",
                           scratch_ / "key",
                           "-out",
                           certificate()}});
    SSL_CTX_use_certificate_chain_file(context_.get(), certificate().c_str());
    SSL_CTX_use_PrivateKey_file(context_.get(), (scratch_ / "key").c_str(), SSL_FILETYPE_PEM);
    thread_ = std::jthread([this] { serve(); });
  }

  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  ~TlsServer() { listener_.stop(); }

  [[nodiscard]] std::string certificate() const { return scratch_ / "certificate"; }

  [[nodiscard]] std::string url() const { return "https://" + listener_.address() + "/"; }

 private:
  void serve() {
    const int fd = listener_.accept();
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context_.get()), &SSL_free);
    SSL_set_fd(tls.get(), fd);
    if (fd >= 0 && SSL_accept(tls.get()) == 1) {
      std::array<char, 4096> request{};
      SSL_read(tls.get(), request.data(), static_cast<int>(request.size()));
      const std::string answer = ok("over TLS");
      SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
      SSL_shutdown(tls.get());
    }
    close(fd);
  }

  Scratch scratch_;
  Listener listener_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("row 125: a server is trusted when its CA is given", "[platform][http]") {
  const TlsServer server;

  CHECK(make_http_transport()->send({.url = server.url(), .ca_file = server.certificate()}).body ==
        "over TLS");
}

TEST_CASE("row 125: a server with an unknown CA is refused with the reason", "[platform][http]") {
  const TlsServer server;
  const auto transport = make_http_transport();

  CHECK_THROWS_WITH(transport->send({.url = server.url()}),
                    Catch::Contains("certificate") && Catch::Contains("self-signed"));
}
