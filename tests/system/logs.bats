#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# logs: what a container wrote, kept as Docker's json-file and rotated.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }
done_with() { cale run --name "$1" --network none busybox sh -c "$2" >/dev/null 2>&1; }
log_file() { find "$STATE/root/containers/$(container_id "$1")" -name '*-json.log' -o -name '*.log' | head -1; }

@test "logs shows both streams, each on its own" {
	done_with said 'echo out; echo err >&2'
	run --separate-stderr cale logs said
	assert_equal "$output" out
	assert_equal "$stderr" err
}

@test "the file is Docker's json-file" {
	done_with said 'echo out; echo err >&2; printf rest'
	f=$(log_file said)
	jq -es 'length == 3 and .[0].log == "out\n" and .[0].stream == "stdout" and .[1].stream == "stderr" and .[2].log == "rest"
		and (.[0].time | test("^20.*Z$"))' "$f"
}

@test "--tail and --timestamps" {
	done_with lines 'for i in 1 2 3 4 5; do echo $i; done'
	run cale logs --tail 2 lines
	assert_output "4
5"
	run cale logs -t --tail 1 lines
	assert_line '^20[0-9-]*T[0-9:.]*Z 5$'
	run cale logs --tail all lines
	[ "${#lines[@]}" -eq 5 ]
}

@test "--since and --until" {
	done_with timed 'echo early; sleep 2; echo late'
	first=$(cale logs -t timed | head -1 | cut -d' ' -f1)
	run cale logs --since "$(date -u -d "${first} + 1 second" +%Y-%m-%dT%H:%M:%SZ)" timed
	assert_output late
	run cale logs --until "$(date -u -d "${first} + 1 second" +%Y-%m-%dT%H:%M:%SZ)" timed
	assert_output early
}

@test "-f follows until the container ends" {
	cale run -d --name slow --network none busybox sh -c 'for i in 1 2 3; do echo $i; sleep 0.4; done'
	run cale logs -f slow
	assert_status 0
	assert_output "1
2
3"
}

@test "binary and invalid UTF-8 output survives" {
	done_with binary 'printf "\001\377\200\n"'
	[ "$(cale logs binary | wc -c)" -ge 4 ]
	jq -es 'length == 1' "$(log_file binary)"
}

@test "a long line isn't lost" {
	done_with wide 'dd if=/dev/zero bs=1k count=100 2>/dev/null | tr "\0" x; echo'
	[ "$(cale logs wide | wc -c)" -eq 102401 ]
}

@test "rotation: three files of 10 MB bound what is kept, the newest stays" {
	cale run --name much --network none busybox sh -c 'yes 0123456789012345678901234567890123456789 | head -n 400000; echo last' >/dev/null
	total=$(find "$STATE/root/containers/$(container_id much)" -name '*.log*' -printf '%s\n' | awk '{ n += $1 } END { print n }')
	assert_between "$total" 15000000 31500000
	run cale logs --tail 1 much
	assert_output last
}

@test "logs of a container that doesn't exist" {
	run --separate-stderr cale logs nosuch
	assert_refused 1 nosuch
}
