#include <chrono>
#include <filesystem>
#include <string>

#include <sys/stat.h>

#include "journal.hpp"
#include "journal/bytes.hpp"
#include "platform/scratch.hpp"
#include "support/catch.hpp"

using namespace ncc;

namespace {

using Facts = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

unsigned mode_of(const std::string& path) {
  struct stat found = {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a fact is read back as it was put", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  const auto value = GENERATE(as<std::string>(),
                              "plain",
                              "",
                              "it's \"quoted\"; DROP TABLE fact; --",
                              "two\nlines\r\n\ttabbed\n",
                              "\x01\x7f\x80\xc3\x28\xff",
                              std::string("a\0b", 3),
                              std::string(300'000, 'x'));

  journal->put("unit", "cms-options", value);

  CHECK(journal->get("unit", "cms-options") == value);
}

TEST_CASE("names of scopes and keys may hold any text", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");

  journal->put("run 'x' %_*\n", "", "value");

  CHECK(journal->get("run 'x' %_*\n", "") == "value");
  CHECK(journal->scopes("run 'x' %") == Names{"run 'x' %_*\n"});
}

TEST_CASE("what was never put is absent", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  journal->put("unit", "mark", "x");

  CHECK(journal->get("unit", "other") == std::nullopt);
  CHECK(journal->get("Unit", "mark") == std::nullopt);
  CHECK(journal->list("run 1").empty());
}

TEST_CASE("a second put replaces the value", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");

  journal->put("unit", "mark", "first");
  journal->put("unit", "mark", "second");

  CHECK(journal->list("unit") == Facts{{"mark", "second"}});
}

TEST_CASE("an equal value is not written again", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  journal->put("unit", "mark", "same");
  const std::string before = bytes_of(scratch / "facts.db");

  journal->put("unit", "mark", "same");
  const std::string after_equal = bytes_of(scratch / "facts.db");
  journal->put("unit", "mark", "other");

  CHECK(after_equal == before);
  CHECK(bytes_of(scratch / "facts.db") != before);
}

TEST_CASE("list gives the facts of one scope", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  journal->put("run 1", "state", "done");
  journal->put("run 1", "host", "node4");
  journal->put("run 10", "state", "open");

  CHECK(journal->list("run 1") == Facts{{"host", "node4"}, {"state", "done"}});
}

TEST_CASE("scopes are found by prefix, each once, sorted", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  for (const char* scope : {"run b", "unit", "run a", "running", "ru", "server 1", "RUN c"}) {
    journal->put(scope, "state", "x");
    journal->put(scope, "host", "x");
  }

  CHECK(journal->scopes("run ") == Names{"run a", "run b"});
  CHECK(journal->scopes("zone").empty());
  CHECK(journal->scopes("") ==
        Names{"RUN c", "ru", "run a", "run b", "running", "server 1", "unit"});
}

TEST_CASE("forget removes one scope and nothing else", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  journal->put("run 1", "state", "done");
  journal->put("run 10", "state", "open");

  journal->forget("run 1");
  journal->forget("run 1");

  CHECK(journal->scopes("") == Names{"run 10"});
}

TEST_CASE("facts outlive the process that put them", "[journal][unit]") {
  const Scratch scratch;
  open_journal(scratch / "facts.db")->put("unit", "mark", "x");

  CHECK(open_journal(scratch / "facts.db")->get("unit", "mark") == "x");
}

TEST_CASE("only the owner reads the journal and the directories made for it", "[journal][unit]") {
  const Scratch scratch;
  const std::string path = scratch / "charm/state/facts.db";
  const mode_t usual = umask(0);

  open_journal(path)->put("unit", "mark", "x");
  umask(usual);

  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(scratch / "charm/state") == 0700);
  CHECK(mode_of(scratch / "charm") == 0700);
}

TEST_CASE("a directory that was there keeps its mode", "[journal][unit]") {
  const Scratch scratch;
  REQUIRE(mkdir((scratch / "state").c_str(), 0700) == 0);
  REQUIRE(chmod((scratch / "state").c_str(), 0755) == 0);

  open_journal(scratch / "state/facts.db")->put("unit", "mark", "x");

  CHECK(mode_of(scratch / "state") == 0755);
}

TEST_CASE("the first fact makes the journal, no question does", "[journal][unit]") {
  const Scratch scratch;
  const auto journal = open_journal(scratch / "state/facts.db");

  CHECK_FALSE(journal->get("unit", "mark"));
  CHECK(journal->list("unit").empty());
  CHECK(journal->scopes("").empty());
  journal->forget("unit");
  CHECK_FALSE(std::filesystem::exists(scratch / "state"));

  journal->put("unit", "mark", "x");
  CHECK(std::filesystem::exists(scratch / "state/facts.db"));
}

TEST_CASE("a journal that another process makes meanwhile is seen", "[journal][unit]") {
  const Scratch scratch;
  const auto early = open_journal(scratch / "facts.db");
  REQUIRE(early->scopes("").empty());

  open_journal(scratch / "facts.db")->put("unit", "mark", "x");

  CHECK(early->get("unit", "mark") == "x");
}

TEST_CASE("one file is all that is left beside the facts", "[journal][unit]") {
  const Scratch scratch;

  open_journal(scratch / "state/facts.db")->put("unit", "mark", "x");

  Names names;
  for (const auto& entry : std::filesystem::directory_iterator(scratch / "state")) {
    names.push_back(entry.path().filename().string());
  }
  CHECK(names == Names{"facts.db"});
}

TEST_CASE("putting a fact takes the time of a few fsyncs", "[journal][time]") {
  constexpr int count = 50;
  const Scratch scratch;
  const auto journal = open_journal(scratch / "facts.db");
  const auto start = std::chrono::steady_clock::now();

  for (int i = 0; i < count; ++i) {
    journal->put("unit", "number", std::to_string(i));
  }

  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
  WARN("one put: " << spent.count() / count << " ms");
  CHECK(journal->get("unit", "number") == std::to_string(count - 1));
}

TEST_CASE("a journal without facts is no file", "[journal][unit]") {
  const Scratch scratch;

  const auto journal = open_journal(scratch / "state/facts.db");

  CHECK_FALSE(journal->get("unit", "mark"));
  CHECK(journal->list("unit").empty());
  CHECK(journal->scopes("").empty());
  journal->forget("unit");
  CHECK_FALSE(std::filesystem::exists(scratch / "state"));
}
