// Volumes on their way from one status to the next; who asked is in cinder.cpp and
// nova_volumes.cpp. Behaviour: cinder/volume/manager.py, nova/virt/block_device.py.
#include <algorithm>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

void set_free(Volume& volume) {
  volume.status = "available";
  volume.server.reset();
  volume.device.reset();
}

// A failed attachment gives the volume back; a failed detachment leaves it where it is.
void end_step(Volume& volume) {
  const bool failed = volume.fails;
  volume.fails = false;
  volume.ready_at = 0;
  if (volume.status == "creating") {
    volume.status = failed ? "error" : "available";
  } else if (volume.status == "reserved" && !failed) {
    volume.status = "in-use";
  } else if (volume.status == "detaching" && failed) {
    volume.status = "in-use";
  } else if (volume.status == "deleting") {
    volume.status = failed ? "error_deleting" : "";
  } else {
    set_free(volume);
  }
}

// Attaching and detaching are done by the server's nova-compute.
bool stands_still(State& state, const Volume& volume) {
  const Server* server = volume.server ? find_server(state, *volume.server) : nullptr;
  const Service* service =
      server == nullptr ? nullptr : find_compute(state, server->host.value_or(""));
  return volume.server && (service == nullptr || !service->running);
}

}  // namespace

Volume* find_volume(State& state, const std::string& id) {
  const auto found = std::find_if(
      state.volumes.begin(), state.volumes.end(), [&](const Volume& v) { return v.id == id; });
  return found == state.volumes.end() ? nullptr : &*found;
}

bool takes_failure(Settings& settings, const std::string& step) {
  const auto found = settings.volume_fails.find(step);
  if (found == settings.volume_fails.end()) {
    return false;
  }
  if (found->second > 0 && --found->second == 0) {
    settings.volume_fails.erase(found);
  }
  return true;
}

void begin_step(Cloud& cloud, Volume& volume, const std::string& status) {
  static const std::map<std::string, std::string> steps = {{"creating", "create"},
                                                           {"reserved", "attach"},
                                                           {"detaching", "detach"},
                                                           {"deleting", "delete"}};
  volume.status = status;
  volume.fails = takes_failure(cloud.state.settings, steps.at(status));
  volume.ready_at = now_ms(cloud) + milliseconds(cloud.state.settings.volume_seconds);
}

void settle_volumes(Cloud& cloud) {
  auto& volumes = cloud.state.volumes;
  for (Volume& volume : volumes) {
    if (volume.ready_at != 0 && volume.ready_at <= now_ms(cloud) &&
        !stands_still(cloud.state, volume)) {
      end_step(volume);
    }
  }
  volumes.erase(
      std::remove_if(
          volumes.begin(), volumes.end(), [](const Volume& v) { return v.status.empty(); }),
      volumes.end());
}

void free_volumes_of(State& state, const std::string& server) {
  for (Volume& volume : state.volumes) {
    if (volume.server == server) {
      volume.ready_at = 0;
      volume.fails = false;
      set_free(volume);
    }
  }
}

}  // namespace ncc::fake_cloud
