# shellcheck shell=bash
# The private bridges that the units hang on. Sourced by ../bed, not run.
# Nothing is routed out of them and nothing is NATed: units see each other and the host only.
#   bed-mgmt   10.77.0.0/24   management; the host is 10.77.0.1
#   bed-data   10.78.0.0/24   tunnels; room for geneve around 1500 bytes
#   bed-ext    10.79.0.0/24   provider network; the host is 10.79.0.254
BRIDGES=(bed-mgmt bed-data bed-ext)

# A bridge without a MAC address of its own takes the lowest of its ports. When that port goes, all who talk to the host send to an
# address that nobody has any more, for as long as they remember it.
add_bridge() { # NAME MTU MAC [ADDRESS]
  [[ ! -e /sys/class/net/$1 ]] || return 0
  ip link add "$1" mtu "$2" address "$3" type bridge
  [[ -z ${4:-} ]] || ip addr add "$4/24" dev "$1"
  ip link set "$1" up
}

network_up() {
  add_bridge bed-mgmt 1500 02:00:00:00:77:01 "$HOST"
  add_bridge bed-data 1600 02:00:00:00:78:01
  add_bridge bed-ext 1500 02:00:00:00:79:01 "$PROVIDER"
}

network_down() {
  local bridge
  for bridge in "${BRIDGES[@]}"; do
    [[ ! -e /sys/class/net/$bridge ]] || ip link del "$bridge"
  done
}

# add_nic NAMESPACE NAME-ON-HOST NAME-INSIDE BRIDGE MTU
add_nic() {
  ip link add "$2" mtu "$5" type veth peer name "$3" mtu "$5" netns "$1"
  ip link set "$2" master "$4" up
  ip -n "$1" link set "$3" up
}

# unit_network NAME ADDRESS: the unit's own network namespace with eth0 (management), eth1 (tunnels), eth2 (provider).
# An interface's name has at most 15 characters: a unit's at most 10.
unit_network() {
  local namespace=bed-$1
  [[ ! -e /run/netns/$namespace ]] || return 0
  ip netns add "$namespace"
  ip -n "$namespace" link set lo up
  add_nic "$namespace" "$1-eth0" eth0 bed-mgmt 1500
  add_nic "$namespace" "$1-eth1" eth1 bed-data 1600
  add_nic "$namespace" "$1-eth2" eth2 bed-ext 1500
  ip -n "$namespace" addr add "$2/24" dev eth0
}

unit_network_down() { # NAME
  local i
  for i in 0 1 2; do
    [[ ! -e /sys/class/net/$1-eth$i ]] || ip link del "$1-eth$i" 2>/dev/null || :
  done
  [[ ! -e /run/netns/bed-$1 ]] || ip netns del "bed-$1"
}
