#include "openstack/times.hpp"

#include <chrono>
#include <regex>

#include "log.hpp"

namespace ncc::openstack {

namespace chrono = std::chrono;

std::optional<std::int64_t> read_time(const std::string& text) {
  static const std::regex form(
      R"((\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d+)?(Z|\+00:00)?)");
  std::smatch part;
  if (!std::regex_match(text, part, form)) {
    return std::nullopt;
  }
  const auto number = [&](std::size_t index) { return std::stoi(part[index].str()); };
  const chrono::year_month_day date{chrono::year(number(1)),
                                    chrono::month(static_cast<unsigned>(number(2))),
                                    chrono::day(static_cast<unsigned>(number(3)))};
  if (!date.ok() || number(4) > 23 || number(5) > 59 || number(6) > 60) {
    return std::nullopt;
  }
  const auto moment = chrono::sys_days(date) + chrono::hours(number(4)) +
                      chrono::minutes(number(5)) + chrono::seconds(number(6));
  return moment.time_since_epoch() / chrono::seconds(1);
}

std::string write_time(std::int64_t seconds) {
  const chrono::sys_seconds moment{chrono::seconds(seconds)};
  const auto midnight = chrono::floor<chrono::days>(moment);
  const chrono::year_month_day date{midnight};
  const chrono::hh_mm_ss clock{moment - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace ncc::openstack
