#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The image in the binary: it needs no registry and no network, and reads the kernel.
load helper

setup_file() { state_open; }
teardown_file() { state_close; }
teardown() { containers_remove; }
field() { jq -r "$1" <<<"$output"; }

@test "run --rm hello works on an empty store" {
	run cale run --rm hello
	assert_status 0
	assert_output_contains seccomp
}

@test "--json is JSON and says what the kernel says" {
	run cale run --rm --network none hello --json
	assert_status 0
	jq -e 'type == "object" and length > 5' <<<"$output"
}

@test "it sees what was changed" {
	run cale run --rm --network none hello --json
	confined=$output
	run cale run --rm --network none --cap-drop all --memory 64m hello --json
	[ "$output" != "$confined" ]
	assert_output_contains 67108864
}

@test "no colour in a pipe" {
	run cale run --rm --network none hello
	refute grep -q $'\e' <<<"$output"
}
