#pragma once
// What a reply means: the rules of openstack.hpp for repeating a call, and its verdict.

#include <chrono>
#include <string>

#include "openstack.hpp"

namespace ncc::openstack {

constexpr int most_repeats = 3;
constexpr std::chrono::seconds longest_patience{60};

/// Empty when there is no such header; `name` in lower case.
[[nodiscard]] std::string header(const HttpResponse& response, const std::string& name);
[[nodiscard]] std::string header(const HttpReply& reply, const std::string& name);
/// 0 when no answer came.
[[nodiscard]] int code_of(const HttpReply& reply);
[[nodiscard]] bool may_repeat(const std::string& method, int code);
/// How long the service wants us to wait before repeat number `repeat` (from 0); 1, 2, 4 s when it
/// says nothing.
[[nodiscard]] std::chrono::seconds delay_of(const HttpReply& reply, int repeat);
[[nodiscard]] Verdict verdict_of(int code);
/// X-Openstack-Request-Id, by Nova's older name where that is the only one.
[[nodiscard]] std::string request_id_of(const HttpResponse& response);

}  // namespace ncc::openstack
