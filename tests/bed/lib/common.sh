# shellcheck shell=bash
# Settings and helpers of the test bed. Sourced by ../bed, not run.
set -euo pipefail
export LC_ALL=C.UTF-8

STATE=${BED_STATE:-/var/tmp/nova-compute-bed} # all that the bed keeps or makes
BASE=$STATE/base                              # root file systems and layers; kept
REPO=$STATE/repo                              # one apt repository per suite; kept
GUEST=$STATE/guest                            # the guest's kernel, initrd and disk; kept
RUN=$STATE/run                                # everything of the running bed; forgotten by `bed down`
LOG=$STATE/log                                # what `bed setup` printed
SUITE=trixie                                  # of the units and the control plane

HOST=10.77.0.1        # the control plane: the host's address on the management network
CENTRAL=10.77.0.10    # the unit that runs OVN central
DATA_NET=10.78.0      # tunnels: a unit's address there ends as its own does
PROVIDER=10.79.0.254  # the host's address on the provider network

say() { printf '%(%H:%M:%S)T %s\n' -1 "$*" >&2; }

die() {
  echo "bed: $*" >&2
  exit 1
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when the time is over.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until ("$@") >/dev/null 2>&1; do # a subshell: what dies in it only fails
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# is_process PID NAME: pids are used again, so the name is compared as well.
is_process() { [[ -n ${1:-} && $(cat "/proc/$1/comm" 2>/dev/null) == "$2" ]]; }

# child PID: the first child of a process.
child() {
  local children
  children=$(cat "/proc/$1/task/$1/children" 2>/dev/null) || return 1
  [[ -n $children ]] && echo "${children%% *}"
}

# locked NAME COMMAND...: one at a time. The command's background processes must close descriptor 9.
locked() {
  local name=$1
  shift
  mkdir -p "$STATE/lock"
  {
    flock 9
    "$@"
  } 9>"$STATE/lock/$name"
}

# Waits for background jobs; fails if one of them failed.
wait_all() {
  local pid failed=0
  for pid in "$@"; do wait "$pid" || failed=1; done
  return $failed
}
