# shellcheck shell=bash
# The control plane: real services in one pid and mount namespace, on the host's network. Sourced by ../bed, not run.
#
#   $CTL/holder     pid of `unshare`; with it ends the namespace, and the kernel ends all that is in it
#   $CTL/pid/NAME   pid of the nsenter that is the parent of a service
#   $CTL/log        NAME.out: what it printed; NAME.log: its own log
# The same path is seen inside and outside. Its root is an overlay of the layer `control`, mounted in the namespace only.
CTL=$RUN/control

holder() { # pid of the namespace's init as the host sees it; fails while the control plane is down
  local pid
  pid=$(cat "$CTL/holder" 2>/dev/null) && is_process "$pid" unshare && child "$pid"
}

# Sets `managing` to the arguments that run a command in the control plane's root.
enter_control() {
  local init
  init=$(holder) || die "the control plane is down"
  managing=(nsenter --target "$init" --mount --pid --root --wd --
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$CTL/home" LC_ALL=C.UTF-8
    BED_HOST="$HOST" PYTHONWARNINGS=ignore PYTHONDONTWRITEBYTECODE=1)
}

# manage COMMAND...: for example  manage nova-manage --config-file $CTL/etc/nova.conf cell_v2 list_cells
manage() {
  local managing
  enter_control
  "${managing[@]}" "$@"
}

service_pid() { # NAME; fails if it does not run
  local pid
  pid=$(cat "$CTL/pid/$1" 2>/dev/null) && is_process "$pid" nsenter && child "$pid"
}

# start NAME COMMAND...: a service in the background.
start() {
  local name=$1 managing
  shift
  ! service_pid "$name" >/dev/null || return 0
  enter_control
  setsid "${managing[@]}" "$@" </dev/null >>"$CTL/log/$name.out" 2>&1 9>&- &
  echo $! >"$CTL/pid/$name"
  disown # that it is killed in the end is not worth a message
}

# wsgi NAME PORT MODULE-OR-FILE [UWSGI-OPTIONS...]: a service that is a WSGI application.
# Debian's own uwsgi options close kept connections without saying so; hence the header. The applications that eventlet
# patches lose answers of calls when they have threads: PROCESSES=2 THREADS=1 for those.
wsgi() {
  local name=$1 port=$2 application=(--module "$3")
  [[ $3 != /* ]] || application=(--wsgi-file "$3")
  shift 3
  start "$name" "${variables[@]}" uwsgi_python3 --master --need-app --lazy-apps --die-on-term --no-orphans \
    --http-socket "$HOST:$port" --listen 128 --buffer-size 65535 --add-header 'Connection: close' \
    --enable-threads --processes "${PROCESSES:-1}" --threads "${THREADS:-4}" --set start-time=%t \
    --disable-logging --thunder-lock "${application[@]}" "$@"
}

answers() { curl -sf --noproxy '*' -o /dev/null --max-time 5 "http://$HOST:$1"; } # PORT/PATH
listens() { (: <"/dev/tcp/$1/$2"); } 2>/dev/null                                  # ADDRESS PORT

render_configuration() {
  local file
  for file in "$BED"/conf/*; do
    [[ $file != *.inc ]] || continue
    sed -e "/@COMMON@/{r $BED/conf/common.inc
d}" -e "/@AUTH@/{r $BED/conf/auth.inc
d}" "$file" | sed -e "s#@S@#$CTL#g" -e "s#@PKI@#$PKI#g" -e "s#@HOST@#$HOST#g" -e "s#@CENTRAL@#$CENTRAL#g" \
      >"$CTL/etc/${file##*/}"
  done
  cp "$BED"/lib/{seed,file_volumes}.py "$BED/conf/accounts.json" "$CTL/etc/"
  [[ ! -d $GUEST ]] || ln -f "$GUEST"/{vmlinuz,initrd,disk} "$CTL/guest/"
}

# The namespace, with an empty or the golden state in it.
hold() {
  mkdir -p "$CTL"/{pid,log,etc,home,guest,db,rabbit,root,upper,work,nova/lock,neutron/lock} \
    "$CTL"/keystone/{fernet,credential} "$CTL"/glance/{images,staging,tasks} "$PKI" "$SHARED"
  chmod 700 "$CTL"/keystone/*
  render_configuration
  setsid unshare --mount --uts --pid --fork --kill-child "$BED/lib/enter-root" "$CTL/root" \
    "lowerdir=$(lower_of control),upperdir=$CTL/upper,workdir=$CTL/work" "$CTL:$CTL $PKI:$PKI $SHARED:/srv/shared" \
    bash -c ': >"$1/held"; while :; do sleep 3600 & wait $!; done' init "$CTL" \
    </dev/null >"$CTL/log/holder.out" 2>&1 9>&- &
  echo $! >"$CTL/holder"
  disown
  wait_for 60 test -e "$CTL/held" || die "no namespace: see $CTL/log/holder.out"
  printf '127.0.0.1 localhost bed\n' | manage tee /etc/hosts >/dev/null
}

start_databases() {
  start mariadb mariadbd --defaults-file="$CTL/etc/my.cnf"
  wait_for 120 manage mariadb-admin --no-defaults -uroot -S "$CTL/db.sock" ping || die "no data base: see $CTL/log"
}

# The account is made by RabbitMQ itself at its first start. Its node name and epmd are on the loopback.
start_bus() {
  local epmd=ERL_EPMD_ADDRESS=127.0.0.1
  start epmd env "$epmd" epmd
  start rabbitmq env "$epmd" RABBITMQ_NODENAME=bed@localhost RABBITMQ_MNESIA_BASE="$CTL/rabbit" \
    RABBITMQ_LOG_BASE="$CTL/log" RABBITMQ_CONFIG_FILE="$CTL/etc/rabbitmq.conf" RABBITMQ_CONF_ENV_FILE=/dev/null \
    RABBITMQ_ENABLED_PLUGINS_FILE="$CTL/etc/enabled_plugins" RABBITMQ_DIST_PORT=25672 \
    RABBITMQ_PID_FILE="$CTL/rabbit/pid" \
    'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}' \
    /usr/lib/rabbitmq/bin/rabbitmq-server
}

start_identity_and_images() {
  local variables=(env OS_KEYSTONE_CONFIG_FILES="$CTL/etc/keystone.conf")
  # 35357 as well: Juju's keystone hands it out as auth_port
  wsgi keystone 5000 keystone.wsgi.api --http-socket "$HOST:35357"
  variables=(env OS_GLANCE_CONFIG_DIR="$CTL/etc")
  wsgi glance 9292 /usr/bin/glance-wsgi-api
}

start_nova_api() { # the paste file comes first
  local variables=(env "OS_NOVA_CONFIG_FILES=/etc/nova/api-paste.ini;$CTL/etc/nova.conf;$CTL/etc/nova-api.conf")
  PROCESSES=2 THREADS=1 wsgi nova-api 8774 nova.wsgi.osapi_compute
}

start_the_rest() {
  local variables=(env OS_PLACEMENT_CONFIG_DIR="$CTL/etc") worker port
  for port in 6641 16642; do
    wait_for 120 listens "$CENTRAL" "$port" || die "OVN central does not listen on $port"
  done
  start neutron neutron-server --config-file "$CTL/etc/neutron.conf"
  for worker in conductor scheduler; do
    start "nova-$worker" python3 -c \
      "import sys; sys.argv[0]='nova-$worker'; from nova.cmd.$worker import main; main()" \
      --config-file "$CTL/etc/nova.conf" --log-file "$CTL/log/nova-$worker.log"
  done
  wsgi placement 8778 placement.wsgi.api
  variables=(env "OS_NOVA_CONFIG_FILES=/etc/nova/api-paste.ini;$CTL/etc/nova.conf;$CTL/etc/nova-metadata.conf")
  PROCESSES=1 THREADS=1 wsgi nova-metadata 8775 nova.wsgi.metadata
}

seed() { manage python3 "$CTL/etc/seed.py" "$@" >>"$CTL/log/seed.out" 2>&1 || die "seed $1: see $CTL/log/seed.out"; }

# Ready: each API answers, the conductor and the scheduler report themselves, the network is there.
control_up() {
  local path
  ! { holder && [[ -e $CTL/ready ]]; } >/dev/null || return 0
  control_down # what is left of a start that failed
  make_certificate neutron
  rm -rf "$CTL"
  mkdir -p "$CTL"
  tar -xf "$(golden)" -C "$CTL"
  hold
  start_bus
  start_databases
  start_identity_and_images
  start_nova_api
  start_the_rest
  wait_for 300 listens "$HOST" 5672 || die "RabbitMQ does not listen: see $CTL/log/rabbitmq.out"
  for path in 5000/v3 35357/v3 9292/healthcheck 8778/ 8774/ 9696/ 8775/; do
    wait_for 300 answers "$path" || die "no answer from http://$HOST:$path: see $CTL/log"
  done
  seed network
  : >"$CTL/ready"
}

control_down() {
  local pid
  holder >/dev/null || return 0
  pid=$(cat "$CTL/holder")
  kill -KILL "$pid" # --kill-child ends the namespace's init
  wait_for 60 test ! -e "/proc/$pid" || die "the control plane does not end"
}
