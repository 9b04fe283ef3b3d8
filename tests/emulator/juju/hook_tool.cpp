// The client behind every hook tool's name: it has no logic, sends its call to the unit agent's
// socket and prints the answer. Plain system calls and a static link, because a hook starts many of
// them.
//
// A message is a count and that many byte strings, each a 32-bit length and the bytes (host order,
// same machine):
//   request: context id, folder, tool, "1" if stdin follows, stdin, arguments...
//   reply:   error, exit code, stdout, stderr
//
// Called as `hook-tool exec FOLDER FILE`, it tells the agent that it is the hook's main process,
// then becomes FILE.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

struct Buffer {
  char* data = nullptr;
  size_t size = 0;
  size_t room = 0;
};

[[noreturn]] void fail(const char* text, const char* detail) {
  dprintf(2, "ERROR %s%s\n", text, detail);
  exit(1);
}

void reserve(Buffer& buffer, size_t more) {
  if (buffer.size + more <= buffer.room)
    return;
  buffer.room = (buffer.size + more) * 2;
  buffer.data = static_cast<char*>(realloc(buffer.data, buffer.room));
  if (buffer.data == nullptr)
    fail("out of memory", "");
}

void append(Buffer& buffer, const void* data, size_t size) {
  reserve(buffer, size + 1);
  if (size > 0)
    memcpy(buffer.data + buffer.size, data, size);
  buffer.size += size;
}

void append_number(Buffer& buffer, size_t number) {
  const uint32_t value = static_cast<uint32_t>(number);
  append(buffer, &value, sizeof value);
}

void append_text(Buffer& buffer, const char* data, size_t size) {
  append_number(buffer, size);
  append(buffer, data, size);
}

void append_text(Buffer& buffer, const char* text) {
  append_text(buffer, text, strlen(text));
}

void write_all(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t done = write(fd, data, size);
    if (done <= 0)
      return;
    data += done;
    size -= static_cast<size_t>(done);
  }
}

void read_exactly(int fd, char* data, size_t size) {
  while (size > 0) {
    const ssize_t done = read(fd, data, size);
    if (done <= 0)
      fail("connection is shut down", "");
    data += done;
    size -= static_cast<size_t>(done);
  }
}

Buffer read_text(int fd) {
  uint32_t size = 0;
  read_exactly(fd, reinterpret_cast<char*>(&size), sizeof size);
  Buffer text;
  reserve(text, size + 1);
  read_exactly(fd, text.data, size);
  text.size = size;
  text.data[size] = '\0';
  return text;
}

Buffer read_input() {
  Buffer input;
  for (;;) {
    reserve(input, 65536);
    const ssize_t done = read(0, input.data + input.size, 65536);
    if (done <= 0)
      return input;
    input.size += static_cast<size_t>(done);
  }
}

/// A path longer than sun_path is reached through its folder's descriptor.
void set_address(sockaddr_un& address, const char* path) {
  address.sun_family = AF_UNIX;
  if (strlen(path) < sizeof address.sun_path) {
    strcpy(address.sun_path, path);
    return;
  }
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", path);
  char* name = strrchr(folder, '/');
  *name = '\0';
  const int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", fd, name + 1);
}

int connect_agent() {
  const char* path = getenv("JUJU_AGENT_SOCKET_ADDRESS");
  if (path == nullptr || *path == '\0')
    fail("JUJU_AGENT_SOCKET_ADDRESS not set", "");
  sockaddr_un address{};
  set_address(address, path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("dial unix ", path);
  return fd;
}

struct Answer {
  Buffer error;
  int code = 0;
};

/// One round; prints stdout and stderr of the answer.
Answer ask(int fd, const char* tool, const Buffer* input, char** arguments) {
  char folder[4096];
  if (getcwd(folder, sizeof folder) == nullptr)
    fail("getwd: no such file or directory", "");
  size_t count = 0;
  while (arguments[count] != nullptr)
    ++count;
  Buffer request;
  append_number(request, 5 + count);
  append_text(request, getenv("JUJU_CONTEXT_ID"));
  append_text(request, folder);
  append_text(request, tool);
  append_text(request, input != nullptr ? "1" : "0");
  append_text(request, input != nullptr ? input->data : "", input != nullptr ? input->size : 0);
  for (size_t i = 0; i < count; ++i)
    append_text(request, arguments[i]);
  write_all(fd, request.data, request.size);
  uint32_t fields = 0;
  read_exactly(fd, reinterpret_cast<char*>(&fields), sizeof fields);
  Answer answer;
  answer.error = read_text(fd);
  answer.code = atoi(read_text(fd).data);
  const Buffer out = read_text(fd);
  const Buffer err = read_text(fd);
  write_all(1, out.data, out.size);
  write_all(2, err.data, err.size);
  return answer;
}

int become(char** argv) {
  char* none[] = {nullptr};
  const int fd = connect_agent();
  ask(fd, "#main", nullptr, none);
  close(fd);
  if (chdir(argv[2]) == 0)
    execv(argv[3], argv + 3);
  perror(argv[3]);
  return 126;
}

}  // namespace

int main(int argc, char** argv) {
  const char* slash = strrchr(argv[0], '/');
  const char* tool = slash == nullptr ? argv[0] : slash + 1;
  const char* context = getenv("JUJU_CONTEXT_ID");
  if (context == nullptr || *context == '\0')
    fail("JUJU_CONTEXT_ID not set", "");
  if (argc > 3 && strcmp(tool, "hook-tool") == 0 && strcmp(argv[1], "exec") == 0)
    return become(argv);
  const int fd = connect_agent();
  Answer answer = ask(fd, tool, nullptr, argv + 1);
  if (strcmp(answer.error.data, "hook tool requires stdin, none supplied") == 0) {
    const Buffer input = read_input();
    answer = ask(fd, tool, &input, argv + 1);
  }
  if (answer.error.size > 0)
    fail(answer.error.data, "");
  return answer.code;
}
