#pragma once
// The packed charm: a zip whose entries carry Unix modes and relative symlinks. The only user of
// libzip.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace local_juju {

struct Entry {
  enum class Kind { file, folder, link };
  std::string path = {};  // relative, without a closing "/"
  Kind kind = Kind::file;
  unsigned mode = 0;        // permission bits
  std::string target = {};  // of a link
};

/// Entries in the order of the archive. Throws Refused for what Juju refuses: names with ".." or a
/// leading "/", links that are absolute or leave the charm, devices, pipes and sockets, no zip at
/// all.
[[nodiscard]] std::vector<Entry> list_archive(const std::filesystem::path& archive);
/// Text of one entry; empty if there is none.
[[nodiscard]] std::string read_entry(const std::filesystem::path& archive, const std::string& path);
/// Unpacks below `folder`: deletes the files of `previous` that the archive has not, leaves files
/// that the charm made itself, repairs the owner's execute bit of files directly in hooks/ only.
/// Returns the new manifest. Throws Refused ("upgrade failed ...") where a file of one kind meets a
/// folder of the other.
std::vector<std::string> unpack_archive(const std::filesystem::path& archive,
                                        const std::filesystem::path& folder,
                                        const std::vector<std::string>& previous);

struct PackedFile {
  std::string text = {};
  unsigned mode = 0644;  // with S_IFLNK (0120000): a link whose target is `text`
};

/// Writes a charm archive (tests make their throw-away charms with it).
void pack_archive(const std::filesystem::path& archive,
                  const std::map<std::string, PackedFile>& files);

}  // namespace local_juju
