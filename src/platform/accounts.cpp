#include "platform/accounts.hpp"

#include <optional>
#include <system_error>
#include <vector>

#include <grp.h>
#include <pwd.h>

#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc {
namespace {

constexpr std::size_t largest_entry = 1U << 20U;  // a group with very many members

/// Calls one of the getpw*_r and getgr*_r functions, with a buffer that grows, and takes what is
/// wanted of its answer. `path` is what an error is about.
template <typename Entry, typename Call, typename Take>
auto look_up(const std::string& path, Call call, Take take)
    -> std::optional<decltype(take(Entry{}))> {
  std::vector<char> buffer(4096);
  Entry entry{};
  Entry* found = nullptr;
  int error = call(entry, buffer, found);
  while (error == ERANGE && buffer.size() < largest_entry) {
    buffer.resize(buffer.size() * 2);
    error = call(entry, buffer, found);
  }
  if (found != nullptr) {
    return take(*found);
  }
  // "Not found" has several codes in practice, see getpwnam(3); what is left is a broken name
  // service.
  if (error == EIO || error == EMFILE || error == ENFILE || error == ENOMEM || error == ERANGE) {
    throw FileError(path, std::generic_category().message(error));
  }
  return std::nullopt;
}

}  // namespace

Owner owner_ids(const std::string& text, const std::string& path) {
  const auto colon = text.find(':');
  const std::string user = text.substr(0, colon);
  const std::string group = colon == std::string::npos ? user : text.substr(colon + 1);
  const auto uid = look_up<passwd>(
      path,
      [&](passwd& entry, std::vector<char>& buffer, passwd*& found) {
        return getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
      },
      [](const passwd& entry) { return entry.pw_uid; });
  const auto gid = look_up<::group>(
      path,
      [&](::group& entry, std::vector<char>& buffer, ::group*& found) {
        return getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found);
      },
      [](const ::group& entry) { return entry.gr_gid; });
  if (!uid || !gid) {
    throw FileError(path, "there is no owner " + text);
  }
  return {.user = *uid, .group = *gid};
}

std::string owner_name(const Owner& owner) {
  const auto user = look_up<passwd>(
      "user " + std::to_string(owner.user),
      [&](passwd& entry, std::vector<char>& buffer, passwd*& found) {
        return getpwuid_r(owner.user, &entry, buffer.data(), buffer.size(), &found);
      },
      [](const passwd& entry) { return std::string(entry.pw_name); });
  const auto group = look_up<::group>(
      "group " + std::to_string(owner.group),
      [&](::group& entry, std::vector<char>& buffer, ::group*& found) {
        return getgrgid_r(owner.group, &entry, buffer.data(), buffer.size(), &found);
      },
      [](const ::group& entry) { return std::string(entry.gr_name); });
  return user.value_or(std::to_string(owner.user)) + ":" +
         group.value_or(std::to_string(owner.group));
}

}  // namespace ncc
