#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# oci-systemd.sh FOLDER: `cale oci --systemd-cgroup` with a real systemd and pure cgroup v2, as root and
# as an ordinary user, both from below their manager and from a session beside it. Not part of the
# usual run: tests/vm/in-vm RUN-VM oci-systemd.sh.
set -u
folder=${1:-/share}
# shellcheck source=tests/vm/oci-lib.sh
. "$folder/oci-lib.sh"

limits='.linux.resources += {
	memory: { limit: 67108864, swap: 100663296, reservation: 33554432 },
	cpu: { shares: 512, quota: 33333, period: 50000, cpus: "0", mems: "0" },
	pids: { limit: 50 },
	unified: { "memory.high": "50331648" } }'

# limits_hold ID UNIT: what the files say, and what systemd says.
limits_hold() {
	local id=$1 unit=$2
	is "memory.max" 67108864 in_group "$id" memory.max
	is "memory.low" 33554432 in_group "$id" memory.low
	[ ! -e "/sys/fs/cgroup$(group_of "$id")/memory.swap.max" ] ||
		is "memory.swap.max" 33554432 in_group "$id" memory.swap.max
	is "memory.high, by its name" 50331648 in_group "$id" memory.high
	is "cpu.max is rounded as systemd rounds it" "33500 50000" in_group "$id" cpu.max
	is "pids.max" 50 in_group "$id" pids.max
	is "cpuset.cpus" 0 in_group "$id" cpuset.cpus
	is "systemd knows of the memory" 67108864 shows "$unit" MemoryMax
	is "of the reservation" 33554432 shows "$unit" MemoryLow
	is "of memory.high" 50331648 shows "$unit" MemoryHigh
	is "of the quota" 670ms shows "$unit" CPUQuotaPerSecUSec
	is "of the processes" 50 shows "$unit" TasksMax
	is "of the CPUs" 0 shows "$unit" AllowedCPUs
	is "of the weight what the file says" "$(in_group "$id" cpu.weight)" shows "$unit" CPUWeight
}

# all_limits ID UNIT: what both say, on one line.
all_limits() {
	local file property
	for file in memory.max memory.high memory.swap.max cpu.max cpu.weight pids.max cpuset.cpus; do
		echo "$file=$(in_group "$1" "$file" 2>/dev/null)"
	done | tr '\n' ' '
	for property in MemoryMax MemoryHigh MemorySwapMax CPUQuotaPerSecUSec CPUWeight TasksMax AllowedCPUs; do
		echo "$property=$(shows "$2" "$property")"
	done | tr '\n' ' '
}

# A container's life. $oci and $systemctl say as whom; $1: a name for the unit.
life() {
	local id=life$1 unit=test-$1.scope dir
	dir=$(make_bundle "$id" "$limits" ".linux.cgroupsPath = \":test:$1\"" "${@:2}")
	ok "create" $oci create -b "$dir" "$id" || return
	is "it is created" created status_of "$id"
	is "its scope is active" active shows "$unit" ActiveState
	is "it is in it" "$unit" eval 'basename "$(group_of '"$id"')"'
	is "systemd delegates the scope" yes shows "$unit" Delegate
	is "and says what it is" "container $id" shows "$unit" Description
	ok "start" $oci start "$id"
	is "it runs" running status_of "$id"
	limits_hold "$id" "$unit"
	is "its namespace's top is its own group" "0::/" $oci exec "$id" cat /proc/self/cgroup
	is "it sees its own group and no other" 50 $oci exec "$id" cat /sys/fs/cgroup/pids.max
	is "exec is in the group too" 2 $oci exec "$id" sh -c 'while read -r p; do n=$((n + 1)); done </sys/fs/cgroup/cgroup.procs; echo $n'
	ok "update" $oci update --memory 33554432 --memory-swap 50331648 --pids-limit 20 --cpu-quota 25000 "$id"
	is "memory.max follows" 33554432 in_group "$id" memory.max
	is "pids.max follows" 20 in_group "$id" pids.max
	is "cpu.max follows" "25000 50000" in_group "$id" cpu.max
	is "systemd's follow" "33554432 20 500ms" eval "echo \$(shows $unit MemoryMax) \$(shows $unit TasksMax) \$(shows $unit CPUQuotaPerSecUSec)"
	ok "systemd writes its own idea again" $systemctl daemon-reload
	is "which is ours" "33554432 25000 50000" eval "echo \$(in_group $id memory.max) \$(in_group $id cpu.max)"
	local before
	before=$(all_limits "$id" "$unit")
	fails "an update that the kernel takes in part" "the limits are as they were" $oci update --memory 67108864 --memory-swap 67108864 --pids-limit 30 --cpu-quota 40000 --cpuset-cpus 4000 "$id"
	is "changes neither files nor unit" "$before" all_limits "$id" "$unit"
	echo '{ "pids": { "limit": 40 }, "unified": { "memory.high": "30M" } }' >/tmp/limits.json
	fails "one that the kernel takes and systemd can't" "the limits are as they were" $oci update -r /tmp/limits.json "$id"
	is "changes neither files nor unit" "$before" all_limits "$id" "$unit"
	ok "pause" $oci pause "$id"
	is "it is paused" "paused 1" eval "echo \$(status_of $id) \$(in_group $id cgroup.freeze)"
	fails "exec in a paused container" "paused" $oci exec "$id" true
	ok "resume" $oci resume "$id"
	is "it runs again" running status_of "$id"
	is "ps" "$(pid_of "$id")" eval "$oci ps -f json $id | jq -r '.[]'"
	fails "delete of a running one" "not stopped" $oci delete "$id"
	local group
	group=$(group_of "$id")
	ok "kill" $oci kill "$id" KILL
	ok "it ends" ends "$id"
	ok "delete" $oci delete "$id"
	ok "its unit is gone" gone "$unit"
	ok "its group too" not test -e "/sys/fs/cgroup$group"
}

others() {
	local dir
	dir=$(make_bundle plain)
	ok "run with defaults" $oci run -d -b "$dir" plain
	is "the unit is named by the id" "cale-plain.scope" eval 'basename "$(group_of plain)"'
	is "its slice is the usual one" "${default_slice}" shows cale-plain.scope Slice
	fails "a second container in the same unit" "cale-plain.scope" $oci create -b "$(make_bundle twin '.linux.cgroupsPath = ":cale:plain"')" twin
	is "leaves the first as it was" "running active" eval "echo \$(status_of plain) \$(shows cale-plain.scope ActiveState)"
	fails "and isn't there" "does not exist" $oci state twin
	ok "delete -f" $oci delete -f plain
	ok "takes the unit along" gone cale-plain.scope

	fails "a path that isn't slice:prefix:name" "slice:prefix:name" $oci create -b "$(make_bundle path '.linux.cgroupsPath = "/a/b"')" path
	fails "a slice instead of a scope" "slice" $oci create -b "$(make_bundle slice '.linux.cgroupsPath = "::a.slice"')" slice
	dir=$(make_bundle sliced ".linux.cgroupsPath = \"$own_slice:cale:sliced\"" \
		'.annotations = { "org.systemd.property.TimeoutStopUSec": "uint64 7000000", "org.systemd.property.CollectMode": "'"'inactive-or-failed'"'" }')
	ok "a slice of one's own" $oci run -d -b "$dir" sliced
	is "it is in it" "$own_slice" shows cale-sliced.scope Slice
	is "an annotation sets a property" "7s inactive-or-failed" eval "echo \$(shows cale-sliced.scope TimeoutStopUSec) \$(shows cale-sliced.scope CollectMode)"
	ok "delete -f" $oci delete -f sliced
	fails "an annotation that isn't on the list" "org.systemd.property.ExecStop" $oci create -b "$(make_bundle hostile '.annotations = { "org.systemd.property.ExecStop": "'"'true'"'" }')" hostile
	ok "leaves no unit" gone cale-hostile.scope

	is "run ends with the program's code" 7 eval "$oci run -b $(make_bundle code '.process.args = ["sh", "-c", "exit 7"]') code; echo \$?"
	ok "and leaves no unit" gone cale-code.scope
	fails "a program that isn't there" "nothing" $oci run -b "$(make_bundle missing '.process.args = ["nothing"]')" missing
	ok "leaves no unit" gone cale-missing.scope
	fails "a limit that no kernel has" "memory.nonsense" $oci run -b "$(make_bundle nonsense '.linux.resources.unified = { "memory.nonsense": "1" }')" nonsense
	ok "leaves no unit" gone cale-nonsense.scope

	dir=$(make_bundle oom '.linux.resources.memory = { limit: 16777216, swap: 16777216 }' '.process.args = ["sh", "-c", "x=x; while true; do x=$x$x; done"]')
	is "what is out of memory is killed" 137 eval "$oci run -b $dir oom >/dev/null 2>&1; echo \$?"
	ok "and leaves no failed unit" gone cale-oom.scope

	dir=$(make_bundle killed)
	ok "a container" $oci run -d -b "$dir" killed
	ok "whose unit systemd stops" $systemctl stop cale-killed.scope
	is "is stopped" stopped status_of killed
	ok "and can be deleted" $oci delete killed
	dir=$(make_bundle sub '.mounts |= map(if .type == "cgroup" then .options -= ["ro"] else . end)')
	ok "a container that divides its group" $oci run -d -b "$dir" sub
	ok "makes groups in it" $oci exec sub mkdir -p /sys/fs/cgroup/a/b
	is "exec --cgroup enters one" "0::/a/b" $oci exec --cgroup /a/b sub cat /proc/self/cgroup
	ok "delete -f" $oci delete -f sub
	ok "removes all of them" gone cale-sub.scope
}

# Services of type "notify" whose program is in a container.
notifying() {
	local dir
	dir=$(make_bundle notify '.process.args = ["sh", "-c", "say STATUS=inside READY=1; exec sleep 1000"]')
	cp "$folder/attack_notify" "$dir/rootfs/bin/say"
	ok "a service is up when the program says so" systemd-run --quiet --collect --unit cale-notify --service-type=notify -p TimeoutStartSec=60 -p TimeoutStopSec=3 $oci run -b "$dir" notify
	is "it has its words" "active inside" eval "echo \$(shows cale-notify.service ActiveState) \$(shows cale-notify.service StatusText)"
	is "its main process is the runtime" oci eval "tr '\\0' '\n' </proc/\$(shows cale-notify.service MainPID)/cmdline | sed -n 2p"
	ok "and it stops" systemctl stop cale-notify.service
	$oci delete -f notify
	dir=$(make_bundle back '.process.args = ["sh", "-c", "say READY=1 MAINPID=1; exec sleep 1000"]')
	cp "$folder/attack_notify" "$dir/rootfs/bin/say"
	ok "one in the background is up, too" systemd-run --quiet --collect --unit cale-back --service-type=notify -p TimeoutStartSec=60 -p TimeoutStopSec=3 $oci run -d -b "$dir" back
	is "its main process is the container's" "active $(pid_of back)" eval "echo \$(shows cale-back.service ActiveState) \$(shows cale-back.service MainPID)"
	ok "delete -f" $oci delete -f back
	ok "ends the service" gone cale-back.service
	dir=$(make_bundle silent '.process.args = ["sleep", "1000"]')
	systemd-run --quiet --unit cale-silent --service-type=notify -p TimeoutStartSec=3 -p TimeoutStopSec=3 $oci run -b "$dir" silent
	is "one that says nothing isn't up" timeout shows cale-silent.service Result
	$oci delete -f silent
	systemctl reset-failed 'cale-*.service' 2>/dev/null
}

echo "# as root, $(systemctl --version | head -n 1)"
systemctl=systemctl default_slice=system.slice own_slice=test-vm.slice
oci="$cale oci --systemd-cgroup"
life root
others
notifying
is "root's device rules are enforced beside systemd's" "refused
1" $oci run -b "$(make_bundle device '.process.args = ["sh", "-c", "mknod /dev/test-loop b 7 0 && head -c 1 /dev/test-loop >/dev/null 2>&1 || echo refused; mknod /dev/test-zero c 1 5 && head -c 1 /dev/test-zero | wc -c"]' '.process.capabilities[] += ["CAP_MKNOD"]')" device
dir=$(make_bundle users '.linux.namespaces += [{ type: "user" }]' \
	'.linux.uidMappings = [{ containerID: 0, hostID: 100000, size: 65536 }] | .linux.gidMappings = .linux.uidMappings' \
	'.mounts |= map(if .type == "cgroup" then .options -= ["ro"] else . end)')
chown 100000:100000 "$dir/rootfs"
chmod 755 "$dir/rootfs"
ok "a container with a user namespace" $oci run -d -b "$dir" users
is "owns its group" 100000 stat -c %u "/sys/fs/cgroup$(group_of users)"
ok "and divides it" $oci exec users mkdir /sys/fs/cgroup/mine
fails "but keeps its limits" "denied|Permission" $oci exec users sh -c 'echo max >/sys/fs/cgroup/pids.max'
ok "delete -f" $oci delete -f users
ok "its unit is gone" gone cale-users.scope

fails "without systemd there is a mend" "--cgroup-manager cgroupfs" \
	unshare -m sh -c "mount -t tmpfs none /run/systemd && $oci create -b $(make_bundle none) none"

uid=$(id -u tester)
as_session() {
	setpriv --reuid="$uid" --regid="$uid" --init-groups env -i PATH="$PATH" HOME=/home/tester \
		XDG_RUNTIME_DIR="/run/user/$uid" "$@"
}
default_slice=user.slice own_slice=test-vm.slice
systemctl="as_session systemctl --user"
for_uid=$uid

echo "# as a user, from a session"
oci="as_session $cale oci --systemd-cgroup"
life session
others
echo "# as a user, from below the user's manager"
oci="as-user $cale oci --systemd-cgroup"
life service

is "no unit is left" "" eval "systemctl list-units --all --plain --no-legend 'cale-*' 'test-*.scope'; $systemctl list-units --all --plain --no-legend 'cale-*' 'test-*.scope'"
finish
