# shellcheck shell=bash
# The bed as a whole. Sourced by ../bed, not run.

bed_up() { # [ironic] [cinder] [designate]
  local begin=$SECONDS part
  for part; do [[ $part =~ ^(ironic|cinder|designate)$ ]] || usage; done
  [[ -e $BASE/control.key && -e $BASE/central.key ]] || die "run \`bed setup\` first"
  make_golden
  locked network network_up
  # Neutron needs central's data bases a while after its own start: both start at once.
  central_up &
  control_up
  wait $! || die "central is not up"
  say "up in $((SECONDS - begin)) s"
  for part; do "${part}_up"; done
}

bed_down() {
  local name pids=()
  for name in $(unit_names); do
    unit_down "$name" &
    pids+=($!)
  done
  control_down
  wait_all "${pids[@]}" || die "not all units ended"
  network_down
  for group in $(unit_cgroups ''); do rmdir "$group" 2>/dev/null || :; done
  rmdir /run/netns 2>/dev/null || { umount /run/netns 2>/dev/null && rmdir /run/netns; } || :
  rmdir /run/systemd/nspawn/* /run/systemd/nspawn 2>/dev/null || :
  rm -rf "$RUN"
  [[ ${1:-} != clean ]] || rm -rf "$BASE" "$REPO" "$GUEST" "$GUEST.key" "$LOG" "$STATE"/golden.*.tar \
    "$STATE"/scratch.* "$STATE"/sources.* "$STATE/bookworm" "$STATE/lock"
}

# The memory (PSS, MiB) of all processes that share a pid namespace with this one.
namespace_memory() { # PID
  local namespace process
  namespace=$(readlink "/proc/$1/ns/pid") || return 0
  for process in /proc/[0-9]*; do
    [[ $(readlink "$process/ns/pid" 2>/dev/null) != "$namespace" ]] || cat "$process/smaps_rollup" 2>/dev/null || :
  done | awk '/^Pss:/ { sum += $2 } END { printf "%d", sum / 1024 }'
}

bed_ps() {
  local name address layer pid
  printf '%-16s %-12s %-8s %8s %6s  %s\n' NAME ADDRESS KIND PID MIB LOG
  while read -r name address layer pid; do
    printf '%-16s %-12s %-8s %8s %6s  %s\n' "$name" "$address" "$layer" "$pid" "$(namespace_memory "$pid")" \
      "$UNITS/$name/console; bed unit exec $name journalctl"
  done < <(unit_ls)
  pid=$(holder) || return 0
  printf '%-16s %-12s %-8s %8s %6s  %s\n' 'control plane' "$HOST" all "$pid" "$(namespace_memory "$pid")" "$CTL/log"
  for name in "$CTL"/pid/*; do
    name=${name##*/}
    printf '%-16s %-12s %-8s %8s %6s  %s\n' "$name" "$HOST" service "$(service_pid "$name" || echo ended)" '' \
      "$(ls "$CTL/log/$name".* | tr '\n' ' ')"
  done
}
