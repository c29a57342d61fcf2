#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# ps, pause, resume, update, events, and what run and create give a container that no single command is about.
load helper

limits='.linux.resources += {pids: {limit: 50}, memory: {limit: 67108864}}'

@test "pause stops every process, resume lets them go on" {
	bundle a 'i=0; while :; do i=$((i + 1)); echo $i >/count; done' "$GROUP"
	start_up a
	wait_for test -s "$B/rootfs/count"
	oci pause a-$ID
	assert_state a-$ID paused
	one=$(cat "$B/rootfs/count")
	sleep 0.3
	assert_equal "$(cat "$B/rootfs/count")" "$one"
	refuses 1 "paused" oci pause a-$ID
	oci resume a-$ID
	assert_state a-$ID running
	wait_for eval '[ "$(cat "$B/rootfs/count")" != "'"$one"'" ]'
}

@test "kill KILL and delete -f reach a paused container" {
	sleeping a "$GROUP"
	oci pause a-$ID
	oci kill a-$ID KILL
	wait_for has_ended "$(pid_of a)"
	oci delete a-$ID
	sleeping b "$GROUP"
	oci pause b-$ID
	oci delete -f b-$ID
	has_ended "$(pid_of b)"
}

@test "what a v1 freezer keeps from dying: the container's own groups are thawed, somebody else's is named" {
	cg_is_v1 freezer || skip "no v1 freezer here"
	sleeping a "$GROUP"
	pid=$(pid_of a)
	own=$(cg_folder "$pid" freezer)
	mkdir "$own/below"
	chown -R --reference="$own/tasks" "$own/below"
	echo "$pid" >"$own/below/cgroup.procs"
	echo FROZEN >"$own/below/freezer.state"
	oci delete -f a-$ID
	has_ended "$pid"

	sleeping b "$GROUP"
	pid=$(pid_of b)
	foreign=/sys/fs/cgroup/freezer/$ID
	mkdir "$foreign"
	echo "$pid" >"$foreign/cgroup.procs"
	echo FROZEN >"$foreign/freezer.state"
	run --separate-stderr oci delete -f b-$ID
	echo THAWED >"$foreign/freezer.state"
	assert_refused 1 "control group $foreign is frozen"
	wait_for has_ended "$pid"
	wait_for rmdir "$foreign"
	oci delete b-$ID
}

@test "a group above that v2 has frozen doesn't keep delete -f waiting" {
	sleeping a "$GROUP"
	pid=$(pid_of a)
	top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	[ -n "$top" ] || skip "no v2 tree here"
	mkdir -p "$top/$ID/below"
	echo "$pid" >"$top/$ID/below/cgroup.procs"
	echo 1 >"$top/$ID/cgroup.freeze"
	wait_for grep -q 'frozen 1' "$top/$ID/below/cgroup.events"
	oci delete -f a-$ID
	has_ended "$pid"
	wait_for rmdir "$top/$ID/below" "$top/$ID"
}

@test "ps: a table of the host's, JSON, and ps's own options" {
	sleeping a "$GROUP"
	oci exec -d a-$ID sleep 2000 </dev/null >/dev/null 2>&1
	run oci ps -f json a-$ID
	assert_equal "$(jq length <<<"$output") $(jq ".[0]" <<<"$output")" "2 $(pid_of a)"
	run oci ps a-$ID
	assert_line '^UID +PID '
	assert_line " $(pid_of a) .*sleep 1000"
	assert_equal "$(wc -l <<<"$output")" 3
	run oci ps a-$ID -e -o pid,comm
	assert_line "^ *$(pid_of a) sleep"
	refuses 1 "PID" oci ps a-$ID -e -o comm
	refuses 1 "xml" oci ps -f xml a-$ID
}

@test "limits of the document and of update are the kernel's" {
	sleeping a "$GROUP" "$limits"
	pid=$(pid_of a)
	assert_equal "$(cg_limit "$pid" pids) $(cg_limit "$pid" memory)" "50 67108864"
	oci update --pids-limit 20 --memory 33554432 a-$ID
	assert_equal "$(cg_limit "$pid" pids) $(cg_limit "$pid" memory)" "20 33554432"
	echo '{"pids": {"limit": 30}, "cpu": {"quota": 50000, "period": 100000}}' >"$BUNDLES/resources.json"
	chmod a+r "$BUNDLES/resources.json"
	oci update -r "$BUNDLES/resources.json" a-$ID
	assert_equal "$(cg_limit "$pid" pids) $(cg_limit "$pid" cpu)" "30 50000 100000"
	oci update -r - a-$ID <<<'{"pids": {"limit": 40}}'
	assert_equal "$(cg_limit "$pid" pids)" 40
	oci update --cpu-quota 20000 --cpu-period 50000 a-$ID
	assert_equal "$(cg_limit "$pid" cpu)" "20000 50000"
	oci update --cpuset-cpus 0 a-$ID
	assert_equal "$(cg_limit "$pid" cpuset)" 0
}

@test "a label for mounts needs SELinux" {
	[ ! -e /sys/fs/selinux/enforce ] || skip "SELinux runs"
	bundle a true '.linux.mountLabel = "system_u:object_r:container_file_t:s0:c1,c2"'
	refuses 1 "without SELinux" oci run -b "$B" a-$ID
}

@test "a container with 512 KiB of memory starts" {
	bundle a true '.linux.resources.memory = {limit: 524288, swap: 524288}' '.process.args = ["/bin/true"]' "$GROUP"
	for i in 1 2 3 4 5; do oci run -b "$B" a-$ID; done
}

@test "limits that no kernel of ours has are refused, and their absence is not" {
	for kernel in kernel kernelTCP; do
		bundle "$kernel" true "$GROUP" ".linux.resources.memory.$kernel = 67108864"
		run oci run -b "$B" a-$ID
		# Some kernels do limit TCP's memory on v1: then it must hold.
		[ "$status" = 0 ] && [ "$kernel" = kernelTCP ] && cg_is_v1 memory || assert_refused 1 "kernel memory"
		run oci delete -f a-$ID
	done
	bundle b true "$GROUP" '.linux.resources.memory = {kernel: -1, kernelTCP: 0, disableOOMKiller: false, useHierarchy: true}'
	run oci run -b "$B" b-$ID
	assert_status 0
	bundle c true "$GROUP" '.linux.resources.memory.useHierarchy = false'
	refuses 1 "useHierarchy" oci run -b "$B" c-$ID
	sleeping d "$GROUP"
	refuses 1 "kernel memory" oci update --kernel-memory 67108864 d-$ID
	oci update --kernel-memory -1 d-$ID
	refuses 1 "kernel memory" oci update -r - d-$ID <<<'{"memory": {"kernel": 67108864}}'
}

@test "what only v1 can limit is refused on v2, and taken back by update on v1" {
	bundle a sleep "$GROUP" '.linux.resources.memory = {limit: 67108864, disableOOMKiller: true, swappiness: 7}'
	if ! cg_is_v1 memory; then
		refuses 1 "v2 have no such limit" oci run -d -b "$B" a-$ID
		return
	fi
	start_up a
	pid=$(pid_of a)
	assert_equal "$(cg_file "$pid" memory memory.swappiness)" 7
	cg_file "$pid" memory memory.oom_control | grep -qx 'oom_kill_disable 1'
	oci update -r - a-$ID <<<'{"memory": {"disableOOMKiller": false, "swappiness": 8}}'
	assert_equal "$(cg_file "$pid" memory memory.swappiness)" 8
	cg_file "$pid" memory memory.oom_control | grep -qx 'oom_kill_disable 0'
}

@test "update: the document's device rules are no change, others are refused" {
	rules='[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "r"}]'
	sleeping a "$GROUP" ".linux.resources.devices = $rules"
	oci update -r - a-$ID <<<"{\"devices\": $rules, \"pids\": {\"limit\": 30}}"
	assert_equal "$(cg_limit "$(pid_of a)" pids)" 30
	refuses 1 "keeps the rules" oci update -r - a-$ID <<<'{"devices": [{"allow": true, "access": "rwm"}], "pids": {"limit": 40}}'
	assert_equal "$(cg_limit "$(pid_of a)" pids)" 30
}

@test "an update that fails half-way leaves all limits as they were" {
	sleeping a "$GROUP" '.linux.resources += {pids: {limit: 50}, memory: {limit: 67108864, swap: 67108864}, cpu: {quota: 50000, period: 100000}}'
	pid=$(pid_of a)
	before="$(cg_limit "$pid" memory) $(cg_limit "$pid" swap) $(cg_limit "$pid" cpu) $(cg_limit "$pid" pids) $(cg_limit "$pid" cpuset)"
	# The CPUs come after the memory and the quota, the disk after all of them.
	refuses 1 "the limits are as they were" oci update --memory 134217728 --memory-swap 134217728 --cpu-quota 20000 --cpu-period 50000 --cpuset-cpus 4000 a-$ID
	assert_equal "$(cg_limit "$pid" memory) $(cg_limit "$pid" swap) $(cg_limit "$pid" cpu) $(cg_limit "$pid" pids) $(cg_limit "$pid" cpuset)" "$before"
	refuses 1 "the limits are as they were" oci update -r - a-$ID <<<'{"memory": {"limit": 33554432, "swap": 50331648}, "pids": {"limit": 7}, "cpu": {"cpus": "0"}, "blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 5}]}}'
	assert_equal "$(cg_limit "$pid" memory) $(cg_limit "$pid" swap) $(cg_limit "$pid" cpu) $(cg_limit "$pid" pids) $(cg_limit "$pid" cpuset)" "$before"
	# What a later update begins with is what holds, not what failed.
	oci update --cpu-quota 30000 a-$ID
	assert_equal "$(cg_limit "$pid" cpu)" "30000 100000"
}

@test "attack: a fork bomb stops at the limit of processes" {
	bundle a 'i=0; while [ $i -lt 40 ]; do sleep 100 & i=$((i + 1)); done 2>/errors; touch /done; exec sleep 1000' "$GROUP" '.linux.resources.pids.limit = 15'
	start_up a || true
	wait_for eval "grep -qi fork '$B/rootfs/errors' || [ -e '$B/rootfs/done' ]"
	grep -qi "fork" "$B/rootfs/errors"
	[ "$(oci ps -f json a-$ID | jq length)" -le 15 ]
}

@test "events --stats: one line of what the kernel counts" {
	sleeping a "$GROUP" "$limits"
	run oci events --stats a-$ID
	assert_status 0
	assert_equal "$(wc -l <<<"$output")" 1
	assert_equal "$(jq -r '[.type, .id, .data.pids.current, .data.pids.limit, .data.memory.usage.limit] | join(" ")' <<<"$output")" "stats a-$ID 1 50 67108864"
}

@test "the document's environment: each name once, HOME of the user" {
	bundle a env '.process.env = ["A=1", "PATH=/bin", "A=2", "HOME="]'
	run oci run -b "$B" a-$ID
	assert_equal "$(grep -c ^A= <<<"$output") $(grep ^A= <<<"$output") $(grep ^HOME= <<<"$output")" "1 A=2 HOME=/root"
	bundle b env '.process.env = ["HOME=/mine", "PATH=/bin"]'
	run oci run -b "$B" b-$ID
	assert_line '^HOME=/mine$'
}

@test "run.oci.keep_original_groups: the caller's groups, and otherwise those of the document" {
	in_mode root
	bundle a 'grep Groups: /proc/self/status' '.annotations["run.oci.keep_original_groups"] = "1"'
	run setpriv --groups 7,8 "$CALE" oci --root "$STATE/oci" run -b "$B" a-$ID
	assert_equal "$(tr -s '\t ' ' ' <<<"$output")" "Groups: 7 8 "
	bundle b 'grep Groups: /proc/self/status' '.process.user.additionalGids = [9]'
	run setpriv --groups 7,8 "$CALE" oci --root "$STATE/oci" run -b "$B" b-$ID
	assert_equal "$(tr -s '\t ' ' ' <<<"$output")" "Groups: 9 "
}

@test "kernel.domainname that contradicts domainname is refused" {
	bundle a 'cat /proc/sys/kernel/domainname' '.domainname = "one"' '.linux.sysctl = {"kernel.domainname": "two"}'
	refuses 1 "conflicts" oci run -b "$B" a-$ID
	bundle b 'cat /proc/sys/kernel/domainname' '.domainname = "one"'
	run oci run -b "$B" b-$ID
	assert_output one
}

@test "nothing of the host is open in the container, from create on" {
	bundle a sleep
	oci create -b "$B" --pid-file "$BUNDLES/a.pid" a-$ID </dev/null >/dev/null 2>&1
	oci start a-$ID
	wait_for eval "[ \"\$(program_of $(pid_of a))\" = '/bin/sleep 1000 ' ]"
	assert_equal "$(ls "/proc/$(pid_of a)/fd" | tr '\n' ' ')" "0 1 2 "
}
