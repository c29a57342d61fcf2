#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every bad request gets one line, "cale: <what>: <why>", and changes nothing.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }

# STATUS | what the line says | arguments
rows() {
	cat <<-'END'
	1|nosuchcommand|nosuchcommand
	125|no-such|run --no-such busybox
	125|memory|run --memory
	125|Bad:Name|run --name Bad:Name --network none busybox true
	125|-dash|run --name -dash --network none busybox true
	125|../../x|run --name ../../x --network none busybox true
	125|BUSYBOX|run --network none BUSYBOX true
	125|busybox:bad tag|run --network none busybox:bad^tag true
	125|sha256|run --network none busybox@sha256:1234 true
	125|nosuch|run --network none nosuch true
	125|NOSUCHCAP|run --cap-add NOSUCHCAP --network none busybox true
	125|NOSUCHCAP|run --cap-drop NOSUCHCAP --network none busybox true
	125|nosuchopt|run --security-opt nosuchopt=1 --network none busybox true
	125|/nonexistent|run --security-opt seccomp=/nonexistent --network none busybox true
	125|/nonexistent|run --env-file /nonexistent --network none busybox true
	125|userns|run --userns nonsense --network none busybox true
	125|=nokey|run -e =nokey --network none busybox true
	125|SIGNOPE|run --stop-signal SIGNOPE --network none busybox true
	125|many|run --stop-timeout many --network none busybox true
	125|bad_host!|run --hostname bad_host! --network none busybox true
	125|relative|run --tmpfs relative --network none busybox true
	125|nosuchtype|run --mount type=nosuchtype,dst=/x --network none busybox true
	1|nosuch|start nosuch
	1|nosuch|stop nosuch
	1|nosuch|kill nosuch
	1|nosuch|rm nosuch
	1|nosuch|restart nosuch
	1|nosuch|wait nosuch
	1|nosuch|inspect nosuch
	1|nosuch|logs nosuch
	1|nosuch|exec nosuch true
	1|nosuch|rmi nosuch
	1|nosuch|image inspect nosuch
	1|/nonexistent.tar|load -i /nonexistent.tar
	1|/etc/passwd|load -i /etc/passwd
	1|nonexistent|import /nonexistent x:1
	1|Bad:Ref:X|import /etc/passwd Bad:Ref:X
	END
}

@test "bad requests: one line each, the right status, nothing created" {
	failed=0
	while IFS='|' read -r want text arguments; do
		read -ra words <<<"$arguments"
		run --separate-stderr cale "${words[@]//^/ }"
		assert_refused "$want" "${text//^/ }" || { echo "  for: cale $arguments"; failed=1; }
	done < <(rows)
	[ -z "$(cale ps -aq)" ]
	[ "$(cale images -q | wc -l)" -eq 1 ]
	[ "$failed" -eq 0 ]
}

@test "no arguments: the help; --help of each command" {
	run cale
	assert_output_contains run
	run cale --help
	assert_status 0
	for command in run create start stop kill restart rm ps logs exec wait inspect load import images rmi info; do
		run cale $command --help
		assert_status 0
		assert_output_contains "cale $command"
	done
}

@test "--version" {
	run cale --version
	assert_status 0
	assert_line '[0-9]+\.[0-9]+'
}

@test "names and sizes that are too long are refused" {
	long=$(printf 'a%.0s' {1..5000})
	run --separate-stderr cale run --name "$long" --network none busybox true
	assert_status 125
	[ "${#stderr}" -lt 1200 ]
	run --separate-stderr cale run --hostname "$long" --network none busybox true
	assert_status 125
	run --separate-stderr cale run --network none "$long" true
	assert_status 125
	[ -z "$(cale ps -aq)" ]
}

@test "control characters in names don't reach the terminal" {
	run --separate-stderr cale run --network none $'bad\e[2Jname' true
	assert_status 125
	refute grep -q $'\e' <<<"$stderr"
}

@test "a full disk or missing folder is said plainly" {
	run --separate-stderr as_mode "$CALE" --root /proc/nowhere --runroot "$STATE/run" images
	[ "$status" -ne 0 ]
	grep -q '^cale: .*/proc/nowhere' <<<"$stderr"
}

@test "closed standard output is an error, not a crash" {
	run bash -c "$(declare -f as_mode as_user cale); cale images >/dev/full"
	assert_between "$status" 1 127
}
