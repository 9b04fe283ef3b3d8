# shellcheck shell=bash
# `bed setup`: everything that is made once. Sourced by ../bed, not run.

# Debian's oslo.messaging looks for the answer of a call every 0.5 s, which makes a live migration take 20 s
# (Launchpad bug 2035113). In the layers it looks every 0.01 s; where a charm installs the package itself it is Debian's.
QUICK_RPC='f=/usr/lib/python3/dist-packages/oslo_messaging/_drivers/amqpdriver.py
sed -i "/except queue.Empty:/{n;s/time.sleep(.*)/time.sleep(0.01)/}" $f
grep -q "time.sleep(0.01)" $f
python3 -m py_compile $f'

# Ironic 29.0.5 makes a node its own parent with every PATCH, and its lists leave out what has a parent. With
# IRONIC_AS_IS=1 at `bed up ironic` it does so.
LISTED_NODES='f=/usr/lib/python3/dist-packages/ironic/api/controllers/v1/node.py
cp $f /usr/share/ironic-node-as-is.py
sed -i "s/^\( *\)\(corrected_values\[.parent_node.\] = parent_node.uuid\)/\1if parent_node.uuid != rpc_node.uuid: \2/" $f
grep -q "if parent_node.uuid != rpc_node.uuid: corrected_values" $f
python3 -m py_compile $f'

host_tools() {
  local pair missing=()
  for pair in "${HOST_TOOLS[@]}"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  ((${#missing[@]})) || return 0
  say "host packages: ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}"
}

# as_job NAME FUNCTION...: in the background, with its output in a file; adds to `jobs`.
as_job() {
  local name=$1
  shift
  : >"$LOG/$name"
  ("$@" >>"$LOG/$name" 2> >(tee -a "$LOG/$name" | grep --line-buffered '^[0-9:]\{8\} \|^bed: ' >&2)) &
  jobs+=($!)
}

join() {
  local these=("${jobs[@]}")
  jobs=()
  wait_all "${these[@]}" || die "setup failed; see $LOG"
}

trixie_packages() {
  is_made "$BASE/minimal" trixie || {
    rm -rf "$BASE/minimal"
    unpack_minimal "$BASE/$SUITE.tar" "$BASE/minimal"
    echo trixie >"$BASE/minimal.key"
  }
  fetch "$SUITE" "$BASE/minimal" "$UNIT_BASE" "$UNIT_BASE $COMPUTE" "$UNIT_BASE $CENTRAL_PACKAGES" \
    "$UNIT_BASE $CONTROL" "${INSTALLABLE[@]}"
  bake unit "$UNIT_BASE"
}

bookworm_packages() {
  local root=$STATE/bookworm
  rm -rf "$root"
  unpack_minimal "$BASE/bookworm.tar" "$root"
  fetch bookworm "$root" "${INSTALLABLE[@]}"
  make_guest "$root"
  rm -rf "$root"
}

layers_of_units() {
  bake central "$CENTRAL_PACKAGES"
  bake compute "$COMPUTE" "$QUICK_RPC"
  bake ironic "$IRONIC_COMPUTE" "$QUICK_RPC"
}

setup() {
  local jobs=() begin=$SECONDS
  mkdir -p "$BASE" "$REPO" "$LOG"
  rm -rf "$STATE"/scratch.* "$STATE"/sources.*
  host_tools
  for suite in bookworm "$SUITE"; do as_job "minimal-$suite" make_minimal "$suite"; done
  join
  as_job packages-bookworm bookworm_packages
  as_job packages-trixie trixie_packages
  join
  as_job layers layers_of_units
  as_job layer-control bake control "$CONTROL" "$QUICK_RPC
$LISTED_NODES"
  join
  as_job golden make_golden
  join
  say "setup done in $((SECONDS - begin)) s: $(du -sh "$STATE" | cut -f1) in $STATE"
}
