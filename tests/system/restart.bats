#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# --restart: no, always, unless-stopped, on-failure:N, with growing pauses.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }
count() { cale inspect --format '{{.RestartCount}}' "$1"; }
counted() { [ "$(count "$1")" -ge "$2" ]; }
is() { [ "$(cale inspect --format '{{.State.Status}}' "$1")" = "$2" ]; }
run_again() { cale run -d --name again --network none --restart "$1" busybox sh -c "$2"; }

@test "no: it ends once" {
	cale run -d --name once --network none busybox sh -c 'exit 1'
	wait_for is_done once
	is once exited
	assert_equal "$(count once)" 0
}

@test "on-failure:2 tries two times more, then gives up with the last code" {
	run_again on-failure:2 'echo run; exit 3'
	wait_for is_done again
	is again exited
	assert_equal "$(count again)" 2
	run cale logs again
	assert_equal "${#lines[@]}" 3
	run cale inspect --format '{{.State.ExitCode}}' again
	assert_output 3
}

@test "on-failure doesn't restart what succeeded" {
	run_again on-failure:5 'exit 0'
	wait_for is_done again
	is again exited
	assert_equal "$(count again)" 0
}

@test "always restarts what succeeded; stop ends it" {
	run_again always 'sleep 0.1'
	wait_for counted again 2
	cale stop -t 0 again
	n=$(count again)
	wait_for is_done again
	assert_equal "$(count again)" "$n"
	is again exited
}

@test "unless-stopped restarts; a kill from outside is no stop" {
	run_again unless-stopped 'sleep 300'
	pid=$(host_pid again)
	kill -KILL "$pid"
	wait_for counted again 1
	wait_for is again running
	[ "$(host_pid again)" != "$pid" ]
	cale stop -t 0 again
	wait_for is_done again
	is again exited
}

@test "the pauses grow" {
	run_again always 'cut -d" " -f1 /proc/uptime; exit 1'
	wait_for logs_say again . 5
	cale stop -t 0 again
	# No start comes sooner than after 0.1, 0.2, 0.4, 0.8 s; how much later is the machine's matter.
	cale logs again | awk 'NR > 1 && NR <= 5 && $1 - last < 2 ^ (NR - 2) / 10 - 0.02 { bad = 1 } { last = $1 } END { exit bad }'
}

@test "bad policies are refused" {
	for bad in sometimes on-failure:x on-failure:-1 always:3; do
		run --separate-stderr run_again "$bad" true
		assert_refused 125 "${bad%%:*}"
	done
	run --separate-stderr cale run --rm --restart always --network none busybox true
	assert_refused 125 restart
}
