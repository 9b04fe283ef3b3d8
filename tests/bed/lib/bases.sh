# shellcheck shell=bash
# Root file systems: a minimal one per suite, an apt repository per suite, and layers baked from it.
# Sourced by ../bed, not run.
#
#   $BASE/SUITE.tar    minimal root, as mmdebstrap makes it
#   $BASE/minimal      the one of the units' suite, unpacked: the lowest layer
#   $BASE/unit         what makes it a machine; then compute, central and control, each above `unit`
# Beside each product lies FILE.key, what it was made from: when that changes, `bed setup` makes it again.

# lower_of LAYER: the overlay's lower directories for something that starts from LAYER ("" for a bare unit).
lower_of() {
  local lower=$BASE/unit:$BASE/minimal
  case $1 in
    minimal) lower=$BASE/minimal ;;
    '' | unit) ;;
    *) lower=$BASE/$1:$lower ;;
  esac
  echo "$lower"
}

# in_root LOWER UPPER NETWORK BINDS COMMAND...: the command in an overlay of LOWER. Changes go to UPPER, or nowhere
# if it is "-". NETWORK is online (the host's) or offline (none).
in_root() {
  local lower=$1 upper=$2 network=$3 binds=$4 scratch status=0 isolate=(--mount --uts --pid --fork --kill-child)
  shift 4
  scratch=$(mktemp -d "$STATE/scratch.XXXXXX")
  [[ $upper != - ]] || upper=$scratch/upper
  mkdir -p "$upper" "$scratch/work" "$scratch/root"
  [[ $network == online ]] || isolate+=(--net)
  unshare "${isolate[@]}" "$BED/lib/enter-root" "$scratch/root" \
    "lowerdir=$lower,upperdir=$upper,workdir=$scratch/work" "$binds" \
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@" </dev/null || status=$?
  rm -rf "$scratch"
  return $status
}

# The host's package mirror, from its apt configuration; it is kept in no file that outlives `bed setup`.
mirror() { # debian | debian-security
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 "/$1/\?\$" ||
    die "no mirror of $1 in the host's apt configuration"
}

mirror_sources() { # SUITE
  local main security
  main=$(mirror debian) security=$(mirror debian-security)
  echo "deb $main $1 main"
  echo "deb $main $1-updates main"
  echo "deb $security $1-security main"
}

is_made() { [[ -e $1 && $(cat "$1.key" 2>/dev/null) == "$2" ]]; } # PRODUCT KEY

make_minimal() { # SUITE
  local tar=$BASE/$1.tar
  ! is_made "$tar" minbase || return 0
  say "minimal root of $1"
  mmdebstrap --quiet --mode=root --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
    --customize-hook='rm -rf "$1"/etc/apt/sources.list* "$1"/var/lib/apt/lists/* "$1"/etc/resolv.conf' \
    "$1" "$tar" "$(mirror debian)" </dev/null
  echo minbase >"$tar.key"
}

unpack_minimal() { # TAR DIRECTORY
  mkdir -p "$2"
  tar -C "$2" --xattrs --xattrs-include='*' --numeric-owner -xpf "$1"
  mkdir -p "$2/var/lib/local-repo"
  echo 'deb [trusted=yes] file:/var/lib/local-repo ./' >"$2/etc/apt/sources.list"
}

# fetch SUITE ROOT PACKAGES...: download each argument's packages (a list in one word) with all that they need above
# ROOT, and make them an apt repository.
fetch() {
  local suite=$1 root=$2 repo=$REPO/$1 sources
  shift 2
  ! is_made "$repo" "$*" || return 0
  say "packages of $suite"
  mkdir -p "$repo"
  sources=$(mktemp "$STATE/sources.XXXXXX")
  mirror_sources "$suite" >"$sources"
  in_root "$root" - online "$sources:/etc/apt/sources.list /etc/resolv.conf:/etc/resolv.conf
    $repo:/var/cache/apt/archives" bash -ec '
    options="-q -y -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false"
    apt-get $options update
    for list; do apt-get $options --no-install-recommends --download-only install $list; done' fetch "$@"
  rm -f "$sources"
  (cd "$repo" && rm -rf partial lock && dpkg-scanpackages --multiversion . >Packages.new && mv Packages.new Packages)
  echo "$*" >"$repo.key"
}

# bake LAYER PACKAGES [SCRIPT]: install packages, offline and with no service started, into a layer; then run the
# script in it.
bake() {
  local layer=$BASE/$1 lower script=${3:-:} policy=usr/sbin/policy-rc.d
  local key="$2 $script"
  lower=$(lower_of unit)
  if [[ $1 == unit ]]; then
    lower=$(lower_of minimal)
    key+=" $(cd "$BED/unit-root" && find . -type f | sort | xargs cat | sha1sum)"
  fi
  ! is_made "$layer" "$key" || return 0
  say "layer $1"
  rm -rf "$layer" "$layer.part"
  mkdir -p "$layer.part/usr/sbin"
  [[ $1 != unit ]] || cp -a "$BED/unit-root/." "$layer.part/"
  printf '#!/bin/sh\nexit 101\n' >"$layer.part/$policy"
  chmod 755 "$layer.part/$policy"
  in_root "$lower" "$layer.part" offline "$REPO/$SUITE:/var/lib/local-repo" bash -ec '
    apt-get -q update
    apt-get -q -y --no-install-recommends install $1
    eval "$2"' bake "$2" "$script"
  # what must not be the same in each unit, and what is of no use
  rm -rf "$layer.part/$policy" "$layer.part/var/lib/apt/lists" "$layer.part/var/cache/apt" \
    "$layer.part/etc/machine-id" "$layer.part/etc/iscsi/initiatorname.iscsi" \
    "$layer.part"/etc/ssh/ssh_host_*
  mv "$layer.part" "$layer"
  echo "$key" >"$layer.key"
}

# minimal SUITE DIRECTORY: unpack a minimal root there; prints the repository to be bound to /var/lib/local-repo.
minimal() {
  local suite=${1:-} to=${2:?usage: bed minimal bookworm|trixie DIRECTORY}
  [[ -e $BASE/$suite.tar ]] || die "no minimal root of '$suite': run \`bed setup\`"
  [[ ! -e $to || -z $(ls -A "$to") ]] || die "$to is not empty"
  unpack_minimal "$BASE/$suite.tar" "$to"
  echo "$REPO/$suite"
}

# minimal_run SUITE DIRECTORY COMMAND...: the command in that root, with /proc, /dev and the repository but no network;
# the caller's environment and standard input are passed on.
minimal_run() {
  local suite=$1 root=$2
  shift 2
  unshare --mount --uts --pid --fork --kill-child --net "$BED/lib/enter-root" "$(realpath "$root")" '' \
    "$REPO/$suite:/var/lib/local-repo" "$@"
}
