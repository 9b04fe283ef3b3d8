// Faults per call: reading them and choosing the one whose turn it is.
#include "cloud/faults.hpp"

#include <regex>

#include "cloud/fields.hpp"

namespace ncc::fake_cloud {

namespace {

template <class Visitor>
void describe(Visitor& visit, Fault& fault) {
  visit("method", fault.method);
  visit("path", fault.path);
  visit("nth", fault.nth);
  visit("count", fault.count);
  visit("status", fault.status);
  visit("process", fault.process);
  visit("headers", fault.headers);
  visit("body", fault.body);
  visit("html", fault.html);
  visit("delay_ms", fault.delay_ms);
  visit("truncate", fault.truncate);
  visit("drop", fault.drop);
  visit("seen", fault.seen);
  visit("met", fault.met);
}

bool does_something(const Fault& fault) {
  return fault.status != 0 || fault.html || fault.truncate || fault.delay_ms != 0 ||
         !fault.drop.empty() || !fault.body.empty() || !fault.headers.empty();
}

void check(const Fault& fault) {
  if (fault.path.empty()) {
    throw StateError("fault: path is missing");
  }
  try {
    const std::regex expression(fault.path);
  } catch (const std::regex_error& error) {
    throw StateError("fault: path is not a regular expression: " + fault.path);
  }
  if (!fault.drop.empty() && fault.drop != "before" && fault.drop != "after") {
    throw StateError("fault: drop is \"before\" or \"after\", not " + fault.drop);
  }
  if (fault.status != 0 && (fault.status < 200 || fault.status > 599)) {
    throw StateError("fault: status is not an HTTP status");
  }
  if (fault.nth < 1 || fault.count < 0 || fault.delay_ms < 0) {
    throw StateError("fault: nth is at least 1, count and delay_ms at least 0");
  }
  if (!does_something(fault)) {
    throw StateError("fault: it does nothing");
  }
}

}  // namespace

Fault read_fault(const nlohmann::json& document) {
  Fault fault;
  FieldReader reader(document, "fault");
  describe(reader, fault);
  reader.finish();
  check(fault);
  return fault;
}

nlohmann::json write_fault(const Fault& fault) {
  Fault copy = fault;
  FieldWriter writer;
  describe(writer, copy);
  return writer.document;
}

Fault* fault_for(std::vector<Fault>& faults, const std::string& method, const std::string& path) {
  Fault* chosen = nullptr;
  for (Fault& fault : faults) {
    if ((!fault.method.empty() && fault.method != method) ||
        !std::regex_search(path, std::regex(fault.path))) {
      continue;
    }
    ++fault.seen;
    const bool in_turn =
        fault.seen >= fault.nth && (fault.count == 0 || fault.seen < fault.nth + fault.count);
    if (in_turn && chosen == nullptr) {
      ++fault.met;
      chosen = &fault;
    }
  }
  return chosen;
}

}  // namespace ncc::fake_cloud
