#pragma once
// Servers for the contract: what to ask for, waiting for it, and its end.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "cloud/contract.hpp"

namespace ncc::contract {

inline std::string id_of(const Json& items, const std::string& name) {
  for (const Json& item : items) {
    if (item["name"] == name) {
      return item["id"];
    }
  }
  return "";
}

inline Json wanted_server() {
  Json networks = "none";
  if (!target().network.empty()) {
    const Json found =
        session().neutron("GET /networks?name=" + target().network).json()["networks"];
    networks = Json::array({{{"uuid", id_of(found, target().network)}}});
  }
  return {
      {"name", "ncc-contract"},
      {"flavorRef",
       id_of(session().nova("GET /flavors/detail", "2.74").json()["flavors"], target().flavor)},
      {"imageRef",
       id_of(session().glance("GET /images?status=active&name=" + target().image).json()["images"],
             target().image)},
      {"networks", networks},
      {"host", target().host}};
}

/// Asks every 100 ms, for two minutes at most, until an answer fits.
inline std::optional<Answer> await(const std::function<Answer()>& ask,
                                   const std::function<bool(const Answer&)>& fits) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (std::chrono::steady_clock::now() < deadline) {
    const Answer answer = ask();
    if (fits(answer)) {
      return answer;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return std::nullopt;
}

/// The same of Nova.
inline std::optional<Answer> await(const std::string& what,
                                   const std::function<bool(const Answer&)>& fits) {
  return await([&] { return session().nova(what, "2.74"); }, fits);
}

/// A server that is removed on every path.
class Probe {
 public:
  explicit Probe(const std::string& id) : id_(id), path_(" /servers/" + id) {}

  ~Probe() { (void)session().nova("DELETE" + path_, "2.74"); }

  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  [[nodiscard]] std::string path() const { return path_; }

  [[nodiscard]] std::string id() const { return id_; }

 private:
  std::string id_;
  std::string path_;
};

/// A server on the target's host that is ACTIVE; nullptr when that was not to be.
inline std::unique_ptr<Probe> active_server() {
  const Answer created = session().nova("POST /servers", "2.74", {{"server", wanted_server()}});
  if (created.status != 202) {
    return nullptr;
  }
  auto probe = std::make_unique<Probe>(created.json()["server"]["id"].get<std::string>());
  const auto built = await("GET" + probe->path(), [](const Answer& answer) {
    return answer.json()["server"]["status"] == "ACTIVE";
  });
  return built ? std::move(probe) : nullptr;
}

}  // namespace ncc::contract
