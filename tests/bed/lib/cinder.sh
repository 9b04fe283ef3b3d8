# shellcheck shell=bash
# Cinder, when it is asked for: volumes are files (file_volumes.py). Sourced by ../bed, not run.

cinder_up() {
  local begin=$SECONDS variables=(env) options part
  [[ ! -e $CTL/cinder/ready ]] || return 0
  mkdir -p "$CTL/cinder/lock"
  options="--config-file $CTL/etc/cinder.conf --log-file $CTL/log"
  PROCESSES=1 THREADS=1 wsgi cinder-api 8776 cinder.wsgi.api --pyargv "$options/cinder-api.log"
  for part in scheduler volume; do
    # shellcheck disable=SC2086
    start "cinder-$part" env PYTHONPATH="$CTL/etc" python3 -c \
      "import sys; sys.argv[0]='cinder-$part'; from cinder.cmd.$part import main; main()" $options/cinder-$part.log
  done
  wait_for 300 answers 8776/healthcheck || die "no answer from http://$HOST:8776: see $CTL/log"
  seed cinder
  : >"$CTL/cinder/ready"
  say "Cinder up in $((SECONDS - begin)) s"
}
