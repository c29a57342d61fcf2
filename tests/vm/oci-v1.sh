#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# oci-v1.sh FOLDER: `cale oci` where systemd runs with cgroup v1, alone or beside v2: systemd makes groups
# in the hierarchies that it manages, Cale in the others. Not part of the usual run; RUN-VM has to boot
# with systemd.unified_cgroup_hierarchy=0 SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1, and with or without
# systemd.legacy_systemd_cgroup_controller=1: tests/vm/in-vm RUN-VM oci-v1.sh.
set -u
folder=${1:-/share}
# shellcheck source=tests/vm/oci-lib.sh
. "$folder/oci-lib.sh"

top=/sys/fs/cgroup
limits='.linux.resources += { cpu: { shares: 512, quota: 33333, period: 50000 }, pids: { limit: 50 } }'

# v1_group ID CONTROLLER: its group's folder there.
v1_group() { echo "$top/$2$(sed -n "s/^[0-9]*:\(.*,\)\?$2\(,.*\)\?://p" "/proc/$(pid_of "$1")/cgroup")"; }
# outside ID: hierarchies in which it isn't in the group that its others are called by.
outside() { grep -v -e "/test-$1.scope\$" -e '^0::' "/proc/$(pid_of "$1")/cgroup"; }

# life NAME PATH QUOTA: $oci says with which manager.
life() {
	local id=$1 dir pid
	dir=$(make_bundle "$id" "$limits" ".linux.cgroupsPath = \"$2\"" '.process.capabilities[] += ["CAP_MKNOD"]')
	ok "run" $oci run -d -b "$dir" "$id" || return
	pid=$(pid_of "$id")
	is "it is in its group of every hierarchy" "" outside "$id"
	is "cpu.cfs_quota_us" "$3" cat "$(v1_group "$id" cpu)/cpu.cfs_quota_us"
	is "cpu.shares" 512 cat "$(v1_group "$id" cpu)/cpu.shares"
	is "pids.max" 50 cat "$(v1_group "$id" pids)/pids.max"
	fails "a disk can't be opened" "Operation not permitted" $oci exec "$id" sh -c 'mknod /dev/disk b 7 0; head -c 1 /dev/disk'
	is "it sees its own groups" 50 $oci exec "$id" cat /sys/fs/cgroup/pids/pids.max
	is "exec is in them too" "" $oci exec "$id" grep -v -e "/test-$id.scope\$" -e '^0::' /proc/self/cgroup
	ok "update" $oci update --pids-limit 20 --cpu-quota 25000 "$id"
	is "limits follow" "20 25000" eval "echo \$(cat $(v1_group "$id" pids)/pids.max) \$(cat $(v1_group "$id" cpu)/cpu.cfs_quota_us)"
	ok "pause" $oci pause "$id"
	is "it is paused" "paused FROZEN" eval "echo \$(status_of $id) \$(cat $(v1_group "$id" freezer)/freezer.state)"
	ok "resume" $oci resume "$id"
	is "it runs" running status_of "$id"
	ok "delete -f" $oci delete -f "$id"
	is "no group is left" "" find $top -type d -name "*test-$id*"
}

echo "# groups of our own, in $(cut -d: -f2 /proc/self/cgroup | tr '\n' ' ')"
oci="$cale oci"
life own /vm-test/test-own.scope 33333
find $top -depth -type d -name vm-test -exec rmdir {} +

echo "# systemd"
oci="$cale oci --systemd-cgroup" systemctl=systemctl
life root :test:root 33500
ok "its unit is gone" gone test-root.scope
dir=$(make_bundle memory '.linux.resources.memory = { limit: 16777216 }')
if grep -qs memory $top/unified/cgroup.controllers; then
	ok "what v1 hasn't, v2 beside it may have" $oci run -d -b "$dir" memory
	is "memory.max" 16777216 cat "$top/unified$(group_of memory)/memory.max"
	ok "delete -f" $oci delete -f memory
else
	fails "a limit that no hierarchy has" "memory" $oci run -b "$dir" memory
fi
ok "no unit is left" gone cale-memory.scope
is "and no group" "" find $top -type d -name 'cale-*'

uid=$(id -u tester) for_uid=$(id -u tester)
fails "a user's manager can't on version 1" "v2" setpriv --reuid="$uid" --regid="$uid" --init-groups \
	env XDG_RUNTIME_DIR="/run/user/$uid" HOME=/home/tester $oci run -b "$(make_bundle user)" user
finish
