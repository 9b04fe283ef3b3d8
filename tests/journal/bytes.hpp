#pragma once
// The bytes of a file, as they lie on the disk.

#include <fstream>
#include <sstream>
#include <string>

inline std::string bytes_of(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}
