# shellcheck shell=bash
# Relation data as the charms at the other ends would write it, with the bed's real addresses and accounts.
# Sourced by ../bed, not run. One JSON object of strings per endpoint: the databag of that charm's unit 0.

cloud_compute() { # nova-cloud-controller
  jq -n --arg host "$HOST" --arg password "$(account nova)" '{
    network_manager: "neutron", volume_service: "cinder", region: "RegionOne", cross_az_attach: "True",
    ec2_host: $host, restart_trigger: "0f8e4c55-5b7e-4c41-9a0c-2f4a5a3f1d10",
    auth_protocol: "http", auth_host: $host, auth_port: "35357", keystone_host: $host,
    service_protocol: "http", service_port: "5000", service_username: "nova", service_password: $password,
    service_tenant: "service", service_tenant_name: "service", admin_domain_name: "service_domain",
    api_version: "3.0",
    quantum_plugin: "ovn", quantum_url: "http://\($host):9696", quantum_security_groups: "yes",
    quantum_host: $host, quantum_port: "9696",
    console_access_protocol: "novnc", console_proxy_novnc_address: "http://\($host):6080/vnc_auto.html",
    spice_agent_enabled: "True", enable_serial_console: "false",
    serial_console_base_url: "ws://127.0.0.1:6083/",
    vendor_data: "{\"vendor_data\": false}", vendor_json: "{}",
    cpu_allocation_ratio: "2.0", ram_allocation_ratio: "0.98", disk_allocation_ratio: "1.0",
    allow_resize_to_same_host: "False"}'
}

amqp() { # rabbitmq-server
  jq -n --arg host "$HOST" --arg password "$(account rabbit)" \
    '{hostname: $host, "private-address": $host, password: $password}'
}

image_service() { # glance
  jq -n --arg host "$HOST" '{"glance-api-server": "http://\($host):9292", "glance-api-ready": "yes"}'
}

cloud_credentials() { # keystone
  jq --arg host "$HOST" --arg password "$(account nova_compute)" '{
    auth_host: $host, auth_port: "35357", auth_protocol: "http",
    credentials_host: $host, credentials_port: "5000", credentials_protocol: "http",
    credentials_username: "nova_compute", credentials_password: $password,
    credentials_project: "service", credentials_project_id: .project_id,
    credentials_user_domain_name: "service_domain", credentials_user_domain_id: .domain_id,
    credentials_project_domain_name: "service_domain", credentials_project_domain_id: .domain_id,
    domain: "service_domain", region: "RegionOne", api_version: "3"}' "$CTL/identity.json"
}

# ironic-api; its charm writes JSON
ironic_api() { jq -n '{"ironic-api-ready": "true"}'; }

ovsdb() { # ovn-central; a JSON string within the string, as on the wire
  jq -n --arg address "$CENTRAL" '{"bound-address": ($address | tojson)}'
}

# vault. [UNIT_NAME=]HOST-NAME...: for each unit (default nova-compute_0, nova-compute_1, ...) a certificate with the host's name
certificates() {
  local pair unit host number=0 files=()
  for pair; do
    host=${pair#*=} unit=${pair%%=*}
    [[ $pair == *=* ]] || unit=nova-compute_$number
    number=$((number + 1))
    make_certificate "$host"
    files+=(--rawfile "$unit.server.cert" "$PKI/$host.pem" --rawfile "$unit.server.key" "$PKI/$host.key")
  done
  jq -n --rawfile ca "$PKI/ca.pem" "${files[@]}" '$ARGS.named'
}

databags() {
  local to='' endpoint pair
  if [[ ${1:-} == -o ]]; then
    to=${2:?usage: bed databags [-o DIRECTORY] [UNIT_NAME=]HOST-NAME...}
    shift 2
    mkdir -p "$to"
  fi
  (($#)) || die "usage: bed databags [-o DIRECTORY] [UNIT_NAME=]HOST-NAME..."
  [[ -e $CTL/identity.json ]] || die "the control plane is down"
  for endpoint in cloud-compute amqp image-service cloud-credentials ironic-api ovsdb certificates; do
    if [[ -n $to ]]; then
      "${endpoint//-/_}" "$@" >"$to/$endpoint.json"
    else
      "${endpoint//-/_}" "$@" | jq --arg endpoint "$endpoint" '{($endpoint): .}'
    fi
  done | jq -s 'if . == [] then empty else add end'
}
