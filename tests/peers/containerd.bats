#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# modes: root
# containerd, its shim io.containerd.runc.v2 with BinaryName, and ctr.
load helper

IMAGE=docker.io/library/busybox:latest

setup_file() {
	! missing containerd ctr >/dev/null || return 0
	peers_open
	containerd_start
	ctr image import "$IMAGES/busybox.tar"
}
teardown_file() {
	! missing containerd ctr >/dev/null || return 0
	all_remove
	daemon_end containerd
	peers_close
}
setup() { need containerd ctr; }
teardown() { missing containerd ctr >/dev/null || all_remove; }

containerd_start() {
	cat >"$STATE/config.toml" <<-EOF
	version = 2
	root = "$STATE/root"
	state = "$STATE/run"
	oom_score = 0
	disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.devmapper",
		"io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs"]
	[grpc]
	address = "$STATE/s.sock"
	[ttrpc]
	address = "$STATE/t.sock"
	[plugins."io.containerd.internal.v1.opt"]
	path = "$STATE/opt"
	[plugins."io.containerd.internal.v1.restart"]
	interval = "1s"
	[plugins."io.containerd.monitor.v1.restart"]
	interval = "1s"
	EOF
	daemon_start containerd containerd --config "$STATE/config.toml"
	daemon_answers containerd ctr version
}
ctr() { as_mode ctr -a "$STATE/s.sock" "$@"; }
# crun OPTION… NAME PROGRAM…: IMAGE stands before the name.
CTR_RUN=(run --runtime io.containerd.runc.v2 --runc-binary "$OCI" --runc-root "$STATE/oci")
crun() { # OPTION… -- NAME PROGRAM…
	local options=()
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	ctr "${CTR_RUN[@]}" --cgroup "$PARENT/$2" "${options[@]}" "$IMAGE" "${@:2}"
}
oci() { "$OCI" --root "$STATE/oci/default" "$@"; }
pid_of() { ctr task ls | awk -v n="$1" '$1 == n { print $2 }'; }
status_is() { [ "$(ctr task ls | awk -v n="$1" '$1 == n { print $3 }')" = "$2" ]; }
all_remove() {
	local name
	for name in $(ctr container ls -q 2>/dev/null); do
		ctr task kill -s KILL "$name" >/dev/null 2>&1 || true
		wait_for task_removed "$name"
		ctr container rm "$name" >/dev/null
	done
}
task_removed() { ctr task rm -f "$1" 2>/dev/null || ! ctr task ls -q | grep -qx "$1"; }

@test "containerd: run hands on streams, exit code, folder and variables" {
	run --separate-stderr crun --rm --cwd /tmp --env COLOUR=green -- one \
		sh -c 'id -u; pwd; echo $COLOUR; echo err >&2; exit 3'
	assert_status 3
	assert_output $'0\n/tmp\ngreen'
	case $stderr in err*) ;; *) echo "$stderr"; return 1 ;; esac
}

@test "containerd: programs that don't exist, or can't be executed" {
	run crun --rm -- one nosuch
	assert_status 1
	assert_output_contains 'OCI runtime create failed'
	assert_output_contains 'exec: "nosuch": executable file not found in $PATH'
	run crun --rm -- two /etc/passwd
	assert_output_contains 'permission denied'
	crun -d -- host sleep 100
	run ctr task exec --exec-id a host nosuch
	assert_status 1
	assert_output_contains 'OCI runtime exec failed'
	assert_output_contains 'executable file not found in $PATH'
	ctr task exec --exec-id b host true
}

@test "containerd: a detached container: pid file, exec, ps, signals, exit code" {
	crun -d --pid-file "$STATE/pid" -- web sh -c 'trap "exit 9" TERM; while :; do sleep 0.1; done'
	status_is web RUNNING
	pid=$(cat "$STATE/pid")
	assert_equal "$pid" "$(pid_of web)"
	assert_equal "$(cg_folder "$pid" pids)" "$(cg_folder "$pid" memory | sed 's,/memory/,/pids/,')"
	run ctr task exec --exec-id a --cwd /tmp --user 1000 web sh -c 'id -u; pwd; exit 4'
	assert_status 4
	assert_output $'1000\n/tmp'
	run ctr task exec --exec-id b web cat <<<'to exec'
	assert_output 'to exec'
	ctr task exec -d --exec-id c --log-uri "file://$STATE/exec.log" web sleep 50
	run ctr task ps web
	assert_line "^$pid "
	[ "$(wc -l <<<"$output")" -ge 3 ] # the head, the first, and what was executed
	group=$(cg_folder "$pid" pids)
	ctr task kill -s TERM web
	wait_for status_is web STOPPED
	run ctr task delete web
	assert_output_contains 'exit code 9'
	wait_for group_gone "$group"
}

@test "containerd: terminals for run and exec, and their size" {
	run as_mode "$CALE_RUN/bin/with-pty" expect '# ' send 'stty size; exit 5\r' -- \
		ctr -a "$STATE/s.sock" "${CTR_RUN[@]}" --cgroup "$PARENT/term" --rm -t "$IMAGE" term sh
	assert_status 5
	assert_output_contains '24 80'
	crun -d -- host sleep 100
	run as_mode "$CALE_RUN/bin/with-pty" expect '# ' resize 31x91 send 'tty; stty size; exit 6\r' -- \
		ctr -a "$STATE/s.sock" task exec -t --exec-id t host sh
	assert_status 6
	assert_line '/dev/pts/0'
	assert_output_contains '31 91'
}

@test "containerd: limits, read from the kernel, and its own figures" {
	crun -d --memory-limit $((64 << 20)) --cpus 0.5 -- tight sleep 100
	pid=$(pid_of tight)
	assert_equal "$(cg_limit "$pid" memory)" $((64 << 20))
	assert_equal "$(cg_limit "$pid" cpu)" '50000 100000'
	run ctr task metrics tight
	assert_line '^pids.current +1'
	run crun --memory-limit $((16 << 20)) -- big sh -c 'tail /dev/zero'
	assert_status 137
}

@test "containerd: capabilities, no_new_privs, seccomp, rlimits, a read-only tree" {
	run crun --rm --cap-drop CAP_CHOWN --seccomp -- one sh -c "$FACTS"
	assert_line '^NoNewPrivs:.1'
	assert_line '^Seccomp:.2'
	run crun --rm --allow-new-privs --read-only --mount "type=bind,src=$STATE,dst=/mnt,options=rbind:ro" \
		-- two sh -c "$FACTS; touch /x; touch /mnt/x; chown 1:1 /dev/shm"
	assert_line '^NoNewPrivs:.0'
	assert_line '^Seccomp:.0'
	assert_line 'touch: /x: Read-only'
	assert_line 'touch: /mnt/x: Read-only'
	run crun --rm --privileged -- three sh -c "$FACTS; mount -t tmpfs x /tmp && echo mounted"
	assert_line '^mounted$'
}

@test "containerd: pause and resume" {
	crun -d -- host sh -c 'n=0; while :; do n=$((n + 1)); echo $n >/tmp/n; done'
	file=/proc/$(pid_of host)/root/tmp/n
	wait_for test -s "$file"
	ctr task pause host
	status_is host PAUSED
	before=$(cat "$file")
	sleep 0.3
	assert_equal "$(cat "$file")" "$before"
	ctr task resume host
	status_is host RUNNING
	changed() { [ "$(cat "$file")" != "$before" ]; }
	wait_for changed
}

@test "containerd: a user namespace" {
	run crun --rm --uidmap 0:800000000:65536 --gidmap 0:800000000:65536 -- one \
		sh -c 'cat /proc/self/uid_map; touch /x; stat -c %u:%g /x /bin'
	assert_status 0
	assert_line '^ +0 +800000000 +65536$'
	refute_line 65534
}

@test "containerd: the host's network and another one's namespaces" {
	run crun --rm --net-host -- one readlink /proc/self/ns/net
	assert_output "$(readlink /proc/self/ns/net)"
	crun -d -- host sleep 100
	pid=$(pid_of host)
	run crun --rm --with-ns "network:/proc/$pid/ns/net" --with-ns "pid:/proc/$pid/ns/pid" -- two sh -c 'readlink /proc/self/ns/net; ps -o args'
	assert_line "^$(readlink "/proc/$pid/ns/net" | sed 's/[][]/\\&/g')\$"
	assert_line '^sleep 100$'
}

@test "containerd: the runtime's state says what containerd's says" {
	need_cale
	crun -d -- late sleep 100
	assert_equal "$(oci state late | jq -r .status,.pid)" running$'\n'"$(pid_of late)"
	ctr task pause late
	assert_equal "$(oci list -f json | jq -r '.[] | .id, .status')" late$'\n'paused
	ctr task resume late
	ctr task kill -s KILL late
	wait_for status_is late STOPPED
	ctr task delete late || true
	run oci state late
	assert_status 1
	assert_output_contains 'does not exist'
}

@test "containerd: a task that ended is started again" {
	crun -d --label containerd.io/restart.status=running -- again sh -c 'sleep 0.2'
	first=$(pid_of again)
	restarted() { local now; now=$(pid_of again) && [ -n "$now" ] && [ "$now" != "$first" ]; }
	wait_for restarted
	ctr container label again containerd.io/restart.status=stopped
}

@test "containerd: the end of a shim is the end of its container" {
	crun -d -- orphan sleep 4848
	pid=$(pid_of orphan)
	group=$(cg_folder "$pid" pids)
	shim=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")
	grep -qz "$STATE/s.sock" "/proc/$shim/cmdline"
	kill -KILL "$shim"
	wait_for ended "$pid"
	wait_for group_gone "$group"
	[ -z "${PEERS_RUNTIME-}" ] || return 0
	gone() { ! oci state orphan; }
	wait_for gone
}

@test "containerd: a checkpoint as an image, and a container made of it" {
	need_criu
	crun -d --mount "type=bind,src=$STATE/tmp,dst=/out,options=rbind:rw" -- web \
		sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/out/new; mv /out/new /out/count; sleep 0.1; done' >/dev/null 2>&1
	counted() { [ "$(cat "$STATE/tmp/count")" -gt "$1" ]; }
	wait_for counted 3
	ctr container checkpoint --image --rw --task web "checkpoint/$ENGINE"
	status_is web RUNNING
	ctr task kill -s KILL web
	wait_for status_is web STOPPED
	wait_for task_removed web
	ctr container rm web
	at=$(cat "$STATE/tmp/count")
	[ "$at" -gt 3 ]
	ctr container restore --rw --live web "checkpoint/$ENGINE"
	wait_for status_is web RUNNING
	wait_for counted "$at"
}
