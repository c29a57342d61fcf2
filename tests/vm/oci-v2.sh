#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# oci-v2.sh FOLDER: `cale oci` with groups of its own on pure cgroup v2, as root and as an ordinary user
# in a group that is theirs: device rules by BPF, delegation, views, AppArmor. Not part of the usual
# run: tests/vm/in-vm RUN-VM oci-v2.sh.
set -u
folder=${1:-/share}
# shellcheck source=tests/vm/oci-lib.sh
. "$folder/oci-lib.sh"

limits='.linux.resources += {
	memory: { limit: 67108864, swap: 100663296, reservation: 33554432 },
	cpu: { shares: 512, quota: 33333, period: 50000, burst: 1000, cpus: "0", mems: "0" },
	pids: { limit: 50 },
	unified: { "memory.high": "50331648", "memory.oom.group": "1" } }'

oci="$cale oci"

# life NAME PATH [FILTER…]: $oci says as whom.
life() {
	local id=life$1 path=$2 dir group
	shift 2
	dir=$(make_bundle "$id" "$limits" "$@")
	ok "create" $oci create -b "$dir" "$id" || return
	group=$(group_of "$id")
	is "it is created" created status_of "$id"
	ok "its group is $path" eval "[[ '$group' == $path ]]"
	ok "start" $oci start "$id"
	is "it runs" running status_of "$id"
	is "memory.max" 67108864 in_group "$id" memory.max
	is "memory.low" 33554432 in_group "$id" memory.low
	[ ! -e "/sys/fs/cgroup$group/memory.swap.max" ] ||
		is "memory.swap.max" 33554432 in_group "$id" memory.swap.max
	is "cpu.max, to the microsecond" "33333 50000" in_group "$id" cpu.max
	is "cpu.max.burst" 1000 in_group "$id" cpu.max.burst
	is "pids.max" 50 in_group "$id" pids.max
	is "cpuset.cpus" 0 in_group "$id" cpuset.cpus
	is "unified: memory.high" 50331648 in_group "$id" memory.high
	is "unified: memory.oom.group" 1 in_group "$id" memory.oom.group
	is "its namespace's top is its own group" "0::/" $oci exec "$id" cat /proc/self/cgroup
	is "it sees its own group and no other" 50 $oci exec "$id" cat /sys/fs/cgroup/pids.max
	fails "and can't change it" "[Rr]ead-only|denied" $oci exec "$id" sh -c 'echo max >/sys/fs/cgroup/pids.max'
	is "exec is in the group too" 2 $oci exec "$id" sh -c \
		'while read -r p; do n=$((n + 1)); done </sys/fs/cgroup/cgroup.procs; echo $n'
	ok "update" $oci update --memory 33554432 --memory-swap 50331648 --pids-limit 20 "$id"
	is "limits follow" "33554432 20" eval "echo \$(in_group $id memory.max) \$(in_group $id pids.max)"
	fails "a fork bomb stops at the limit" "fork" $oci exec "$id" sh -c \
		'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 5 & done; wait'
	ok "pause" $oci pause "$id"
	is "it is paused" "paused 1" eval "echo \$(status_of $id) \$(in_group $id cgroup.freeze)"
	fails "exec in a paused container" "paused" $oci exec "$id" true
	ok "kill reaches a paused one" $oci kill "$id" KILL
	ok "it ends" ends "$id"
	ok "delete" $oci delete "$id"
	ok "its group is gone" not test -e "/sys/fs/cgroup$group"
	dir=$(make_bundle "$id" "$limits" "$@")
	ok "run" $oci run -d -b "$dir" "$id"
	ok "resume follows pause" eval "$oci pause $id && $oci resume $id && [ \"\$(status_of $id)\" = running ]"
	ok "delete -f" $oci delete -f "$id"
	fails "it is gone" "does not exist" $oci state "$id"
}

views() {
	local writable='.mounts |= map(if .destination == "/sys/fs/cgroup" then .options -= ["ro"] else . end)' dir
	dir=$(make_bundle view "$writable" "$@")
	ok "a container with a writable view" $oci run -d -b "$dir" view
	ok "makes groups below its own" $oci exec view mkdir -p /sys/fs/cgroup/a/b
	is "exec --cgroup enters one" "0::/a/b" $oci exec --cgroup /a/b view cat /proc/self/cgroup
	fails "exec --cgroup doesn't lead out" "bad sub cgroup path" $oci exec --cgroup ../.. view true
	fails "exec --cgroup of one that isn't there" "sub cgroup" $oci exec --cgroup /nowhere view true
	fails "a group above isn't to be seen" "No such file" $oci exec view ls /sys/fs/cgroup/../cgroup/cale-oci
	ok "it hands controllers down" $oci exec view sh -c \
		'cd /sys/fs/cgroup && mkdir leaf && for p in $(cat cgroup.procs); do echo $p >leaf/cgroup.procs; done 2>/dev/null; echo +pids >cgroup.subtree_control'
	is "then exec goes where the first process is" "0::/leaf" $oci exec view cat /proc/self/cgroup
	ok "delete -f" $oci delete -f view
	dir=$(make_bundle host "$@" '.linux.namespaces |= map(select(.type != "cgroup"))')
	ok "without a cgroup namespace" $oci run -d -b "$dir" host
	is "it still sees its own group only" 1 $oci exec host sh -c 'cat /sys/fs/cgroup/cgroup.procs | head -n 1'
	ok "and its real path" $oci exec host grep -q "/cale-oci/host" /proc/self/cgroup
	fails "which leads nowhere inside" "No such file" $oci exec host ls /sys/fs/cgroup/cale-oci
	ok "delete -f" $oci delete -f host
}

others() {
	local dir
	dir=$(make_bundle used '.linux.cgroupsPath = "used"' "$@")
	ok "a named group" $oci run -d -b "$dir" used
	fails "can't be used twice" "not empty" $oci create -b "$(make_bundle again '.linux.cgroupsPath = "used"' "$@")" again
	is "and the first goes on" running status_of used
	ok "delete -f" $oci delete -f used
	fails "a file that no group has" "memory.nonsense" $oci run -b "$(make_bundle nonsense '.linux.resources.unified = { "memory.nonsense": "1" }' "$@")" nonsense
	fails "a path instead of a file" "is no file of a cgroup" $oci run -b "$(make_bundle slash '.linux.resources.unified = { "../memory.max": "1" }' "$@")" slash
	fails "a limit that v2 doesn't have" "network class" $oci run -b "$(make_bundle classid '.linux.resources.network = { classID: 1 }' "$@")" classid
	dir=$(make_bundle oom '.linux.resources.memory = { limit: 16777216, swap: 16777216 }' '.process.args = ["sh", "-c", "x=x; while true; do x=$x$x; done"]' "$@")
	is "what is out of memory is killed" 137 eval "$oci run -b $dir oom >/dev/null 2>&1; echo \$?"
	dir=$(make_bundle disabled "$@")
	if [ -z "$for_uid" ]; then
		# Who could open any device.
		fails "--cgroup-manager disabled" "device limit" $oci --cgroup-manager disabled run -b "$dir" disabled
	else
		ok "--cgroup-manager disabled" $oci --cgroup-manager disabled run -d -b "$dir" disabled
		ok "makes no group" eval "[[ \$(group_of disabled) != *disabled* ]]"
		fails "and can't pause" "no cgroup" $oci pause disabled
		ok "delete -f" $oci delete -f disabled
	fi
	fails "limits need a group" "disabled" $oci --cgroup-manager disabled run -b "$(make_bundle limited "$limits" "$@")" limited
}

# devices ID FILTER: a container with these rules and a node of the disk.
devices() {
	local id=$1 dir
	dir=$(make_bundle "$id" '.process.capabilities[] += ["CAP_MKNOD"]' "$2")
	ok "$id: a container that may make device nodes" $oci run -d -b "$dir" "$id"
	ok "$id: makes one of a disk" $oci exec "$id" sh -c "mknod /dev/disk b $disk && test -b /dev/disk"
}

root_devices() {
	local rule
	printf secret >/tmp/disk.img
	truncate -s 1M /tmp/disk.img
	losetup /dev/loop7 /tmp/disk.img
	disk="7 7"
	rule='{ allow: true, type: "b", major: 7, minor: 7, access: "rwm" }'
	# Nodes may be made, as with all runtimes: what counts is who can open them.
	devices makes '.linux.resources.devices = [{ allow: false, access: "rwm" }]'
	fails "makes: opening it isn't allowed" "Operation not permitted" $oci exec makes head -c 6 /dev/disk
	fails "makes: nor for a process without a limit of its own" "Operation not permitted" $oci exec --cap CAP_SYS_RAWIO makes dd if=/dev/disk of=/dev/null count=1
	is "makes: the usual devices work" 4 $oci exec makes sh -c 'head -c 4 /dev/zero | wc -c'
	ok "delete -f" $oci delete -f makes
	devices allowed ".linux.resources.devices = [{ allow: false, access: \"rwm\" }, $rule]"
	is "allowed: it is read" secret $oci exec allowed head -c 6 /dev/disk
	ok "allowed: update keeps what it doesn't name" $oci update --pids-limit 60 allowed
	is "allowed: it still is read" secret $oci exec allowed head -c 6 /dev/disk
	ok "delete -f" $oci delete -f allowed
	devices readonly '.linux.resources.devices = [{ allow: false, access: "rwm" }, { allow: true, type: "b", major: 7, minor: 7, access: "rm" }]'
	is "readonly: it is read" secret $oci exec readonly head -c 6 /dev/disk
	fails "readonly: writing is refused" "Operation not permitted" $oci exec readonly sh -c 'echo x >/dev/disk'
	ok "delete -f" $oci delete -f readonly
	devices hole '.linux.resources.devices = [{ allow: true, access: "rwm" }, { allow: false, type: "b", major: 7, minor: 7, access: "rw" }]'
	fails "hole: one device may be taken away" "Operation not permitted" $oci exec hole head -c 6 /dev/disk
	ok "hole: another disk is allowed" $oci exec hole sh -c 'mknod /dev/ram b 1 0 && head -c 1 /dev/ram'
	ok "delete -f" $oci delete -f hole
	losetup -d /dev/loop7
}

root_delegation() {
	local dir writable='.mounts |= map(if .destination == "/sys/fs/cgroup" then .options -= ["ro"] else . end)'
	local users='.linux.namespaces += [{ type: "user" }] | .linux.uidMappings = [{ containerID: 0, hostID: 100000, size: 65536 }] | .linux.gidMappings = .linux.uidMappings'

	dir=$(make_bundle users "$users" "$writable")
	chown 100000:100000 "$dir/rootfs"
	ok "a user namespace with a writable view" $oci run -d -b "$dir" users
	is "owns its group" 100000 eval 'stat -c %u /sys/fs/cgroup$(group_of users)'
	is "and the files that hand it on" "100000 100000" eval 'echo $(stat -c %u /sys/fs/cgroup$(group_of users)/cgroup.procs /sys/fs/cgroup$(group_of users)/cgroup.subtree_control)'
	is "but not its limits" 0 eval 'stat -c %u /sys/fs/cgroup$(group_of users)/pids.max'
	ok "it divides its group" $oci exec users mkdir /sys/fs/cgroup/mine
	fails "it keeps its limits" "denied" $oci exec users sh -c 'echo max >/sys/fs/cgroup/pids.max'
	ok "exec works" $oci exec --cgroup mine users true
	ok "delete -f" $oci delete -f users
	dir=$(make_bundle readers "$users")
	chown 100000:100000 "$dir/rootfs"
	ok "with a read-only view" $oci run -d -b "$dir" readers
	is "it owns nothing" 0 eval 'stat -c %u /sys/fs/cgroup$(group_of readers)'
	fails "and divides nothing" "[Rr]ead-only|denied" $oci exec readers mkdir /sys/fs/cgroup/mine
	ok "delete -f" $oci delete -f readers
}

root_apparmor() {
	local dir
	apparmor_parser -r <<'PROFILE'
profile vm-test flags=(attach_disconnected,mediate_deleted) {
	file,
	capability,
	signal,
	deny /tmp/secret r,
}
profile vm-other flags=(attach_disconnected,mediate_deleted) {
	file,
	capability,
	signal,
}
PROFILE
	dir=$(make_bundle apparmor '.process.apparmorProfile = "vm-test" | .root.readonly = false')
	echo secret >"$dir/rootfs/tmp/secret"
	ok "a container with an AppArmor profile" $oci run -d -b "$dir" apparmor
	is "its program has it" "vm-test (enforce)" eval 'cat /proc/$(pid_of apparmor)/attr/apparmor/current'
	fails "exec has it too" "denied" $oci exec apparmor cat /tmp/secret
	is "exec --apparmor has another one" secret $oci exec --apparmor vm-other apparmor cat /tmp/secret
	fails "one that isn't loaded is refused" "nowhere" $oci exec --apparmor nowhere apparmor true
	ok "delete -f" $oci delete -f apparmor
	fails "at create, too" "nowhere" $oci run -b "$(make_bundle unloaded '.process.apparmorProfile = "nowhere"')" unloaded
}

if [ "$(id -u)" != 0 ]; then
	for_uid=$(id -u)
	# The user's base is the group of their manager.
	life user "*/user@$for_uid.service/cale-oci/lifeuser"
	views
	others
	finish
fi

life root "/cale-oci/liferoot"
life absolute "/vm-test/absolute" '.linux.cgroupsPath = "/vm-test/absolute"'
views
others
root_devices
root_delegation
root_apparmor
is "no group is left" "" find /sys/fs/cgroup/cale-oci /sys/fs/cgroup/vm-test -mindepth 1 -type d
rmdir /sys/fs/cgroup/cale-oci /sys/fs/cgroup/vm-test

echo "# as a user, below their manager"
as-user bash "$0" "$folder" || failures=$((failures + 1))
finish
