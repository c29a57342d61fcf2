#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cale info: what it calls enforced is enforced, and what it calls missing is refused with its words.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }

# row NAME MEMBER: of the table of features.
row() { cale info --format json | jq -r --arg n "$1" --arg m "$2" '.Features[] | select(.Name == $n)[$m]'; }

# agrees NAME FLAGS…: a container with the flags starts exactly when the row isn't "missing".
agrees() {
	local name=$1 state cause
	shift
	state=$(row "$name" State)
	cause=$(row "$name" Cause)
	run cale run --rm --network none "$@" busybox true
	if [ "$state" = missing ]; then
		assert_status 125
		assert_output_contains "$cause"
	else
		assert_status 0
	fi
}

@test "limits" {
	agrees "Memory limit" --memory 64m
	agrees "Process limit" --pids-limit 50
	agrees "CPU limit" --cpus 0.5
	agrees "CPU set" --cpuset-cpus 0
}

@test "AppArmor" {
	[ "$(row AppArmor State)" = missing ] || skip "this host has it: no profile of ours to load yet"
	agrees AppArmor --security-opt apparmor=docker-default
}

@test "every row has a state, and a cause where it isn't enforced" {
	run jq -e '[.Features[] | (.State == "enforced") == (.Cause == "")] | all' <(cale info --format json)
	assert_status 0
	[ "$(cale info --format json | jq '.Features | length')" -ge 19 ]
}

@test "containers are counted" {
	cale run -d --network none busybox sleep 1000
	cale create --network none busybox true
	run cale info --format '{{.Containers}} {{.ContainersRunning}} {{.ContainersStopped}}'
	assert_output_contains "2 1 1"
}

@test "the host's own facts" {
	run cale info
	assert_output_contains "Kernel Version: $(uname -r)"
	assert_output_contains "Rootless: $([ "$MODE" = root ] && echo false || echo true)"
}
