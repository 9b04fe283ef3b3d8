# shellcheck shell=bash disable=SC2034
# Which Debian packages the bed is made of. Sourced by ../bed, not run.

# command that tells whether it is there, and the package it is in
HOST_TOOLS=(systemd-nspawn:systemd-container mmdebstrap:mmdebstrap dpkg-scanpackages:dpkg-dev
  ip:iproute2 jq:jq curl:curl openssl:openssl cpio:cpio)

# what makes a minimal root a machine
UNIT_BASE="systemd systemd-sysv dbus iproute2 iputils-ping ca-certificates netbase procps udev kmod
  openssl ethtool"

# the layers that are baked above it
COMPUTE="nova-compute nova-compute-qemu ovn-host openvswitch-switch neutron-ovn-metadata-agent haproxy
  libvirt-clients libvirt-daemon-system openssh-server openssh-client genisoimage
  busybox-static tcpdump netcat-openbsd"
IRONIC_COMPUTE="nova-compute nova-compute-ironic"
CENTRAL_PACKAGES="ovn-central openvswitch-switch openvswitch-pki"
CONTROL="keystone python3-placement placement-common python3-nova nova-common python3-glance
  glance-common python3-neutron neutron-common python3-ironic ironic-common python3-cinder cinder-common
  python3-designate designate-common bind9 rabbitmq-server mariadb-server-core mariadb-client-core
  mariadb-client uwsgi-core uwsgi-plugin-python3 openvswitch-common procps"

# What a unit can install from its local repository. Each line is resolved by itself, as a charm may ask for
# these or those, and some exclude one another.
INSTALLABLE=("$COMPUTE" "nova-compute nova-compute-kvm" "$IRONIC_COMPUTE" "nova-api" "openvswitch-pki"
  "sysfsutils" "python3")
