# shellcheck shell=bash
# OVN central in the unit `central`, and the certificate authority of the bed. Sourced by ../bed, not run.
PKI=$RUN/pki

openssl_quietly() {
  local errors
  errors=$(openssl "$@" 2>&1 >/dev/null) || die "openssl $1: $errors"
}

authority() {
  [[ ! -e $PKI/ca.pem ]] || return 0
  mkdir -p "$PKI"
  openssl_quietly req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=bed-ca" \
    -keyout "$PKI/ca.key" -out "$PKI/ca.pem"
}

# make_certificate NAME: a key and a certificate (CN=NAME, SAN DNS:NAME) signed by the bed's authority.
make_certificate() {
  local files=$PKI/$1
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || die "not a name for a certificate: $1"
  locked pki authority
  [[ ! -e $files.pem ]] || return 0
  openssl_quietly req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$files.key" -out "$files.csr"
  openssl_quietly x509 -req -in "$files.csr" -CA "$PKI/ca.pem" -CAkey "$PKI/ca.key" -days 3650 \
    -set_serial "0x$(openssl rand -hex 8)" -extfile <(echo "subjectAltName=DNS:$1") -out "$files.pem"
}

# Prints three paths: key, certificate, the authority's certificate.
certificate() {
  make_certificate "${1:?usage: bed cert NAME}"
  printf '%s\n' "$PKI/$1.key" "$PKI/$1.pem" "$PKI/ca.pem"
}

ovn() { # nb|sb ARGUMENTS...
  local database=${1:-}
  [[ $database == nb || $database == sb ]] || die "usage: bed ovn nb|sb ARGUMENTS..."
  shift
  unit_exec central "ovn-${database}ctl" "$@"
}

central_up() {
  if [[ -e $UNITS/central ]]; then unit_start central; else unit_up central "$CENTRAL" central; fi
  wait_for 120 unit_exec central test -S /run/ovn/ovnsb_db.sock || die "no OVN database in the unit central"
  make_certificate central
  tar -C "$PKI" -c central.key central.pem ca.pem | unit_exec central tar -C /etc/ovn --no-same-owner -x
  for database in nb sb; do
    ovn "$database" set-ssl /etc/ovn/central.key /etc/ovn/central.pem /etc/ovn/ca.pem
  done
  ovn nb set-connection pssl:6641
  # as Charmed OVN: 6642 with access control by the name in the certificate, 16642 without
  ovn sb set-connection role=ovn-controller pssl:6642 role= pssl:16642
}
