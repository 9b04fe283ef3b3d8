// Several processes with one journal, some of them killed.

#include <array>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "journal.hpp"
#include "platform/scratch.hpp"
#include "support/catch.hpp"

using namespace ncc;

namespace {

constexpr int failed = 3;

/// A forked process that tells numbers through a pipe.
class Child {
 public:
  using Tell = std::function<void(int)>;

  explicit Child(const std::function<void(const Tell&)>& work) {
    std::array<int, 2> ends = {};
    if (pipe(ends.data()) != 0) {
      throw std::runtime_error("pipe");
    }
    pid_ = fork();
    if (pid_ == 0) {
      close(ends[0]);
      run(work, ends[1]);
    }
    close(ends[1]);
    told_ = ends[0];
  }

  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  ~Child() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      wait();
    }
    close(told_);
  }

  /// Kills it once it has told `count` numbers; the last number that it told.
  int kill_after(int count) {
    int last = -1;
    for (int i = 0; i < count; ++i) {
      last = next();
    }
    kill(pid_, SIGKILL);
    for (int more = next(); more != -1; more = next()) {
      last = more;
    }
    return last;
  }

  /// Exit status; 128 + signal when killed.
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  /// The next number told; -1 when the process has ended.
  int next() {
    int number = -1;
    return read(told_, &number, sizeof number) == sizeof number ? number : -1;
  }

  [[noreturn]] static void run(const std::function<void(const Tell&)>& work, int pipe_end) {
    int code = 0;
    try {
      work([pipe_end](int number) {
        if (write(pipe_end, &number, sizeof number) != sizeof number) {
          _exit(failed);
        }
      });
    } catch (const std::exception&) {
      code = failed;
    }
    _exit(code);
  }

  pid_t pid_ = 0;
  int told_ = -1;
};

std::string value_of(int number) {
  return std::to_string(number) + std::string(300, 'v');
}

void put_numbers(Journal& journal, const std::string& scope, int count) {
  for (int i = 0; i < count; ++i) {
    journal.put(scope, std::to_string(i), value_of(i));
  }
}

}  // namespace

TEST_CASE("a second open journal sees what the first puts at once", "[journal][processes]") {
  const Scratch scratch;
  const auto first = open_journal(scratch / "facts.db");
  const auto second = open_journal(scratch / "facts.db");

  first->put("unit", "mark", "by the first");
  CHECK(second->get("unit", "mark") == "by the first");
  second->put("unit", "mark", "by the second");
  CHECK(first->get("unit", "mark") == "by the second");
  second->forget("unit");
  CHECK(first->scopes("").empty());
}

TEST_CASE("processes that make and fill one journal together lose nothing",
          "[journal][processes]") {
  constexpr int count = 60;
  const Scratch scratch;
  const std::string path = scratch / "state/facts.db";
  const auto fill = [&path](const std::string& scope) {
    return [&path, scope](const Child::Tell&) { put_numbers(*open_journal(path), scope, count); };
  };

  Child first(fill("first"));
  Child second(fill("second"));
  Child third(fill("third"));

  CHECK(first.wait() == 0);
  CHECK(second.wait() == 0);
  CHECK(third.wait() == 0);
  const auto journal = open_journal(path);
  for (const char* scope : {"first", "second", "third"}) {
    CHECK(journal->list(scope).size() == count);
  }
}

TEST_CASE("every fact whose put returned survives the killed process", "[journal][processes]") {
  const Scratch scratch;
  const std::string path = scratch / "facts.db";
  const int enough = GENERATE(1, 2, 10, 40, 90);
  Child child([&path](const Child::Tell& tell) {
    const auto journal = open_journal(path);
    for (int i = 0;; ++i) {
      journal->put("unit", std::to_string(i), value_of(i));
      tell(i);
    }
  });

  const int last = child.kill_after(enough);

  REQUIRE(child.wait() == 128 + SIGKILL);
  REQUIRE(last >= enough - 1);
  const auto facts = open_journal(path)->list("unit");
  for (int i = 0; i <= last; ++i) {
    REQUIRE(facts.at(std::to_string(i)) == value_of(i));
  }
  // At most the fact whose put was under way is there beside.
  CHECK(facts.size() <= static_cast<std::size_t>(last) + 2);
}

TEST_CASE("a process killed while it makes a journal leaves none or a whole one",
          "[journal][processes]") {
  const Scratch scratch;
  const auto path = [&scratch](int number) { return scratch / std::to_string(number); };
  const int enough = GENERATE(range(1, 20));
  Child child([&path](const Child::Tell& tell) {
    for (int i = 0;; ++i) {
      open_journal(path(i))->put("unit", "mark", "x");
      tell(i);
    }
  });

  const int last = child.kill_after(enough);
  REQUIRE(child.wait() == 128 + SIGKILL);
  REQUIRE(last >= enough - 1);

  CHECK(open_journal(path(last))->get("unit", "mark") == "x");
  const auto journal = open_journal(path(last + 1));
  journal->put("unit", "mark", "y");
  CHECK(journal->get("unit", "mark") == "y");
}
