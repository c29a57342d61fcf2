#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# -t: a real terminal, its size, its signals, detaching from it and attaching again.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }
# dialogue STEP… -- CALE-ARGUMENT…
dialogue() {
	local steps=()
	while [ "$1" != -- ]; do steps+=("$1"); shift; done
	shift
	as_mode "$CALE_RUN/bin/with-pty" "${steps[@]}" -- "$CALE" --root "$STATE/root" --runroot "$STATE/run" "$@"
}

@test "-t: standard input and output are a terminal of the container's own devpts" {
	run dialogue -- run --rm -it --network none busybox sh -c 'tty; test -t 0 && test -t 1 && test -t 2 && echo terminal; ls /dev/pts'
	assert_status 0
	assert_output_contains /dev/pts/0
	assert_output_contains terminal
}

@test "-t: the terminal is the program's controlling terminal" {
	run dialogue -- run --rm -it --network none busybox sh -c 'echo controlling >/dev/tty'
	assert_output_contains controlling
}

@test "-it: a shell takes commands and leaves with its code" {
	run dialogue expect '#' send 'echo $((40+2))\r' expect 42 send 'exit 3\r' -- run --rm -it --network none busybox sh
	assert_status 3
}

@test "-it: Ctrl-C reaches the foreground process" {
	run dialogue expect ready send '\x03' expect interrupted -- run --rm -it --network none busybox sh -c 'trap "echo interrupted; exit 8" INT; echo ready; while :; do sleep 0.1; done'
	assert_status 8
}

@test "-it: the size is the caller's, also after a change" {
	run dialogue expect '24 80' resize 40x120 send '\r' expect '40 120' -- run --rm -it --network none busybox sh -c 'stty size; read x; until stty size | grep "40 120"; do :; done'
	assert_status 0
}

@test "detach keys leave it running, attach comes back" {
	run dialogue expect '#' send '\x10\x11' -- run -it --name left --network none busybox sh
	assert_status 0
	run cale inspect --format '{{.State.Running}}' left
	assert_output true
	run dialogue send '\r' expect '#' send 'exit 5\r' -- attach left
	assert_status 5
}

@test "--detach-keys chooses other keys" {
	run dialogue expect '#' send '\x01' send 'x' -- run -it --detach-keys ctrl-a,x --name left --network none busybox sh
	assert_status 0
	run cale inspect --format '{{.State.Running}}' left
	assert_output true
}

@test "the caller's terminal is as before, also after a failure" {
	run as_mode "$CALE_RUN/bin/with-pty" -- sh -c "stty -g >$STATE/run/a; $CALE --root $STATE/root --runroot $STATE/run run --rm -it --network none busybox sh -c 'exit 2'; stty -g >$STATE/run/b; $CALE --root $STATE/root --runroot $STATE/run run --rm -it --network none busybox /no/such; stty -g >$STATE/run/c"
	cmp "$STATE/run/a" "$STATE/run/b"
	cmp "$STATE/run/a" "$STATE/run/c"
	rm -f "$STATE"/run/[abc]
}

@test "the terminal that hangs up doesn't take the container along" {
	dialogue expect '#' hangup -- run -it --name hung --network none busybox sh || true
	run cale inspect --format '{{.State.Running}}' hung
	assert_output true
}

@test "-t with standard input that isn't a terminal is refused for run -it" {
	run --separate-stderr cale run --rm -it --network none busybox true </dev/null
	[ "$status" -ne 0 ]
	grep -qi 'not a t' <<<"$stderr"
}

@test "exec -it" {
	cale run -d --name back --network none busybox sleep 300
	run dialogue expect '#' send 'tty; exit 6\r' expect /dev/pts/ -- exec -it back sh
	assert_status 6
}

@test "-t without -i: output is cooked for a terminal" {
	run cale run --rm -t --network none busybox echo line
	assert_status 0
	assert_output $'line\r'
}
