#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# ids: GHSA-g54h-m393-cpwq
# who: runc
# mechanism: without a list of devices, or with an empty one, every device of the host can be made and opened
# modes: root
load helper

# A disk of the host's or another device that isn't for containers; one that root itself can open here.
candidates() {
	awk 'NR > 2 && NF == 4 { print "b", $1, $2 }' /proc/partitions
	printf 'c 1 11\nc 10 237\nc 10 235\n' # kmsg, loop-control, autofs
}
OPEN() { echo "mknod /tmp/device $DEVICE && : </tmp/device && echo opened"; }
setup() {
	cve_setup
	apart # /tmp may be nodev
	while read -r DEVICE; do
		rm -f "$B/device"
		mknod "$B/device" $DEVICE && (: <"$B/device") 2>/dev/null && return 0
	done < <(candidates)
	skip "no device of this host can be opened"
}
attack() { # JQ
	bundle "$(OPEN)" "$1"
	oci_run
	refute grep -q opened "$B/out" || { echo "$DEVICE, a device of the host's, was opened with $1"; return 1; }
}

@test "GHSA-g54h-m393-cpwq: no list of devices is a closed one" {
	attack 'del(.linux.resources)'
	attack '.linux.resources = {}'
	attack '.linux.resources = {devices: []}'
}

@test "GHSA-g54h-m393-cpwq: a list that allows one device is closed for the others" {
	attack '.linux.resources = {devices: [{allow: false, access: "rwm"}]}'
	attack '.linux.resources = {devices: [{allow: true, type: "c", major: 10, minor: 229, access: "rwm"}]}'
}

@test "GHSA-g54h-m393-cpwq: the usual devices work with a closed list" {
	bundle 'echo x >/dev/null && head -c 1 /dev/zero | wc -c && head -c 1 /dev/urandom | wc -c' '.linux.resources = {devices: []}'
	oci_run
	[ $rc -eq 0 ]
	assert_equal "$(xargs <"$B/out")" "1 1"
}

@test "GHSA-g54h-m393-cpwq: unprotected: the device is opened" {
	bundle true
	run chroot "$B/rootfs" /bin/sh -c "$(OPEN)"
	assert_output_contains opened
}
