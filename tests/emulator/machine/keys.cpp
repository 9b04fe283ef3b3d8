// ssh-keygen and update-ca-certificates. Keys are not secrets here: their bytes follow from the
// machine and the path, so a run can be repeated, and they cost nothing.
#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

#include "options.hpp"
#include "programs.hpp"

namespace emulated {

namespace {

std::string base64(const std::string& bytes) {
  const char* const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned value = 0;
    for (std::size_t j = 0; j < 3; ++j)
      value = value << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j > bytes.size() ? '=' : digits[value >> (18 - 6 * j) & 63U];
  }
  return text;
}

/// A field of the wire form of a public key: length and bytes.
std::string field(const std::string& bytes) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8)
    text += static_cast<char>(bytes.size() >> shift & 0xff);
  return text + bytes;
}

std::string bytes_from(const std::string& seed, std::size_t size) {
  std::uint64_t state = 1469598103934665603U;
  for (const char c : seed)
    state = (state ^ static_cast<unsigned char>(c)) * 1099511628211U;
  std::string bytes;
  while (bytes.size() < size) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    bytes += static_cast<char>(state >> 56);
  }
  return bytes;
}

/// The form of an RSA public key of `bits` bits; the modulus is no product of primes.
std::string public_key(const std::string& seed, int bits) {
  std::string modulus = bytes_from(seed, static_cast<std::size_t>(bits / 8));
  modulus.front() = static_cast<char>(modulus.front() | '\x80');
  const std::string exponent("\x01\x00\x01", 3);
  return base64(field("ssh-rsa") + field(exponent) + field(std::string(1, '\0') + modulus));
}

void write_key(const World& world,
               const std::string& path,
               const std::string& content,
               unsigned mode) {
  write_text(world, path, content);
  ::chmod((world.root + path).c_str(), mode);
}

}  // namespace

Outcome ssh_keygen(World& world, const Words& arguments) {
  const Options options = parse_options(
      arguments,
      {{"quiet", 'q'},
       {"type=", 't'},
       {"bits=", 'b'},
       {"passphrase=", 'N'},
       {"comment=", 'C'},
       {"file=", 'f'}},
      [](const std::string& option) { return Refused(1, "unknown option -- " + option); });
  const std::string path = options.get("file");
  const std::string type = options.get("type", "ed25519");
  if (type != "rsa" || path.empty() || !options.values.count("passphrase") ||
      !options.get("passphrase").empty())
    throw Refused(1, "emulated ssh-keygen: makes RSA keys with -f PATH and -N '' only");
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!std::filesystem::is_directory(world.root + folder.string()))
    throw Refused(1, "Saving key \"" + path + "\" failed: No such file or directory");
  if (std::filesystem::exists(world.root + path))
    return {.exit = 1,
            .output = "Generating public/private rsa key pair.\n" + path +
                      " already exists.\nOverwrite (y/n)? "};
  const std::string machine = world.data.at("fqdn").get<std::string>();
  const int bits = std::stoi(options.get("bits", "3072"));
  const std::string comment = options.get("comment", "root@" + split(machine, '.').front());
  const std::string secret = base64(bytes_from("private " + machine + path, 300));
  write_key(
      world,
      path,
      "-----BEGIN OPENSSH PRIVATE KEY-----\n" + secret + "\n-----END OPENSSH PRIVATE KEY-----\n",
      0600);
  write_key(
      world,
      path + ".pub",
      "ssh-rsa " + public_key(machine + path, bits) + (comment.empty() ? "" : " " + comment) + "\n",
      0644);
  return {.output = options.has("quiet") ? "" : "Generating public/private rsa key pair.\n"};
}

Outcome update_ca_certificates(World& world, const Words& arguments) {
  const Options options =
      parse_options(arguments, {{"fresh", 'f'}, {"verbose", 'v'}}, [](const std::string& option) {
        return Refused(1, "update-ca-certificates: unknown option " + option);
      });
  const std::string source = "/usr/local/share/ca-certificates";
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(world.root + source))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(world.root + source))
      if (entry.path().extension() == ".crt")
        files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  const std::string before = read_text(world, "/etc/ssl/certs/ca-certificates.crt");
  const Json known = world.data.value("trusted", Json::object());
  Json trusted = Json::object();
  std::string bundle;
  int added = 0;
  for (const std::filesystem::path& file : files) {
    const std::string text = read_text({.root = ""}, file.string());
    const std::string name = file.stem().string();
    trusted[name] = true;
    added += known.contains(name) ? 0 : 1;
    bundle += text + (text.empty() || text.back() == '\n' ? "" : "\n");
    write_text(world, "/etc/ssl/certs/" + name + ".pem", text);
  }
  int removed = 0;
  for (const auto& [name, yes] : known.items()) {
    if (trusted.contains(name))
      continue;
    std::filesystem::remove(world.root + "/etc/ssl/certs/" + name + ".pem");
    ++removed;
  }
  world.data["trusted"] = trusted;
  if (bundle != before)
    write_text(world, "/etc/ssl/certs/ca-certificates.crt", bundle);
  return {.output = "Updating certificates in /etc/ssl/certs...\n" + std::to_string(added) +
                    " added, " + std::to_string(removed) +
                    " removed; done.\nRunning hooks in /etc/ca-certificates/update.d...\ndone.\n"};
}

}  // namespace emulated
