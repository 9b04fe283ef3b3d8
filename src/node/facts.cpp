// A run's facts in the journal, and its tags in the cloud.

#include "node/look.hpp"
#include "words/entries.hpp"
#include "words/text.hpp"

namespace ncc::node {

std::string tag_in(const std::map<std::string, std::string>& metadata, const char* tag) {
  return entry_of(metadata, tag);
}

std::string description_of(const std::string& run) {
  return std::string(run_tag) + "=" + run;
}

void put_number(Journal& journal, const char* key, long long value) {
  journal.put(scope, key, std::to_string(value));
}

Facts read_facts(Journal& journal) {
  const std::map<std::string, std::string> facts = journal.list(scope);
  const auto text = [&](const char* key) { return entry_of(facts, key); };
  const auto number = [&](const char* key) { return to_integer(text(key)).value_or(0); };
  return {.run = text("run"),
          .began = number("began"),
          .number = number("number"),
          .server = text("server"),
          .asked = text("asked"),
          .asked_at = number("asked-at"),
          .tries = static_cast<int>(number("tries")),
          .failure = text("failure"),
          .failed_at = number("failed-at")};
}

void begin_run(Journal& journal, const std::string& run, std::int64_t now) {
  journal.forget(scope);
  put_number(journal, "began", now);
  journal.put(scope, "run", run);
}

void resume_run(Journal& journal, std::int64_t now) {
  put_number(journal, "began", now);
  put_number(journal, "tries", 0);
  journal.put(scope, "failure", "");
}

}  // namespace ncc::node
