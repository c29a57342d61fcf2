#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# create, start, stop, kill, restart, rm, ps, wait, inspect: the life of a container.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }
sleeper() { cale run -d --network none --name "$@" busybox sleep 300; }
# listener NAME TRAPS FLAGS…: waits for signals, with its traps set.
listener() {
	cale run -d --name "$1" --network none "${@:3}" busybox sh -c "$2; echo up; while :; do sleep 0.1; done"
	wait_for logs_say "$1" '^up$'
}
state() { cale inspect --format '{{.State.Status}}' "$1"; }
is_dead() { cale ps -a --format '{{.Names}} {{.Status}}' | grep -qE "^$1 (Exited|Dead)"; }
is() { [ "$(state "$1")" = "$2" ]; }

@test "create doesn't run, start does" {
	run cale create --name made --network none busybox sleep 60
	assert_line '^[0-9a-f]{64}$'
	assert_equal "$(state made)" created
	run cale start made
	assert_output made
	assert_equal "$(state made)" running
	[ "$(tr '\0' ' ' <"/proc/$(host_pid made)/cmdline")" = "sleep 60 " ]
}

@test "start -a shows the output and leaves with the exit code" {
	cale create --name made --network none busybox sh -c 'echo shown; exit 5'
	run cale start -a made
	assert_status 5
	assert_output shown
}

@test "stop: SIGTERM first, then SIGKILL after the time" {
	listener polite 'trap "echo bye; exit 0" TERM'
	listener deaf 'trap "" TERM' --stop-timeout 300
	cale stop -t 300 polite
	run cale wait polite
	assert_output 0
	begin=${EPOCHREALTIME/./}
	cale stop -t 1 deaf
	[ $((${EPOCHREALTIME/./} - begin)) -ge 1000000 ]
	run cale wait deaf
	assert_output 137
}

@test "--stop-signal and --stop-timeout" {
	listener custom 'trap "exit 9" USR1' --stop-signal USR1
	cale stop -t 300 custom
	run cale wait custom
	assert_output 9
	listener timed 'trap "" TERM' --stop-timeout 1
	begin=${EPOCHREALTIME/./}
	cale stop timed
	assert_between $((${EPOCHREALTIME/./} - begin)) 1000000 9000000 # without the flag it would be 10 s
}

@test "kill: SIGKILL by default, any other by name or number" {
	sleeper victim
	cale kill victim
	run cale wait victim
	assert_output 137
	listener counted 'trap "exit 3" USR1; trap "exit 4" USR2'
	cale kill -s USR1 counted
	run cale wait counted
	assert_output 3
	cale start counted
	wait_for logs_say counted '^up$' 2
	cale kill --signal 12 counted
	run cale wait counted
	assert_output 4
}

@test "kill: a stopped container and an unknown signal are refused" {
	sleeper victim
	run --separate-stderr cale kill -s NOSUCH victim
	assert_refused 1 NOSUCH
	cale kill victim
	wait_for is victim exited
	run --separate-stderr cale kill victim
	assert_refused 1 "not running"
}

@test "restart: the same container, another process" {
	sleeper again
	id=$(container_id again) pid=$(host_pid again)
	cale exec again touch /kept
	cale restart -t 0 again
	assert_equal "$(container_id again)" "$id"
	[ "$(host_pid again)" != "$pid" ]
	cale exec again test -e /kept
}

@test "restart of a --rm container keeps it; its end takes it away" {
	sleeper again --rm -v /data
	id=$(container_id again)
	cale exec again touch /kept /data/kept
	cale restart -t 0 again
	assert_equal "$(container_id again)" "$id"
	cale exec again test -e /kept -a -e /data/kept
	cale stop -t 0 again
	wait_for nothing_leaked
	[ -z "$(cale ps -aq)" ]
	no_volume() { [ -z "$(ls "$STATE/root/volumes")" ]; }
	wait_for no_volume
}

@test "what a container wrote is there after stop and start" {
	cale run -d --name writer --network none busybox sh -c 'echo x >>/count; wc -l </count; sleep 300'
	wait_for cale exec writer test -e /count
	cale stop -t 0 writer
	cale start writer
	wait_for logs_say writer '^2$'
}

@test "rm: stopped ones; a running one only with -f" {
	sleeper here
	run --separate-stderr cale rm here
	assert_refused 1 running
	is here running
	run cale rm -f here
	assert_output here
	[ -z "$(cale ps -aq)" ]
}

@test "rm takes several and says which failed" {
	sleeper one
	cale stop -t 0 one
	run cale rm one nosuch
	assert_status 1
	assert_output_contains nosuch
	run --separate-stderr cale rm -f nosuch
	assert_status 0
	assert_output ""
	assert_equal "$stderr" "cale: no such container: nosuch"
	[ -z "$(cale ps -aq)" ]
}

@test "ps: docker's columns, running ones only without -a" {
	sleeper running-one
	cale run --name ended --network none busybox true
	run cale ps
	assert_line '^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$'
	assert_line '^[0-9a-f]{12} +busybox +"sleep 300" +.* ago +Up .*running-one$'
	refute_output_contains ended
	run cale ps -a
	assert_line 'Exited \(0\) .* ago .*ended$'
	run cale ps -q
	assert_line '^[0-9a-f]{12}$'
	[ "${#lines[@]}" -eq 1 ]
	run cale ps -q --no-trunc
	assert_line '^[0-9a-f]{64}$'
	run cale ps -a --format '{{.Names}} {{.Image}}' --filter name=ended
	assert_output "ended busybox"
	run cale ps -a --filter status=exited --format '{{.Names}}'
	assert_output ended
}

@test "ps --filter: patterns of names, all labels, volumes, networks" {
	cale create --name web --label a=1 --label b=2 -v "$IMAGES:/data:ro" --network host busybox true
	cale create --name webdb --label a=1 --network none busybox true
	names() { cale ps -a --format '{{.Names}}' "$@" | sort | tr '\n' ' '; }
	assert_equal "$(names --filter name=web)" "web webdb "
	assert_equal "$(names --filter 'name=^web$')" "web "
	assert_equal "$(names --filter 'name=^/web$')" "web "
	assert_equal "$(names --filter label=a=1 --filter label=b)" "web "
	assert_equal "$(names --filter volume=$IMAGES)" "web "
	assert_equal "$(names --filter volume=/data)" "web "
	assert_equal "$(names --filter network=none)" "webdb "
	assert_equal "$(names --filter status=created --filter status=running)" "web webdb "
	assert_equal "$(cale ps -a --filter name=^web$ --format '{{.Mounts}}')" "$IMAGES"
	for bad in nosuch=1 status=nosuch exited=x 'name=(' plain; do
		run --separate-stderr cale ps --filter "$bad"
		assert_refused 1 --filter
	done
}

@test "wait prints the exit code when it ends" {
	cale run -d --name soon --network none busybox sh -c 'sleep 0.5; exit 6'
	run cale wait soon
	assert_output 6
	run cale wait soon
	assert_output 6
}

@test "inspect: docker's structure" {
	sleeper seen --memory 64m --label a=b --env X=1
	cale inspect seen >"$STATE/inspect"
	jq -e '.[0] | .State.Running and (.State.Pid > 1) and (.Name == "/seen") and (.Config.Labels.a == "b")
		and (.HostConfig.Memory == 67108864) and (.Config.Env | index("X=1") != null)
		and (.Config.Cmd == ["sleep", "300"]) and (.Config.Image == "busybox") and (.Id | length == 64)
		and (.Path == "sleep") and (.Args == ["300"]) and (.HostConfig.NetworkMode == "none")
		and (.HostConfig.LogConfig.Type == "json-file")
		and (.State.StartedAt | startswith("20"))' "$STATE/inspect"
}

@test "a container is found by name, id and unique beginning of the id" {
	sleeper found
	id=$(container_id found)
	for ref in found "$id" "${id:0:12}" "${id:0:4}"; do
		run cale inspect --format '{{.Id}}' "$ref"
		assert_output "$id"
	done
}

@test "a program that ends takes all its processes along" {
	cale run --name brood --network none busybox sh -c 'sleep 4242 & sleep 4242 & echo started'
	wait_for is brood exited
	refute pgrep -f 'sleep 4242'
}

@test "cale killed in the middle leaves nothing that the next command doesn't mend" {
	for i in 1 2 3 4 5 6; do
		"$CALE_TOP/tests/system/kill-after" "0.00$((i * 2))" "$(declare -f as_mode as_user cale); cale run --rm --network none busybox true" || true
	done
	run cale ps -aq
	assert_status 0
	cale run --rm --network none busybox true
	containers_remove
	wait_for nothing_leaked
	[ -z "$(cale ps -aq)" ]
}

no_monitor() {
	local p
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/exe")" != "$CALE" ] || [ "$(head -c 12 "$p/cmdline" | tr '\0' ' ')" != cale-monitor ] || return 1
	done
}

@test "cale and its monitor killed at any folder or rename that they make: no file is left, either" {
	case $CALE_BUILD in *asan*) skip "its leak check can't be traced" ;; esac
	for call in mkdirat renameat unlinkat clone3 setns; do
		for n in 1 2 3 4 5 6 7 8 9 10; do
			as_mode strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" "$CALE" \
				--root "$STATE/root" --runroot "$STATE/run" run --rm --network none -v /data busybox true || true
		done
	done
	cale ps -aq
	containers_remove
	wait_for nothing_leaked
	wait_for no_monitor
	left() { (cd "$STATE/root" && find containers names ids tmp volumes -mindepth 1 -maxdepth 1); }
	nothing_left() { [ -z "$(left)" ]; }
	wait_for nothing_left || { left; return 1; }
}

@test "the monitor killed with SIGKILL: the next command notices and cleans" {
	sleeper orphan
	pid=$(host_pid orphan)
	monitor=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")
	[ "$(readlink "/proc/$monitor/exe")" = "$CALE" ]
	kill -KILL "$monitor"
	wait_for is_dead orphan
	wait_for test ! -d "/proc/$pid"
	cale rm -f orphan
	wait_for nothing_leaked
}

@test "the monitor is small and keeps nothing of its caller" {
	exec 7</etc/passwd
	sleeper watched
	exec 7<&-
	monitor=$(awk '/^PPid:/ { print $2 }' "/proc/$(host_pid watched)/status")
	refute grep -q /etc/passwd <<<"$(ls -l "/proc/$monitor/fd")"
	refute grep -q /etc/passwd <<<"$(ls -l "/proc/$(host_pid watched)/fd")"
	# Pages of the program's file count as dirty where /tmp is a tmpfs; only what is its own is meant.
	dirty=$(awk '/^Private_Dirty:/ { d = $2 } /^Anonymous:/ { n += $2 < d ? $2 : d } END { print n }' "/proc/$monitor/smaps")
	case $CALE_BUILD in *asan*) return 0 ;; esac
	assert_between "$dirty" 1 1024
}
