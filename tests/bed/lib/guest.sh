# shellcheck shell=bash
# The guest `tiny`: Debian's cloud kernel and a busybox initrd, 15 MB. Sourced by ../bed, not run.

GUEST_MODULES="virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover
  virtio_net virtio_blk af_packet"

# make_guest ROOT: vmlinuz, initrd and disk in $GUEST. ROOT: a minimal root of bookworm, whose kernel's modules are
# not compressed, as busybox's insmod wants them.
make_guest() {
  local work sources key
  key=$(sha1sum "$BED/guest/init" "$BED/guest/dhcp" | sha1sum)
  ! is_made "$GUEST" "$key" || return 0
  say "guest image"
  rm -rf "$GUEST"
  mkdir -p "$GUEST"
  work=$(mktemp -d "$STATE/scratch.XXXXXX")
  sources=$(mktemp "$STATE/sources.XXXXXX")
  mirror_sources bookworm >"$sources"
  mkdir "$work/debs"
  in_root "$1" - online "$sources:/etc/apt/sources.list /etc/resolv.conf:/etc/resolv.conf $work/debs:/mnt" bash -ec '
    apt-get -q -o Acquire::Check-Valid-Until=false update
    kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n "s/.*Depends: //p" | head -1)
    cd /mnt && apt-get -q -o APT::Sandbox::User=root download "$kernel" busybox-static'
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/x"; done
  guest_kernel "$work/x"
  guest_initrd "$work/x" "$work/initrd"
  truncate -s 1M "$GUEST/disk"
  rm -rf "$work" "$sources"
  echo "$key" >"$GUEST.key"
}

# Without the mark of a boot sector: nova inspects images, and takes a kernel with it for a disk with a bad partition
# table when it fetches the kernel for a live migration. qemu does not look at the mark.
guest_kernel() { # UNPACKED
  cp "$1"/boot/vmlinuz-* "$GUEST/vmlinuz"
  printf '\0\0' | dd of="$GUEST/vmlinuz" bs=1 seek=510 conv=notrunc status=none
}

guest_initrd() { # UNPACKED WORK
  local module file
  mkdir -p "$2/bin" "$2/proc" "$2/sys" "$2/dev"
  cp "$1/bin/busybox" "$2/bin/"
  for module in $GUEST_MODULES; do
    file=$(find "$1/lib/modules" -name "$module.ko") # none: it is built in
    [[ -z $file ]] || cp "$file" "$2/"
    echo "$module" >>"$2/modules"
  done
  install -m 755 "$BED/guest/init" "$BED/guest/dhcp" "$2/"
  (cd "$2" && find . | cpio --quiet -o -H newc) | gzip -1 >"$GUEST/initrd"
}
