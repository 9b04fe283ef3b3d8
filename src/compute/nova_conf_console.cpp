// [vnc], [spice], [serial_console]: one console family is on, the other is switched off explicitly,
// because Nova's own default is VNC on.

#include "compute/nova_conf.hpp"

namespace ncc::compute {
namespace {

bool is_vnc(const Console& console) {
  return console.protocol == "novnc" || console.protocol == "xvpvnc" || console.protocol == "vnc";
}

Source protocol() {
  return from("cloud-compute: console_access_protocol");
}

Source address() {
  return from("binding internal; config: os-internal-network");
}

void add_addresses(Ini& ini, const Model& model) {
  set_text(ini, "server_listen", model.console_address, address());
  set_text(ini, "server_proxyclient_address", model.console_address, address());
}

}  // namespace

void add_console(Ini& ini, const Model& model) {
  const Console& console = model.controller.value->console;
  const bool vnc = is_vnc(console);
  ini.section("vnc").set("enabled", vnc, protocol());
  if (vnc) {
    add_addresses(ini, model);
    set_text(ini,
             "novncproxy_base_url",
             console.novnc_url,
             from("cloud-compute: console_proxy_novnc_address"));
  }
  const bool spice = console.protocol == "spice";
  ini.section("spice").set("enabled", spice, protocol());
  if (spice) {
    ini.set("agent_enabled", console.spice_agent, from("cloud-compute: spice_agent_enabled"));
    add_addresses(ini, model);
    set_text(ini,
             "html5proxy_base_url",
             console.spice_url,
             from("cloud-compute: console_proxy_spice_address"));
  }
  ini.section("serial_console")
      .set("enabled", console.serial, from("cloud-compute: enable_serial_console"));
  if (console.serial) {
    set_text(ini, "proxyclient_address", model.console_address, address());
    set_text(ini, "base_url", console.serial_url, from("cloud-compute: serial_console_base_url"));
  }
}

}  // namespace ncc::compute
