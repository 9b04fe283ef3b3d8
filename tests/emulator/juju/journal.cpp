#include "journal.hpp"

#include <algorithm>
#include <fstream>

namespace local_juju {

void Journal::run(const Json& entry) const {
  std::ofstream out(folder_ / "log.jsonl", std::ios::app);
  out << entry.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

void Journal::line(const std::string& unit,
                   const std::string& level,
                   const std::string& module,
                   const std::string& text) const {
  std::string name = "unit-" + unit + ".log";
  std::replace(name.begin(), name.end(), '/', '-');
  std::string time = timestamp();
  time[10] = ' ';
  time.pop_back();
  std::ofstream out(folder_ / name, std::ios::app);
  out << time << ' ' << level << ' ' << module << ' ' << text << '\n';
}

}  // namespace local_juju
