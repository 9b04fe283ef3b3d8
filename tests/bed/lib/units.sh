# shellcheck shell=bash
# Units: systemd-nspawn containers, each with its own root (an overlay), systemd, network namespace and cgroup.
# Sourced by ../bed, not run.
#
#   $RUN/unit/NAME/      upper and work of its overlay, address, layer, console (what its systemd prints)
#   $RUN/shared          the same folder as /srv/shared in each unit
UNITS=$RUN/unit
SHARED=$RUN/shared

known() { [[ -e $UNITS/$1/address ]] || die "no unit $1"; }

# leader NAME: pid of the unit's systemd as the host sees it; fails while it is not running.
leader() {
  local nspawn systemd
  nspawn=$(cat "$UNITS/$1/nspawn.pid" 2>/dev/null) && is_process "$nspawn" systemd-nspawn || return 1
  systemd=$(child "$nspawn") && is_process "$systemd" systemd || return 1
  echo "$systemd"
}

# enter NAME: sets `entering` to the arguments with which a program of the host enters the unit.
enter() {
  local pid
  pid=$(leader "$1") || die "unit $1 is not running"
  entering=(/usr/bin/nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup --root --wd --)
}

unit_exec() { # NAME COMMAND...
  local entering
  enter "$1"
  shift
  "${entering[@]}" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# unit_run [-E] NAME [VARIABLE=VALUE...] COMMAND...: a transient service of the unit's systemd. Standard input, output
# and the exit status are the command's. -E passes the caller's whole environment on.
unit_run() {
  local options=(--quiet --pipe --wait --collect) variable
  if [[ $1 == -E ]]; then
    shift
    while IFS='=' read -r -d '' variable; do options+=(--setenv="$variable"); done < <(env -0)
  fi
  local name=$1 entering
  shift
  while [[ ${1:-} =~ ^[A-Za-z_][A-Za-z0-9_]*= ]]; do
    options+=(--setenv="$1")
    shift
  done
  enter "$name"
  "${entering[@]}" /usr/bin/systemd-run "${options[@]}" -- "$@"
}

# Services may still be starting when the unit counts as booted.
booted() { unit_exec "$1" systemctl is-active --quiet basic.target dbus.service; }

unit_up() { # NAME ADDRESS [LAYER]
  local name=${1:-} address=${2:?usage: bed unit up NAME ADDRESS [LAYER]} layer=${3:-} unit=$UNITS/$1
  [[ $name =~ ^[a-z][a-z0-9-]{0,9}$ ]] || die "a unit's name is 1 to 10 letters, digits and dashes: $name"
  [[ ! -e $unit ]] || die "unit $name exists"
  [[ -e $BASE/unit.key && -e $BASE/${layer:-unit}.key ]] || die "no layer '$layer': run \`bed setup\`"
  mkdir -p "$unit/upper/etc" "$unit/upper/srv/shared" "$unit/work" "$unit/root"
  echo "$layer" >"$unit/layer"
  echo "$name" >"$unit/upper/etc/hostname"
  tr -d - </proc/sys/kernel/random/uuid >"$unit/upper/etc/machine-id"
  echo "$DATA_NET.${address##*.}/24" >"$unit/upper/etc/data-address"
  printf '127.0.0.1 localhost\n%s %s\n' "$address" "$name" >"$unit/upper/etc/hosts"
  echo "$address" >"$unit/address"
  unit_start "$name"
}

unit_start() { # NAME
  known "$1"
  ! leader "$1" >/dev/null || return 0
  mkdir -p "$SHARED"
  locked network network_up
  unit_network "$1" "$(cat "$UNITS/$1/address")"
  # Its root is mounted in a mount namespace of the supervisor's own, so the host never sees it.
  setsid unshare --mount "$BED/bed" unit supervise "$1" </dev/null >>"$UNITS/$1/console" 2>&1 9>&- &
  wait_for 180 booted "$1" || die "unit $1 did not boot: see $UNITS/$1/console"
}

unit_cgroups() { # NAME: where a process is put to be in the unit's own cgroup
  local root
  for root in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    [[ ! -d $root ]] || echo "$root/${STATE##*/}/$1"
  done
  [[ ! -e /sys/fs/cgroup/cgroup.procs ]] || echo "/sys/fs/cgroup/${STATE##*/}/$1"
}

# supervise NAME: runs for as long as the unit does, and starts it again when it reboots.
supervise() {
  local name=$1 unit=$UNITS/$1 group status lock
  # The cgroup first: nspawn makes "payload" and "supervisor" below the one it is in, and two units that shared a
  # "payload" would end each other's services.
  for group in $(unit_cgroups "$name"); do
    mkdir -p "$group"
    echo $$ >"$group/cgroup.procs"
  done
  mount -t overlay overlay -o \
    "lowerdir=$(lower_of "$(cat "$unit/layer")"),upperdir=$unit/upper,workdir=$unit/work" "$unit/root"
  lock=/run/systemd/nspawn/locks/$(stat -c 'inode-%d:%i' "$unit/root")
  # The host may have no systemd to ask: no registration and no scope.
  export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
  while :; do
    systemd-nspawn --quiet --register=no --keep-unit --boot --directory="$unit/root" \
      --machine="$name" --hostname="$name" --network-namespace-path="/run/netns/bed-$name" \
      --capability=all --system-call-filter='@keyring bpf' \
      --resolv-conf=off --timezone=off --link-journal=no --console=pipe \
      --bind=/dev/net/tun --bind-ro="$REPO/$SUITE:/var/lib/local-repo" --bind="$SHARED:/srv/shared" &
    echo $! >"$unit/nspawn.pid"
    status=0
    wait $! || status=$?
    ((status == 133)) || break # 133: it rebooted
  done
  rm -f "$lock"
}

# Removes what a unit that has ended leaves on the host, but not its disk.
unit_sweep() { # NAME
  local group
  rm -f "$UNITS/$1/nspawn.pid"
  unit_network_down "$1"
  for group in $(unit_cgroups "$1"); do
    [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || :
  done
  rmdir "/run/systemd/nspawn/propagate/$1" "/run/systemd/nspawn/unix-export/$1" 2>/dev/null || :
}

ended() { ! is_process "$1" systemd-nspawn; }

unit_stop() { # NAME
  local pid
  known "$1"
  pid=$(cat "$UNITS/$1/nspawn.pid" 2>/dev/null) || pid=
  ended "$pid" || {
    kill -RTMIN+4 "$(leader "$1")" # systemd: poweroff.target
    wait_for 60 ended "$pid" || unit_kill "$1"
  }
  unit_sweep "$1"
}

unit_kill() { # NAME: with the leader goes all of its pid namespace
  local pid systemd
  known "$1"
  pid=$(cat "$UNITS/$1/nspawn.pid" 2>/dev/null) || pid=
  ended "$pid" || {
    systemd=$(leader "$1") || systemd=
    # shellcheck disable=SC2086
    kill -KILL "$pid" $systemd
    wait_for 10 ended "$pid" || die "unit $1 does not end"
    wait_for 10 test ! -e "/proc/${systemd:-none}" || die "unit $1 does not end"
  }
  unit_sweep "$1"
}

unit_down() { # NAME
  [[ -e $UNITS/$1 ]] || return 0
  unit_kill "$1"
  rm -rf "${UNITS:?}/$1"
}

unit_names() {
  local unit
  for unit in "$UNITS"/*/; do
    [[ ! -e $unit/address ]] || basename "$unit"
  done
}

# One line each: NAME ADDRESS LAYER (or "bare") and the pid of its systemd (or "stopped").
unit_ls() {
  local name layer
  for name in $(unit_names); do
    layer=$(cat "$UNITS/$name/layer")
    echo "$name $(cat "$UNITS/$name/address") ${layer:-bare} $(leader "$name" || echo stopped)"
  done
}

# The arguments, one per line, with which a program of the host enters the unit: it appends a command. The environment
# and the descriptors are the caller's. They hold until the unit is started again.
unit_nsenter() {
  local entering
  enter "$1"
  printf '%s\n' "${entering[@]}"
}

# A folder of this unit that the host sees too: its path on the host, then its path in the unit.
unit_shared() {
  known "$1"
  mkdir -p "$SHARED/$1"
  printf '%s\n' "$SHARED/$1" "/srv/shared/$1"
}

unit() {
  local verb=${1:-}
  (($# < 2)) || shift
  case $verb in
    ls) unit_ls ;;
    up | start | stop | kill | down | exec | run | nsenter | shared) "unit_$verb" "$@" ;;
    supervise) supervise "$1" ;;
    *) usage ;;
  esac
}
