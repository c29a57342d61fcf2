#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Who a contained process is: capabilities, no_new_privs, user namespace, as the host's /proc shows it.
load ../system/helper

setup_file() {
	state_open busybox alpine
	/usr/bin/python3 - "$CALE_TOP/tests/images" "$STATE/setuid.tar" "$CALE_RUN/bin/attack_ids" <<-'PY'
	import sys
	sys.path.insert(0, sys.argv[1])
	sys.dont_write_bytecode = True
	from archive import *
	program = open(sys.argv[3], "rb").read()
	layer = Layer().folder("bin").file("bin/plain", program, 0o755).file("bin/setuid", program, 0o4755)
	layer.file("bin/capable", program, 0o755, xattrs={"security.capability": file_capability(0, True)})
	layer.file("bin/too-capable", program, 0o755, xattrs={"security.capability": file_capability(21, True)})
	docker_archive(sys.argv[2], "setuid:v1", [layer], default_config(Cmd=["/bin/plain"]))
	PY
	chmod a+r "$STATE/setuid.tar"
	cale load -q -i "$STATE/setuid.tar"
}
teardown_file() { state_close; }
teardown() { containers_remove; }
start() { cale run -d --name subject --network none "$@" busybox sleep 300; }
status_of() { proc_status "$(host_pid subject)" "$1"; }
# CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP
ELEVEN=00000000800405fb

@test "eleven capabilities at most by default, none of them inheritable" {
	start
	assert_equal "$(status_of CapBnd)" $ELEVEN
	assert_equal "$(status_of CapEff)" $ELEVEN
	assert_equal "$(status_of CapPrm)" $ELEVEN
	assert_equal "$(status_of CapInh)" 0000000000000000
	assert_equal "$(status_of CapAmb)" 0000000000000000
}

@test "a user other than root has none" {
	start -u 1000
	assert_equal "$(status_of CapEff)" 0000000000000000
	assert_equal "$(status_of CapPrm)" 0000000000000000
}

@test "--cap-drop all, one, and names with or without CAP_" {
	start --cap-drop ALL
	assert_equal "$(status_of CapBnd)" 0000000000000000
	cale rm -f subject
	start --cap-drop CAP_CHOWN --cap-drop kill
	assert_equal "$(status_of CapBnd)" 00000000800405da
}

@test "--cap-add one and all" {
	start --cap-add NET_RAW
	assert_equal "$(status_of CapBnd)" 00000000800425fb
	cale rm -f subject
	start --cap-add ALL
	assert_equal "$(status_of CapBnd)" "$(printf %016x $(((2 << $(cat /proc/sys/kernel/cap_last_cap)) - 1)))"
}

@test "--privileged: all that there are, no filter" {
	start --privileged
	# In the host's user namespace no more than whoever runs this has.
	want=$(printf %016x $(((2 << $(cat /proc/sys/kernel/cap_last_cap)) - 1)))
	[ "$MODE" = rootless ] || want=$(proc_status self CapBnd)
	assert_equal "$(status_of CapEff)" "$want"
	assert_equal "$(status_of Seccomp)" 0
}

@test "no_new_privs and a seccomp filter by default; each can be switched off" {
	start
	assert_equal "$(status_of NoNewPrivs)" 1
	assert_equal "$(status_of Seccomp)" 2
	cale rm -f subject
	start --security-opt no-new-privileges=false --security-opt seccomp=unconfined
	assert_equal "$(status_of NoNewPrivs)" 0
	assert_equal "$(status_of Seccomp)" 0
}

@test "setuid: no effect by default; works with no-new-privileges=false" {
	run cale run --rm --network none -u 1000 setuid:v1 /bin/setuid
	assert_line '^euid=1000 '
	run cale run --rm --network none -u 1000 --security-opt no-new-privileges=false setuid:v1 /bin/setuid
	assert_line '^euid=0 '
}

@test "file capabilities: none by default; within the bounding set with no-new-privileges=false" {
	run cale run --rm --network none -u 1000 setuid:v1 /bin/capable
	assert_line 'effective=0000000000000000$'
	run cale run --rm --network none -u 1000 --security-opt no-new-privileges=false setuid:v1 /bin/capable
	assert_line 'effective=0000000000000001$'
	run cale run --rm --network none -u 1000 --security-opt no-new-privileges=false setuid:v1 /bin/too-capable
	refute_line 'effective=0000000000200000$'
}

@test "a file capability outside the bounding set doesn't keep a program from running" {
	run cale run --rm --network none alpine ping -c1 127.0.0.1
	assert_status 0
}

@test "as root: a user namespace with ids of its own; two containers share none" {
	in_mode root
	start
	cale run -d --name second --network none busybox sleep 300
	[ "$(readlink "/proc/$(host_pid subject)/ns/user")" != "$(readlink /proc/self/ns/user)" ]
	a=$(stat -c %u "/proc/$(host_pid subject)") b=$(stat -c %u "/proc/$(host_pid second)")
	assert_between "$a" 65536 2147483647
	[ "$a" != "$b" ]
	assert_equal "$(awk '{ print $1, $3 }' "/proc/$(host_pid subject)/uid_map")" "0 65536"
}

@test "as root: --userns=host is the host's, and --privileged implies it" {
	in_mode root
	start --userns=host
	assert_equal "$(readlink "/proc/$(host_pid subject)/ns/user")" "$(readlink /proc/self/ns/user)"
	cale rm -f subject
	start --privileged
	assert_equal "$(readlink "/proc/$(host_pid subject)/ns/user")" "$(readlink /proc/self/ns/user)"
}

@test "as root: NET_ capabilities with the host's network need the host's user namespace, and that is said" {
	in_mode root
	run --separate-stderr cale run --rm --network host --cap-add NET_ADMIN busybox true
	assert_refused 125 NET_ADMIN
	grep -q -- '--userns=host' <<<"$stderr"
	run cale run --rm --network host --cap-add NET_ADMIN --userns=host busybox grep CapBnd /proc/self/status
	assert_output_contains 00000000800415fb
}

@test "all namespaces but the network's are the container's own with --network host" {
	cale run -d --name subject --network host busybox sleep 300
	for ns in cgroup ipc mnt pid user uts; do
		[ "$(readlink "/proc/$(host_pid subject)/ns/$ns")" != "$(readlink "/proc/self/ns/$ns")" ]
	done
}

@test "another user of the host can't reach the containers' files" {
	start
	refute as_user_without_ids ls "$STATE/root/containers"
	refute as_user_without_ids ls "$STATE/run/containers"
	refute as_user_without_ids ls "$STATE/root/layers"
}

@test "the root file system is nodev, and nosuid unless an image needs it" {
	run cale run --rm --network none busybox sh -c 'awk '\''$5 == "/" { print $6 }'\'' /proc/self/mountinfo'
	assert_line '(^|,)nodev(,|$)'
	assert_line '(^|,)nosuid(,|$)'
}
