#pragma once
// Unit files that the machine's owner wrote to /etc/systemd/system: services with a process of
// their own (processes.hpp). What the emulator does not play is refused, loudly: a key that is
// ignored would be silently wrong.

#include "world.hpp"

namespace emulated {

/// systemd.service(5), as far as it is played.
struct UnitFile {
  std::string type = "simple";  // simple | exec | oneshot
  Words command = {};           // ExecStart=, an absolute program and its arguments
  std::string folder = "/";     // WorkingDirectory=
  std::string user = "root";    // User=; another one only for what is played
  Words environment = {};       // Environment=, "KEY=value"
  std::string restart = "no";   // no | on-failure | always
  int restart_ms = 100;         // RestartSec=
  int stop_ms = 90000;          // TimeoutStopSec=: SIGKILL comes that long after SIGTERM
  int burst = 5;                // StartLimitBurst=: starts allowed ...
  int interval_ms = 10000;      // StartLimitIntervalSec=: ... within this time; 0: no limit
  bool installable = false;     // has WantedBy= or RequiredBy=: can be enabled
};

/// Path of the file that defines the unit; an instance `x@i.service` falls back to `x@.service`.
/// Empty when there is none, or when it is a link (masked).
[[nodiscard]] std::string unit_file_path(const World& world, const std::string& unit);
/// Reads the text of the file that defines the unit. Throws Refused for what is not played.
[[nodiscard]] UnitFile parse_unit_file(const std::string& text, const std::string& unit);
/// "x@.service": not a unit, but what its instances are made from.
[[nodiscard]] bool is_template(const std::string& unit);
/// True when its program is played, not executed (nova_compute.hpp).
[[nodiscard]] bool is_played(const UnitFile& file);
/// Names of the services whose files are in /etc/systemd/system, without templates.
[[nodiscard]] Words local_units(const World& world);

}  // namespace emulated
