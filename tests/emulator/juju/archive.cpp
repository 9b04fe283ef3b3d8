#include "archive.hpp"

#include <algorithm>
#include <fstream>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "model.hpp"

namespace local_juju {
namespace {

namespace fs = std::filesystem;

using Zip = std::unique_ptr<zip_t, decltype(&zip_discard)>;

Zip open_zip(const fs::path& archive) {
  int error = 0;
  Zip zip(zip_open(archive.c_str(), ZIP_RDONLY, &error), &zip_discard);
  if (!zip)
    throw Refused("cannot read charm archive \"" + archive.string() + "\": not a valid zip file");
  return zip;
}

std::string content(zip_t* zip, zip_uint64_t index) {
  const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen_index(zip, index, 0),
                                                                &zip_fclose);
  std::string text;
  char block[65536];
  zip_int64_t size = file ? zip_fread(file.get(), block, sizeof block) : -1;
  for (; size > 0; size = zip_fread(file.get(), block, sizeof block))
    text.append(block, static_cast<std::size_t>(size));
  if (size < 0)
    throw Refused(std::string("cannot read charm archive entry ") + zip_get_name(zip, index, 0));
  return text;
}

bool leaves(const fs::path& path) {
  return path.is_absolute() || *path.lexically_normal().begin() == "..";
}

Entry::Kind kind_of(unsigned mode, const std::string& name) {
  if (name.back() == '/' || S_ISDIR(mode))
    return Entry::Kind::folder;
  if (S_ISLNK(mode))
    return Entry::Kind::link;
  if (S_ISREG(mode) || (mode & S_IFMT) == 0)
    return Entry::Kind::file;
  throw Refused("cannot read charm archive: file \"" + name + "\" has an unsupported type");
}

Entry entry_at(zip_t* zip, zip_uint64_t index) {
  Entry entry;
  entry.path = zip_get_name(zip, index, 0);
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(zip, index, 0, &system, &attributes);
  const unsigned mode = system == ZIP_OPSYS_UNIX ? attributes >> 16 : 0;
  const fs::path path(entry.path);
  if (path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end())
    throw Refused("cannot read charm archive: illegal path \"" + entry.path + "\"");
  entry.kind = kind_of(mode, entry.path);
  entry.mode = mode & 0777;
  if (entry.path.back() == '/')
    entry.path.pop_back();
  if (entry.kind != Entry::Kind::link)
    return entry;
  entry.target = content(zip, index);
  if (fs::path(entry.target).is_absolute())
    throw Refused("symlink \"" + entry.path + "\" is absolute: \"" + entry.target + "\"");
  if (leaves(path.parent_path() / entry.target))
    throw Refused("symlink \"" + entry.path + "\" links out of charm: \"" + entry.target + "\"");
  return entry;
}

fs::file_type type_of(const fs::path& path) {
  return fs::symlink_status(path).type();
}

void refuse_conflict(const fs::path& path, Entry::Kind kind) {
  const fs::file_type there = type_of(path);
  const bool folder = kind == Entry::Kind::folder;
  if (there != fs::file_type::not_found && (there == fs::file_type::directory) != folder)
    throw Refused("upgrade failed: \"" + path.filename().string() + "\" changes its type");
}

void write_entry(zip_t* zip, zip_uint64_t index, const Entry& entry, const fs::path& path) {
  if (entry.kind == Entry::Kind::folder) {
    fs::create_directories(path);
    return;
  }
  fs::create_directories(path.parent_path());
  fs::remove(path);
  if (entry.kind == Entry::Kind::link) {
    fs::create_symlink(entry.target, path);
    return;
  }
  std::ofstream out(path, std::ios::binary);
  const std::string text = content(zip, index);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  const bool hook = fs::path(entry.path).parent_path() == "hooks";
  const unsigned mode = entry.mode != 0 ? entry.mode : 0644;
  fs::permissions(path, static_cast<fs::perms>(hook ? mode | 0100 : mode));
}

void drop_old_files(const fs::path& folder,
                    const std::vector<std::string>& previous,
                    const std::vector<std::string>& fresh) {
  for (auto path = previous.rbegin(); path != previous.rend(); ++path) {
    std::error_code ignored;  // a folder that the charm put files into stays
    if (std::find(fresh.begin(), fresh.end(), *path) == fresh.end())
      fs::remove(folder / *path, ignored);
  }
}

}  // namespace

std::vector<Entry> list_archive(const fs::path& archive) {
  const Zip zip = open_zip(archive);
  std::vector<Entry> entries;
  const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i)
    entries.push_back(entry_at(zip.get(), static_cast<zip_uint64_t>(i)));
  return entries;
}

std::string read_entry(const fs::path& archive, const std::string& path) {
  const Zip zip = open_zip(archive);
  const zip_int64_t index = zip_name_locate(zip.get(), path.c_str(), 0);
  return index < 0 ? "" : content(zip.get(), static_cast<zip_uint64_t>(index));
}

std::vector<std::string> unpack_archive(const fs::path& archive,
                                        const fs::path& folder,
                                        const std::vector<std::string>& previous) {
  const std::vector<Entry> entries = list_archive(archive);
  std::vector<std::string> manifest;
  for (const Entry& entry : entries) {
    refuse_conflict(folder / entry.path, entry.kind);
    manifest.push_back(entry.path);
  }
  fs::create_directories(folder);
  drop_old_files(folder, previous, manifest);
  const Zip zip = open_zip(archive);
  for (std::size_t i = 0; i < entries.size(); ++i)
    write_entry(zip.get(), i, entries[i], folder / entries[i].path);
  return manifest;
}

void pack_archive(const fs::path& archive, const std::map<std::string, PackedFile>& files) {
  int error = 0;
  fs::remove(archive);
  Zip zip(zip_open(archive.c_str(), ZIP_CREATE, &error), &zip_discard);
  if (!zip)
    throw Refused("cannot write " + archive.string());
  for (const auto& [path, file] : files) {
    zip_source_t* source = zip_source_buffer(zip.get(), file.text.data(), file.text.size(), 0);
    const zip_int64_t index = zip_file_add(zip.get(), path.c_str(), source, 0);
    const unsigned mode = (file.mode & S_IFMT) != 0 ? file.mode : file.mode | S_IFREG;
    zip_file_set_external_attributes(
        zip.get(), static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX, mode << 16);
  }
  if (zip_close(zip.get()) != 0)
    throw Refused("cannot write " + archive.string());
  static_cast<void>(zip.release());
}

}  // namespace local_juju
