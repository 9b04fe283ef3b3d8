#include "capacity.hpp"

namespace ncc::capacity {

Rooms observe_rooms(openstack::Session& session,
                    const std::vector<Load>& loads,
                    const std::set<std::string>& leaving) {
  std::set<Resources> needs;
  for (const Load& load : loads) {
    needs.insert(load.need);
  }
  needs.erase(Resources{});  // Placement refuses to be asked for nothing

  Rooms rooms;
  openstack::Placement placement(session);
  for (const Resources& need : needs) {
    // An answer tells only the classes that were asked for: one room is put together from several.
    for (const auto& [provider, classes] : placement.candidates(need)) {
      rooms[provider].insert(classes.begin(), classes.end());
    }
  }
  std::erase_if(rooms, [&leaving](const auto& room) { return leaving.contains(room.first); });
  return rooms;
}

}  // namespace ncc::capacity
