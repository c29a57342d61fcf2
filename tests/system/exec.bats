#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# exec: another program in a running container, as confined as the first.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
setup() { cale run -d --name host --network none --memory 64m -e FROM_RUN=1 busybox sleep 300; }
teardown() { containers_remove; }

@test "exec runs inside and hands on output and exit code" {
	run --separate-stderr cale exec host sh -c 'cat /etc/hostname; echo err >&2; exit 4'
	assert_status 4
	assert_equal "$output" "$(container_id host | cut -c1-12)"
	assert_equal "$stderr" err
}

@test "exit codes: 126, 127, signals" {
	run --separate-stderr cale exec host /no/such
	assert_refused 127 /no/such
	run --separate-stderr cale exec host /etc/passwd
	assert_refused 126 /etc/passwd
	run --separate-stderr cale exec -w /no/such/folder host true
	assert_refused 127 /no/such/folder
	run cale exec host sh -c 'kill -TERM $$'
	assert_status 143
}

@test "the same namespaces as the first process" {
	cale exec -d host sleep 4343
	wait_for pgrep -f '^sleep 4343'
	other=$(pgrep -f '^sleep 4343')
	first=$(host_pid host)
	for ns in cgroup ipc mnt net pid user uts; do
		assert_equal "$(readlink "/proc/$other/ns/$ns")" "$(readlink "/proc/$first/ns/$ns")"
	done
}

@test "the same root, capabilities, seccomp, no_new_privs and ids" {
	cale exec -d host sleep 4344
	wait_for pgrep -f '^sleep 4344'
	other=$(pgrep -f '^sleep 4344')
	first=$(host_pid host)
	for key in CapBnd CapEff CapPrm CapInh CapAmb Seccomp NoNewPrivs Uid Gid; do
		assert_equal "$(proc_status "$other" $key)" "$(proc_status "$first" $key)"
	done
	assert_equal "$(stat -Lc %d:%i "/proc/$other/root")" "$(stat -Lc %d:%i "/proc/$first/root")"
	assert_equal "$(cat "/proc/$other/uid_map")" "$(cat "/proc/$first/uid_map")"
}

@test "the same limits: cgroup and ulimits" {
	cale exec -d host sleep 4345
	wait_for pgrep -f '^sleep 4345'
	other=$(pgrep -f '^sleep 4345')
	assert_equal "$(cg_folder "$other" memory)" "$(cg_folder "$(host_pid host)" memory)"
	assert_equal "$(cg_folder "$other" pids)" "$(cg_folder "$(host_pid host)" pids)"
	assert_equal "$(cat "/proc/$other/limits")" "$(cat "/proc/$(host_pid host)/limits")"
}

@test "-e, -w, -u" {
	run cale exec -e A=b -w /etc -u 1000:1000 host sh -c 'echo $A $FROM_RUN; pwd; id -u; id -g'
	assert_output "b 1
/etc
1000
1000"
}

@test "into a container with --init, whoever its user is" {
	cale run -d --name inited --init -u 1000 --network none busybox sleep 4346
	run cale exec inited id -u
	assert_output 1000
	cale exec -d -u 0 inited sleep 4347
	wait_for pgrep -f '^sleep 4347'
	other=$(pgrep -f '^sleep 4347') first=$(host_pid inited)
	[ "$(tr '\0' ' ' <"/proc/$first/cmdline")" != "sleep 4346 " ] # it is the init
	for ns in cgroup ipc mnt net pid user uts; do
		assert_equal "$(readlink "/proc/$other/ns/$ns")" "$(readlink "/proc/$first/ns/$ns")"
	done
	cale stop -t 0 inited
	run --separate-stderr cale exec inited true
	assert_refused 1 "not running"
}

@test "-i hands standard input on" {
	run cale exec -i host cat < <(echo through)
	assert_output through
}

@test "-i: a program that prints more than it reads isn't waited for while it waits for us" {
	run bash -c "$(declare -f as_mode as_user cale); yes 0123456789 | head -n 100000 | cale exec -i host sed 's/.*/&&&&&&&&/' | wc -c"
	assert_output 8100000
}

@test "-d returns while the program runs" {
	cale exec -d host sleep 4346
	wait_for pgrep -f '^sleep 4346'
}

@test "no descriptor of the caller gets in" {
	exec 7</etc/shadow 2>/dev/null || exec 7</etc/passwd
	run cale exec host ls -l /proc/self/fd
	exec 7<&-
	refute_output_contains shadow
	refute_output_contains passwd
	[ "$(grep -c -- '->' <<<"$output")" -le 4 ]
}

@test "a container that isn't running is refused" {
	cale stop -t 0 host
	run --separate-stderr cale exec host true
	assert_refused 1 "not running"
}

@test "--privileged exec in a confined container isn't granted silently" {
	run cale exec --privileged host sh -c 'grep CapEff /proc/self/status'
	[ "$status" -ne 0 ] || assert_line 'CapEff:.*1ffffffffff'
}
