#pragma once
// Faults per call: which requests they meet and what they do to the answer. Set by POST
// /_emulator/faults.
//
//   key        meaning                                            default
//   method     exact, "" = any                                    ""
//   path       regular expression searched in the path            (required)
//   nth        the first matching request that is met, from 1     1
//   count      how many are met from there, 0 = all               1
//   status     answer this instead                                0 = the real answer
//   process    the request is carried out before `status` hides its answer    false
//   headers    added to the answer                                {}
//   body, html the body of `status`; html: as a proxy writes it   Nova-like JSON
//   delay_ms   before the answer                                  0
//   truncate   half of the body, Content-Length of all of it      false
//   drop       "before" or "after" the request is carried out     "" = no

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ncc::fake_cloud {

struct Fault {
  std::string method = {}, path = {};
  std::int64_t nth = 1, count = 1, status = 0, delay_ms = 0;
  bool process = false, html = false, truncate = false;
  std::string body = {}, drop = {};
  std::map<std::string, std::string> headers = {};
  std::int64_t seen = 0, met = 0;  // counters, only in what GET shows
};

/// Throws StateError for an unknown key, a bad expression, or a fault that does nothing.
[[nodiscard]] Fault read_fault(const nlohmann::json& document);
[[nodiscard]] nlohmann::json write_fault(const Fault& fault);

/// Counts the request in every fault that matches it; the first one whose turn it is, or nullptr.
[[nodiscard]] Fault* fault_for(std::vector<Fault>& faults,
                               const std::string& method,
                               const std::string& path);

}  // namespace ncc::fake_cloud
