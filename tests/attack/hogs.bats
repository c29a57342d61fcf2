#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# One container can't starve the host: processes, memory, descriptors; and without the limit it could.
load ../system/helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }
hog() { # FLAGS… -- KIND N
	local flags=()
	while [ "$1" != -- ]; do flags+=("$1"); shift; done
	shift
	run cale run --rm --network none -v "$CALE_RUN/bin:/attack:ro" "${flags[@]}" busybox /attack/attack_hog "$@"
}

@test "a fork bomb ends at --pids-limit, and gets further without" {
	hog --pids-limit 20 -- processes 200
	assert_between "$output" 5 19
	hog --pids-limit -1 -- processes 200
	assert_output 200
}

@test "a fork bomb ends at --ulimit nproc for a user other than root, and gets further without" {
	hog -u 1000 --ulimit nproc=20 -- processes 200
	assert_between "$output" 1 20
	hog -u 1000 -- processes 200
	assert_output 200
}

@test "the default pids limit stops a bomb, too" {
	hog -- processes 6000
	assert_between "$output" 100 5000
}

@test "a memory hog is killed at --memory, and lives without" {
	hog --memory 32m --memory-swap 32m -- memory 128
	assert_status 137
	hog -- memory 128
	assert_output 128
}

@test "an open-file hog ends at --ulimit nofile, and gets further without" {
	hog --ulimit nofile=64:64 -- files 500
	assert_between "$output" 10 63
	hog --ulimit nofile=1024:1024 -- files 500
	assert_output 500
}

@test "a hog in one container doesn't stop another" {
	cale run -d --name bomb --network none --pids-limit 50 -v "$CALE_RUN/bin:/attack:ro" busybox sh -c '/attack/attack_hog processes 500; sleep 300'
	run cale run --rm --network none busybox echo fine
	assert_output fine
	cale rm -f bomb
}
