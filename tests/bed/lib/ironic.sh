# shellcheck shell=bash
# Ironic, when it is asked for: API and conductor with hardware of type fake-hardware. Sourced by ../bed, not run.

# With IRONIC_AS_IS=1 the API is Debian's (see LISTED_NODES in setup.sh).
ironic_up() {
  local begin=$SECONDS variables=(env) api=/usr/lib/python3/dist-packages/ironic/api/controllers/v1/node.py
  [[ ! -e $CTL/ironic/ready ]] || return 0
  mkdir -p "$CTL/ironic/lock"
  [[ -z ${IRONIC_AS_IS:-} ]] || manage cp /usr/share/ironic-node-as-is.py "$api"
  PROCESSES=2 THREADS=1 wsgi ironic-api 6385 ironic.wsgi \
    --pyargv "--config-file $CTL/etc/ironic.conf --log-file $CTL/log/ironic-api.log"
  start ironic-conductor ironic-conductor --config-file "$CTL/etc/ironic.conf" --log-file "$CTL/log/ironic-conductor.log"
  wait_for 300 answers 6385/ || die "no answer from http://$HOST:6385: see $CTL/log"
  seed ironic
  : >"$CTL/ironic/ready"
  say "Ironic up in $((SECONDS - begin)) s"
}

ironic_is_up() { [[ -e $CTL/ironic/ready ]]; }

# nodes COUNT RESOURCE_CLASS [SHARD...]: nodes that are available, given to the shards in turn; without shards, to none.
# The first is enrolled; the others are copies of its row, which takes no time.
nodes() {
  local count=${1:?usage: bed nodes COUNT RESOURCE_CLASS [SHARD...]} class=${2:?} first columns shard=null
  shift 2
  ironic_is_up || die "there is no Ironic: run \`bed up ironic\`"
  first=$(manage python3 "$CTL/etc/seed.py" node "$class") || die "no first node: $first"
  columns=$(sql_of ironic <<<"select group_concat(column_name) from information_schema.columns where table_schema='ironic'
    and table_name='nodes' and column_name not in ('id', 'uuid', 'name', 'shard')")
  (($# == 0)) || shard="elt(1 + seq % $#, $(printf "'%s'," "$@" | sed 's/,$//'))"
  sql_of ironic <<SQL
insert into nodes (uuid, shard, $columns)
  select uuid(), $shard, ${columns//,/, } from seq_0_to_$((count - 1)), nodes where nodes.uuid = '$first';
delete from nodes where uuid = '$first';
SQL
}
