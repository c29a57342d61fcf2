#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# exec: a further program, each option looked up from inside or in the kernel's files.
load helper

# What the program that `exec -d --pid-file` left says of itself in /proc.
detached() { oci exec -d --pid-file "$BUNDLES/exec.pid" "$@" </dev/null >/dev/null 2>&1 && cat "$BUNDLES/exec.pid"; }

@test "exec hands on streams, arguments and exit code; 255 is its own failure" {
	sleeping a
	run --separate-stderr oci exec a-$ID sh -c 'cat; echo "$1" >&2; exit 9' sh "two words" <<<"in"
	assert_status 9
	assert_equal "$output/$stderr" "in/two words"
	refuses 255 'exec: "nothing": executable file not found in $PATH' oci exec a-$ID nothing
	refuses 255 "exec args cannot be empty" oci exec a-$ID
	run oci exec a-$ID sh -c 'kill -9 $$'
	assert_status 137
}

@test "it has the namespaces, root, capabilities, seccomp, no_new_privs, ids and groups of the first one" {
	sleeping a '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdirat", "mkdir"], action: "SCMP_ACT_ERRNO"}]}'
	first=$(pid_of a)
	pid=$(detached a-$ID sleep 2000)
	for ns in cgroup ipc mnt net pid user uts; do
		assert_equal "$ns $(readlink "/proc/$pid/ns/$ns")" "$ns $(readlink "/proc/$first/ns/$ns")"
	done
	assert_equal "$(readlink "/proc/$pid/root" && stat -L -c %d:%i "/proc/$pid/root")" "$(readlink "/proc/$first/root" && stat -L -c %d:%i "/proc/$first/root")"
	for field in CapInh CapPrm CapEff CapBnd CapAmb Seccomp NoNewPrivs Uid Gid Groups Umask; do
		assert_equal "$field $(proc_status "$pid" $field)" "$field $(proc_status "$first" $field)"
	done
	assert_equal "$(cat "/proc/$pid/cgroup")" "$(cat "/proc/$first/cgroup")"
	refute oci exec a-$ID mkdir /tmp/x
}

# A container that waits, of which `oci state` says so too.
created() { # NAME [JQ…]
	local name=$1
	shift
	bundle "$name" sleep "$@"
	oci create -b "$B" --pid-file "$BUNDLES/$name.pid" "$name-$ID" </dev/null >/dev/null 2>&1
}

@test "a container that is only created can be entered, and is started after it" {
	created a '.linux.namespaces += [{type: "time"}]'
	first=$(pid_of a)
	run oci exec a-$ID sh -c 'for ns in cgroup ipc mnt net pid time user uts; do readlink /proc/self/ns/$ns; done; ls /bin/busybox; cat /proc/1/comm'
	assert_status 0
	for ns in cgroup ipc mnt net pid time user uts; do
		assert_line "^$(readlink "/proc/$first/ns/$ns" | sed 's/[][]/\\&/g')\$"
	done
	assert_line '^/bin/busybox$'
	assert_state a-$ID created
	oci exec a-$ID true
	oci start a-$ID
	assert_state a-$ID running
	oci exec a-$ID true
}

@test "so can one whose program has another user, and one that shares the host's processes" {
	user=0
	[ "$MODE" = root ] && user=1000
	created a ".process.user.uid = $user" "$(without ipc)"
	run oci exec a-$ID sh -c 'id -u; readlink /proc/self/ns/ipc'
	assert_equal "$output" "$user
$(readlink /proc/self/ns/ipc)"
	oci start a-$ID
	created b "$(without pid)" '.mounts |= map(if .type == "proc" then {destination: "/proc", type: "bind", source: "/proc", options: ["rbind", "ro"]} else . end)'
	oci exec b-$ID true
	oci start b-$ID
}

@test "attack: somebody else asks a waiting process for its namespaces" {
	created a
	socket=$STATE/oci/a-$ID/start
	ask="$CALE_TOP/tests/oci/ask-namespaces"
	assert_equal "$(as_mode "$ask" "$socket" | wc -l)" 8
	assert_equal "$(as_user_without_ids "$ask" "$socket")" refused
	# Not only because of the socket's permissions.
	chmod 777 "$socket"
	assert_equal "$(as_user_without_ids "$ask" "$socket")" refused
	assert_state a-$ID created
	# It still can't be looked into.
	[ "$MODE" = root ] || refute as_mode readlink "/proc/$(pid_of a)/ns/mnt"
	[ "$MODE" = root ] || refute as_mode cat "/proc/$(pid_of a)/environ"
	oci start a-$ID
}

@test "--detach leaves it running, --pid-file names it" {
	sleeping a
	pid=$(detached a-$ID sleep 2345)
	assert_equal "$(program_of "$pid")" "sleep 2345 "
	assert_equal "$(proc_status "$pid" PPid)" 1
}

@test "--tty gives a terminal of the container's own devpts" {
	sleeping a
	run as_mode "$CALE_RUN/bin/with-pty" -- "$CALE" oci --root "$STATE/oci" exec -t a-$ID sh -c 'tty; [ -t 0 ] && [ -t 1 ] && echo both'
	assert_line '^/dev/pts/[0-9]+'
	assert_line '^both'
	run oci exec a-$ID tty
	assert_line "not a tty"
}

@test "--env adds, and the last one of a name counts" {
	sleeping a '.process.env += ["FROM=config"]'
	run oci exec -e NEW=1 --env FROM=exec a-$ID env
	assert_line '^NEW=1$'
	assert_line '^FROM=exec$'
	refute_line '^FROM=config$'
}

@test "--cwd starts there; one that isn't there is an error" {
	sleeping a
	assert_equal "$(oci exec --cwd /tmp a-$ID pwd)" /tmp
	refuses 255 "/no/such" oci exec --cwd /no/such a-$ID pwd
}

@test "--user and --additional-gids: numbers, no names" {
	in_mode root
	sleeping a
	pid=$(detached -u 1000:100 -g 200 --additional-gids 300 a-$ID sleep 2000)
	assert_equal "$(proc_status "$pid" Uid) / $(proc_status "$pid" Gid) / $(proc_status "$pid" Groups)" "1000 1000 1000 1000 / 100 100 100 100 / 200 300"
	assert_equal "$(oci exec --user 1000 a-$ID sh -c 'echo $HOME')" /home/alice
	assert_equal "$(oci exec --user 4711 a-$ID sh -c 'echo $HOME')" /
	for wrong in alice 0x10 1000:alice -1 4294967296; do refuses 255 "bad " oci exec --user "$wrong" a-$ID true; done
	refuses 255 additional-gids oci exec -g staff a-$ID true
}

@test "--cap adds to bounding, permitted and effective, and nothing inheritable" {
	sleeping a '.process.capabilities = {bounding: ["CAP_KILL"], permitted: ["CAP_KILL"], effective: ["CAP_KILL"]}'
	pid=$(detached --cap CAP_CHOWN -c CAP_FOWNER a-$ID sleep 2000)
	for field in CapPrm CapEff CapBnd; do assert_equal "$field $(proc_status "$pid" $field)" "$field 0000000000000029"; done
	for field in CapInh CapAmb; do assert_equal "$field $(proc_status "$pid" $field)" "$field 0000000000000000"; done
	assert_equal "$(proc_status "$(pid_of a)" CapEff)" 0000000000000020
	refuses 255 "CAP_NONSENSE" oci exec --cap CAP_NONSENSE a-$ID true
}

@test "--no-new-privs sets it, =false doesn't" {
	sleeping a '.process.noNewPrivileges = false'
	assert_equal "$(oci exec a-$ID grep NoNewPrivs /proc/self/status | tr -d '\t')" NoNewPrivs:0
	assert_equal "$(oci exec --no-new-privs a-$ID grep NoNewPrivs /proc/self/status | tr -d '\t')" NoNewPrivs:1
	assert_equal "$(oci exec --no-new-privs=false a-$ID grep NoNewPrivs /proc/self/status | tr -d '\t')" NoNewPrivs:0
}

@test "--apparmor and --process-label are enforced or refused" {
	sleeping a
	if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ]; then
		run oci exec --apparmor some-profile a-$ID true
		assert_status 255
		assert_output_contains AppArmor
	fi
	if [ ! -d /sys/fs/selinux ] || [ -z "$(ls /sys/fs/selinux)" ]; then
		run oci exec --process-label system_u:system_r:container_t:s0 a-$ID true
		assert_status 255
		assert_output_contains SELinux
	fi
}

@test "--process takes all from the document, also without --env and friends" {
	sleeping a
	cat >"$BUNDLES/process.json" <<-'J'
		{ "args": ["/bin/sh", "-c", "pwd; echo $ONLY; grep CapEff /proc/self/status; echo ${PATH-none}; exit 3"], "cwd": "/tmp",
		  "env": ["ONLY=this"], "capabilities": { "bounding": ["CAP_KILL"], "permitted": ["CAP_KILL"], "effective": ["CAP_KILL"] } }
	J
	chmod a+r "$BUNDLES/process.json"
	for option in --process -p; do
		run oci exec $option "$BUNDLES/process.json" a-$ID
		assert_status 3
		assert_equal "$(sed -n 1,3p <<<"$output" | tr '\n\t' '  ')" "/tmp this CapEff: 0000000000000020 "
	done
	echo '{ "args": [] }' >"$BUNDLES/process.json"
	refuses 255 process.json oci exec -p "$BUNDLES/process.json" a-$ID
}

@test "--preserve-fds and LISTEN_FDS pass on descriptors, and no others" {
	sleeping a
	echo kept >"$BUNDLES/three"
	echo lost >"$BUNDLES/four"
	chmod a+r "$BUNDLES"/{three,four}
	run as_mode sh -c "exec 3<$BUNDLES/three 4<$BUNDLES/four; $CALE oci --root $STATE/oci exec --preserve-fds 1 a-$ID sh -c 'cat <&3; ls /proc/self/fd | tr \"\\n\" \" \"; cat <&4'"
	assert_line '^kept$'
	refute_line '^lost$'
	run as_mode sh -c "exec 3<$BUNDLES/three; LISTEN_FDS=1 $CALE oci --root $STATE/oci exec a-$ID sh -c 'cat <&3'"
	assert_output kept
	refuses 255 "descriptor 3 isn't open" oci exec --preserve-fds 1 a-$ID true
}

@test "--ignore-paused is needed for a paused one" {
	sleeping a "$GROUP"
	oci pause a-$ID
	refuses 255 "cannot exec in a paused container" oci exec a-$ID true
	as_mode "$CALE" oci --root "$STATE/oci" exec -d --ignore-paused a-$ID touch /tmp/ran </dev/null >/dev/null 2>&1 &
	job=$!
	oci resume a-$ID
	wait $job
	wait_for test -e "$B/rootfs/tmp/ran" || wait_for oci exec a-$ID test -e /tmp/ran
}

@test "--cgroup enters a group below the container's own, and none elsewhere" {
	in_mode root
	cg_is_v1 pids || skip "for cgroup v1; v2's is in tests/vm"
	sleeping a "$GROUP"
	folder=$(cg_folder "$(pid_of a)" pids)
	mkdir "$folder/sub"
	pid=$(detached --cgroup pids:sub a-$ID sleep 2000)
	assert_equal "$(cg_folder "$pid" pids)" "$folder/sub"
	assert_equal "$(cg_folder "$pid" memory)" "$(cg_folder "$(pid_of a)" memory)"
	refuses 255 "bad sub cgroup path" oci exec --cgroup pids:../.. a-$ID true
	refuses 255 "sub cgroup" oci exec --cgroup pids:nowhere a-$ID true
	oci kill a-$ID KILL
	wait_for is_in_state a-$ID stopped
	oci delete a-$ID
	[ ! -e "$folder" ]
}

@test "exec into a v2 group in which everything was killed before" {
	in_mode root
	local tree
	tree=$(awk '$(NF - 2) == "cgroup2" || $0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
	[ -n "$tree" ] && [ -w "$tree/cgroup.procs" ] || skip "no cgroup v2"
	mkdir -p "$tree/cale-oci/$ID"
	[ -e "$tree/cale-oci/$ID/cgroup.kill" ] && echo 1 >"$tree/cale-oci/$ID/cgroup.kill"
	sleeping a "$GROUP"
	assert_equal "$(oci exec a-$ID cat /proc/self/cgroup | grep ^0:)" "$(oci exec a-$ID cat /proc/1/cgroup | grep ^0:)"
	pid=$(detached a-$ID sleep 2000)
	assert_equal "$(grep ^0: "/proc/$pid/cgroup")" "0::/cale-oci/$ID"
	oci delete -f a-$ID
	rmdir "$tree/cale-oci/$ID" # it was there before the container
}

@test "--console-socket gets the terminal, --pidfd-socket the process" {
	sleeping a
	beside "$CALE_TOP/tests/oci/take-fd" "$BUNDLES/c.sock" "$BUNDLES/terminal"
	wait_for test -S "$BUNDLES/c.sock"
	oci exec -d -t --console-socket "$BUNDLES/c.sock" a-$ID sh -c 'tty; echo shown' </dev/null
	wait_for grep -q '^shown' "$BUNDLES/terminal"
	grep -q '^/dev/pts/' "$BUNDLES/terminal"
	beside "$CALE_TOP/tests/oci/take-fd" "$BUNDLES/p.sock" "$BUNDLES/process"
	wait_for test -S "$BUNDLES/p.sock"
	pid=$(detached --pidfd-socket "$BUNDLES/p.sock" a-$ID sleep 2000)
	wait_for grep -q "^Pid: $pid\$" "$BUNDLES/process"
	refuses 255 "without setting --console-socket" oci exec -d -t a-$ID true
	refuses 255 "cannot use --console-socket" oci exec --console-socket "$BUNDLES/c.sock" a-$ID true
}
