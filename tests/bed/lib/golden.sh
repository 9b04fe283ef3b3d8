# shellcheck shell=bash
# The golden state: data bases, keystone's keys and glance's images of a control plane that has nothing but the accounts,
# the catalogue, the image and the flavor. Made once; each `bed up` starts from a copy. Sourced by ../bed, not run.

# Its name tells what it was made from.
golden() {
  local key
  key=$(cat "$BASE/control.key" "$GUEST.key" "$BED"/conf/* "$BED/lib/seed.py" "$BED/lib/golden.sh" <(echo "$CTL") |
    sha1sum | cut -c1-10)
  echo "$STATE/golden.$key.tar"
}

sql() { manage mariadb --no-defaults -uroot -S "$CTL/db.sock"; }
sql_of() { manage mariadb --no-defaults -uroot -NB -S "$CTL/db.sock" "$1"; } # DATABASE

# sync NAME COMMAND...: a step of the making, with its output in a log.
sync() {
  local log=$CTL/log/sync-$1.out
  shift
  manage "$@" >>"$log" 2>&1 || die "failed: $*; see $log"
}

sync_identity() {
  local keystone=(keystone-manage --config-file "$CTL/etc/keystone.conf") owner=(--keystone-user root --keystone-group root)
  sync keystone "${keystone[@]}" db_sync
  sync keystone "${keystone[@]}" fernet_setup "${owner[@]}"
  sync keystone "${keystone[@]}" credential_setup "${owner[@]}"
  sync keystone "${keystone[@]}" bootstrap --bootstrap-password "$(account admin)" --bootstrap-region-id RegionOne \
    --bootstrap-{public,internal,admin}-url="http://$HOST:5000/v3"
  sync placement placement-manage --config-file "$CTL/etc/placement.conf" db sync
  sync glance glance-manage --config-file "$CTL/etc/glance-api.conf" db_sync
}

sync_compute_and_network() {
  local nova=(nova-manage --config-file "$CTL/etc/nova.conf")
  sync nova "${nova[@]}" api_db sync
  sync nova "${nova[@]}" cell_v2 map_cell0
  sync nova "${nova[@]}" db sync
  sync nova "${nova[@]}" cell_v2 create_cell --name cell1
  sync ironic ironic-dbsync --config-file "$CTL/etc/ironic.conf" create_schema
  sync cinder cinder-manage --config-file "$CTL/etc/cinder.conf" db sync
  sync designate designate-manage --config-file "$CTL/etc/designate.conf" database sync
  sync neutron neutron-db-manage --config-file "$CTL/etc/neutron.conf" upgrade heads
}

make_golden() {
  local tar pids=() database
  tar=$(golden)
  [[ ! -e $tar ]] || return 0
  [[ ! -e $CTL/ready ]] || die "the control plane is up, and its golden state is out of date: run \`bed down\` first"
  control_down # what is left of an attempt that failed
  say "golden state"
  rm -rf "$CTL"
  rm -f "$STATE"/golden.*.tar
  network_up
  hold
  manage mariadb-install-db --no-defaults --user=root --datadir="$CTL/db" \
    --auth-root-authentication-method=normal --skip-test-db >"$CTL/log/mariadb-install.out" 2>&1
  start_databases
  for database in keystone placement glance nova_api nova nova_cell0 neutron ironic cinder designate; do
    echo "create database $database character set utf8mb3;"
  done | sql
  sync_identity &
  pids+=($!)
  sync_compute_and_network &
  wait_all "${pids[@]}" $! || die "no golden state"
  start_identity_and_images
  start_nova_api
  for path in 5000/v3 9292/healthcheck 8774/; do wait_for 300 answers "$path" || die "no answer from $path"; done
  seed golden
  manage mariadb-admin --no-defaults -uroot -S "$CTL/db.sock" shutdown
  wait_for 120 test ! -e "$CTL/db.pid" || die "the data base does not stop"
  tar -cf "$tar.part" -C "$CTL" db keystone glance identity.json
  control_down
  rm -rf "$CTL"
  [[ -n $(unit_names) ]] || network_down
  mv "$tar.part" "$tar"
}
