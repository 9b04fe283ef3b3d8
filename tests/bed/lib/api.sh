# shellcheck shell=bash
# Calls to the control plane's APIs as its administrator. Sourced by ../bed, not run.
declare -A PORTS=([keystone]=5000 [placement]=8778 [glance]=9292 [nova]=8774 [neutron]=9696 [ironic]=6385 [cinder]=8776 [designate]=9001)
declare -A MICROVERSIONS=([nova]=compute [placement]=placement [ironic]=baremetal [cinder]=volume)

# account NAME: its password. The passwords are no secrets: the bed is reached from this machine only.
account() { jq -er --arg name "$1" '.[$name]' "$BED/conf/accounts.json"; }

openrc() {
  cat <<RC
export OS_AUTH_URL=http://$HOST:5000/v3 OS_USERNAME=admin OS_PASSWORD=$(account admin)
export OS_PROJECT_NAME=admin OS_USER_DOMAIN_ID=default OS_PROJECT_DOMAIN_ID=default
export OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=RegionOne OS_INTERFACE=public
RC
}

# new_token SCOPE: Ironic's policy wants an administrator of the system; all others take one of a project.
new_token() {
  local scope='{"project": {"name": "admin", "domain": {"id": "default"}}}'
  [[ $1 != system ]] || scope='{"system": {"all": true}}'
  jq -n --arg password "$(account admin)" --argjson scope "$scope" '{auth: {
      identity: {methods: ["password"], password: {user: {name: "admin", domain: {id: "default"}, password: $password}}},
      scope: $scope}}' |
    curl -sS --noproxy '*' -D- -o /dev/null "http://$HOST:5000/v3/auth/tokens" \
      -H 'Content-Type: application/json' --data-binary @- |
    tr -d '\r' | awk 'tolower($1) == "x-subject-token:" { print $2 }'
}

# The token of the last hour, or a new one. It goes with the running bed.
token() { # SCOPE: project or system
  local file=$CTL/token.$1
  if [[ ! -s $file || -n $(find "$file" -mmin +60) ]]; then
    new_token "$1" >"$file.$$"
    [[ -s $file.$$ ]] || die "keystone gives no token"
    mv "$file.$$" "$file"
  fi
  cat "$file"
}

# api METHOD SERVICE PATH [BODY] [MICROVERSION]: prints the answer's body, and "HTTP status" on standard error; fails
# from 400 on. A BODY of @FILE is sent as it is, as application/octet-stream.
api() {
  (($# >= 3)) || die "usage: bed api METHOD SERVICE PATH [BODY] [MICROVERSION]"
  local method=$1 service=$2 path=$3 body=${4:-} microversion=${5:-} options=() answer status port scope=project
  port=${PORTS[$service]:-}
  [[ -n $port ]] || die "no service $service; there are ${!PORTS[*]}"
  [[ -e $CTL/holder ]] || die "the control plane is down"
  [[ $service != ironic ]] || scope=system
  [[ -z $microversion ]] || options+=(-H "OpenStack-API-Version: ${MICROVERSIONS[$service]:-$service} $microversion")
  case $body in
    '') ;;
    @*) options+=(-H 'Content-Type: application/octet-stream' --data-binary "$body") ;;
    *) options+=(-H 'Content-Type: application/json' --data-binary "$body") ;;
  esac
  answer=$(curl -sS --noproxy '*' -w '\n%{http_code}' -X "$method" "http://$HOST:$port$path" \
    -H "X-Auth-Token: $(token $scope)" "${options[@]}") || return 1
  status=${answer##*$'\n'}
  printf '%s\n' "${answer%$'\n'*}"
  echo "HTTP $status" >&2
  ((status < 400))
}
