# shellcheck shell=bash
# Designate, when it is asked for: with BIND as its name server. Sourced by ../bed, not run.

designate_up() {
  local begin=$SECONDS variables part options
  [[ ! -e $CTL/designate/ready ]] || return 0
  mkdir -p "$CTL"/designate/{lock,etc,bind}
  options="--config-file $CTL/etc/designate.conf --log-file $CTL/log"
  manage cp /etc/designate/api-paste.ini "$CTL/designate/etc/"
  cp "$CTL/etc/designate.conf" "$CTL/designate/etc/"
  variables=(env OS_DESIGNATE_CONFIG_DIR="$CTL/designate/etc")
  start named named -f -c "$CTL/etc/named.conf"
  for part in central worker producer mdns; do
    # shellcheck disable=SC2086
    start "designate-$part" "designate-$part" $options/designate-$part.log
  done
  PROCESSES=1 THREADS=1 wsgi designate-api 9001 /usr/bin/designate-api-wsgi
  wait_for 300 answers 9001/ || die "no answer from http://$HOST:9001: see $CTL/log"
  wait_for 120 manage designate-manage --config-file "$CTL/etc/designate.conf" pool update --file "$CTL/etc/pools.yaml" ||
    die "Designate takes no pool: see $CTL/log"
  seed designate
  : >"$CTL/designate/ready"
  say "Designate up in $((SECONDS - begin)) s"
}
