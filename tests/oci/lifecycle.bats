#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# create, start, run, state, kill, delete, list: the life of a container, and what is said of it.
load helper

@test "create sets up and waits, start executes, kill ends, delete removes" {
	bundle a 'echo ran >/ran; exec sleep 1000'
	oci create -b "$B" --pid-file "$BUNDLES/a.pid" a-$ID </dev/null >"$BUNDLES/a.out" 2>&1
	pid=$(pid_of a)
	assert_equal "$(state_of a-$ID status) $(state_of a-$ID pid)" "created $pid"
	[ ! -e "$B/rootfs/ran" ]
	[ "$(readlink "/proc/$pid/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]
	oci start a-$ID
	wait_for test -e "$B/rootfs/ran"
	assert_state a-$ID running
	wait_for eval "[ \"\$(program_of $pid)\" = '/bin/sleep 1000 ' ] || [ \"\$(program_of $pid)\" = 'sleep 1000 ' ]"
	oci kill a-$ID KILL
	wait_for has_ended "$pid"
	assert_equal "$(state_of a-$ID status) $(state_of a-$ID pid)" "stopped 0"
	oci delete a-$ID
	refuses 1 "container does not exist: a-$ID" oci state a-$ID
}

@test "state has what the specification and runc say of it" {
	sleeping a '.annotations = {"org.example.key": "value"}'
	run oci state a-$ID
	assert_status 0
	assert_equal "$(jq -r '[.ociVersion, .id, .pid, .status, .bundle, .rootfs, .annotations["org.example.key"]] | join(" ")' <<<"$output")" \
		"1.3.0 a-$ID $(pid_of a) running $B $B/rootfs value"
	assert_equal "$(jq -r .owner <<<"$output")" "$([ "$MODE" = root ] && echo root || echo caletest)"
	date -d "$(jq -r .created <<<"$output")" >/dev/null
}

@test "commands in the wrong state are refused, with runc's words" {
	bundle a sleep
	oci create -b "$B" a-$ID </dev/null >/dev/null 2>&1
	refuses 1 "container with given ID already exists" oci create -b "$B" a-$ID
	# An ordinary user can't enter the namespaces of a process that hides itself, as this one does until it starts.
	[ "$MODE" = rootless ] || oci exec a-$ID true
	assert_state a-$ID created
	oci start a-$ID
	refuses 1 "cannot start an already running container" oci start a-$ID
	refuses 1 "cannot delete container a-$ID that is not stopped: running" oci delete a-$ID
	refuses 1 "not paused" oci resume a-$ID
	oci kill a-$ID KILL
	wait_for is_in_state a-$ID stopped
	refuses 1 "container not running" oci kill a-$ID TERM
	refuses 1 "cannot start a container that has stopped" oci start a-$ID
	refuses 255 "cannot exec in a stopped container" oci exec a-$ID true
	refuses 1 "container not running" oci pause a-$ID
}

@test "each command says that a container isn't there, delete -f doesn't mind" {
	for command in state start kill delete pause resume "ps" "events --stats" "update --pids-limit 5"; do
		refuses 1 "container does not exist" oci $command nobody-$ID
	done
	refuses 255 "container does not exist" oci exec nobody-$ID true
	oci delete -f nobody-$ID
	oci delete --force nobody-$ID
}

@test "ids that could lead elsewhere are refused" {
	bundle a true
	for id in .. . a/b '' '../x' 'a b' $'a\nb' '@seccomp'; do
		refuses 1 "invalid container ID format" oci run -b "$B" "$id"
	done
	[ "$(find "$STATE/oci" -mindepth 1 -maxdepth 1 ! -name '@*' | wc -l)" -eq 0 ]
}

@test "run hands on streams and exit code, and removes the container" {
	bundle a 'cat; echo err >&2; exit 7'
	run --separate-stderr oci run -b "$B" a-$ID <<<"from stdin"
	assert_status 7
	assert_equal "$output $stderr" "from stdin err"
	refuses 1 "does not exist" oci state a-$ID
}

@test "run: a signal's exit code is 128 more" {
	bundle a 'kill -9 $$' "$(without pid)"
	[ "$MODE" = root ] || skip "the host's /proc can't be mounted without a pid namespace"
	run oci run -b "$B" a-$ID
	assert_status 137
}

@test "run --keep leaves it stopped" {
	bundle a true
	oci run --keep -b "$B" a-$ID
	assert_state a-$ID stopped
	oci delete a-$ID
}

@test "run passes signals on" {
	bundle a 'trap "echo got it; exit 3" TERM; touch /ready; while :; do sleep 0.1; done'
	oci run -b "$B" a-$ID </dev/null >"$BUNDLES/a.out" 2>&1 3>&- 4>&- 9>&- &
	job=$!
	wait_for test -e "$B/rootfs/ready"
	runner=$(pgrep -f "oci --root $STATE/oci run -b $B a-$ID\$" | while read -r pid; do [ "$(readlink "/proc/$pid/exe" | xargs basename)" = timeout ] || echo "$pid"; done | tail -n 1)
	kill -TERM "$runner"
	rc=0
	wait $job || rc=$?
	assert_equal "$rc $(cat "$BUNDLES/a.out")" "3 got it"
}

@test "without --bundle it is the folder where we are; --config names another document" {
	bundle a 'exit 5'
	jq '.process.args[2] = "exit 6"' "$B/config.json" >"$B/other.json"
	chmod a+r "$B/other.json"
	run as_mode sh -c "cd $B && $CALE oci --root $STATE/oci run a-$ID"
	assert_status 5
	run oci run --bundle "$B" a-$ID
	assert_status 5
	run oci run -f "$B/other.json" -b "$B" a-$ID
	assert_status 6
	run as_mode sh -c "cd $B && $CALE oci --root $STATE/oci run --config other.json a-$ID"
	assert_status 6
}

@test "what is checked is what runs: a document that changes after create doesn't matter" {
	bundle a 'exit 5'
	oci create -b "$B" a-$ID </dev/null >/dev/null 2>&1
	echo '{}' >"$B/config.json"
	oci start a-$ID
	wait_for is_in_state a-$ID stopped
	oci delete a-$ID
}

@test "--pid-file has the number and nothing else, and is the process" {
	sleeping a
	assert_equal "$(od -c <"$BUNDLES/a.pid" | grep -c '\\n')" 0
	assert_equal "$(program_of "$(pid_of a)")" "/bin/sleep 1000 "
	assert_equal "$(state_of a-$ID pid)" "$(pid_of a)"
}

@test "a failed create leaves nothing" {
	bundle a true '.process.args = ["/no/such/program"]'
	refuses 1 'exec: "/no/such/program": stat /no/such/program: no such file or directory' oci run -b "$B" a-$ID
	bundle b true '.mounts += [{destination: "/x", type: "bind", source: "/no/such/source", options: ["bind"]}]'
	run oci create -b "$B" b-$ID
	assert_status 1
	assert_output_contains /no/such/source
	assert_equal "$(find "$STATE/oci" -mindepth 1 -maxdepth 1 ! -name '@*')" ""
	nothing_is_left
}

@test "a script whose interpreter is missing is told from a missing program" {
	bundle a true '.process.args = ["/script"]'
	printf '#!/no/such\n' >"$B/rootfs/script"
	chmod 755 "$B/rootfs/script"
	refuses 1 "exec /script: no such file or directory" oci run -b "$B" a-$ID
}

@test "kill: names, numbers, and TERM by itself" {
	for signal in "" TERM SIGTERM 15; do
		bundle a 'trap "exit 0" TERM; touch /ready; while :; do sleep 0.1; done'
		start_up a
		wait_for test -e "$B/rootfs/ready"
		oci kill a-$ID $signal
		wait_for is_in_state a-$ID stopped
		oci delete a-$ID
		rm -rf "$B"
	done
	sleeping b
	refuses 1 "FOO" oci kill b-$ID FOO
	refuses 1 "999" oci kill b-$ID 999
	oci kill --all b-$ID KILL
	wait_for has_ended "$(pid_of b)"
}

@test "a created container can be ended by TERM, although its process is pid 1" {
	bundle a sleep
	oci create -b "$B" --pid-file "$BUNDLES/a.pid" a-$ID </dev/null >/dev/null 2>&1
	oci kill a-$ID TERM
	wait_for has_ended "$(pid_of a)"
	assert_state a-$ID stopped
}

@test "kill KILL ends all processes, also where they share the caller's pid namespace" {
	in_mode root
	sleeping a "$(without pid)"
	oci exec -d a-$ID sleep 2000 </dev/null >/dev/null 2>&1
	others=$(oci ps -f json a-$ID | tr -d '[]' | tr , ' ')
	assert_equal "$(wc -w <<<"$others")" 2
	kill -KILL "$(pid_of a)"
	wait_for has_ended "$(pid_of a)"
	oci kill a-$ID KILL
	for pid in $others; do wait_for has_ended "$pid"; done
}

@test "delete --force ends a running one; --regex takes all that match" {
	sleeping one
	sleeping two
	sleeping three
	oci delete -f one-$ID
	has_ended "$(pid_of one)"
	oci delete --force --regex "^t.*-$ID\$"
	has_ended "$(pid_of two)"
	has_ended "$(pid_of three)"
	assert_equal "$(oci list -q)" ""
}

@test "list: a table, ids only, JSON" {
	assert_equal "$(oci list -q)" ""
	assert_equal "$(oci list -f json)" "[]"
	sleeping one
	sleeping two
	oci kill two-$ID KILL
	wait_for is_in_state two-$ID stopped
	assert_equal "$(oci list -q | tr '\n' ' ')" "one-$ID two-$ID "
	run oci list
	assert_line "^ID +PID +STATUS +BUNDLE +CREATED +OWNER"
	assert_line "^one-$ID +$(pid_of one) +running +$BUNDLES/one +20"
	assert_line "^two-$ID +0 +stopped +$BUNDLES/two +20"
	run oci list --format json
	assert_equal "$(jq -r '.[] | [.id, .pid, .status] | join(" ")' <<<"$output" | tr '\n' ' ')" "one-$ID $(pid_of one) running two-$ID 0 stopped "
	assert_equal "$(wc -l <<<"$output")" 1
	refuses 1 xml oci list -f xml
}

@test "what is no container's program: a missing process, a relative cwd, no document" {
	bundle a true 'del(.process)'
	refuses 1 process oci run -b "$B" a-$ID
	bundle b true '.process.cwd = "tmp"'
	refuses 1 "process.cwd" oci run -b "$B" b-$ID
	mkdir -p "$BUNDLES/empty"
	refuses 1 config.json oci run -b "$BUNDLES/empty" c-$ID
}
