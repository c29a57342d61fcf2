#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# modes: rootless
# What is special about an ordinary user: id maps, delegated groups and their absence, one-id mode.
load helper

setup_file() {
	state_open busybox
	mkdir -p "$STATE/one" && chown caletest1: "$STATE/one"
}
teardown_file() {
	cale_one ps -aq | while read -r id; do cale_one rm -f "$id"; done >/dev/null
	state_close
}
teardown() { containers_remove; }
cale_one() { as_user_without_ids "$CALE" --root "$STATE/one/root" --runroot "$STATE/one/run" "$@"; }
box() { cale run --rm --network none busybox "$@"; }

@test "root inside is the user outside, the rest comes from the subordinate range" {
	cale run -d --name mapped --network none busybox sleep 60
	pid=$(host_pid mapped)
	assert_equal "$(stat -c %u "/proc/$pid")" "$(id -u caletest)"
	run cat "/proc/$pid/uid_map"
	start=$(awk -F: '$1 == "caletest" { print $2 }' /etc/subuid)
	assert_line "^ *0 +$(id -u caletest) +1\$"
	assert_line "^ *1 +$start +65536\$"
}

@test "a file of user 1000 is the range's on the disk" {
	cale run --name owner --network none busybox sh -c 'touch /home/app/f && chown 1000:1000 /home/app/f'
	file=$(find "$STATE/root" -path '*home/app/f' | head -1)
	start=$(awk -F: '$1 == "caletest" { print $2 }' /etc/subuid)
	assert_equal "$(stat -c %u "$file")" $((start + 999))
}

@test "overlay is used, natively" {
	run box sh -c 'awk '\''$5 == "/" { for (i = 7; $i != "-"; i++); print $(i + 1) }'\'' /proc/self/mountinfo'
	assert_output overlay
}

@test "two containers are apart in every namespace" {
	cale run -d --name one --network none busybox sleep 60
	cale run -d --name two --network none busybox sleep 60
	for ns in cgroup ipc mnt net pid user uts; do
		[ "$(readlink "/proc/$(host_pid one)/ns/$ns")" != "$(readlink "/proc/$(host_pid two)/ns/$ns")" ]
	done
}

@test "limits bind in the delegated group" {
	cale run -d --name limited --network none --memory 64m --pids-limit 20 --cpus 0.5 busybox sleep 60
	pid=$(host_pid limited)
	assert_equal "$(cg_limit "$pid" memory)" $((64 << 20))
	assert_equal "$(cg_limit "$pid" pids)" 20
	assert_equal "$(cg_limit "$pid" cpu)" "50000 100000"
	case $(cg_folder "$pid" memory) in */"$CALE_GROUP"/*) ;; *) false ;; esac
}

@test "a limit without a delegated group is refused, with the command that mends it" {
	export CALE_NO_GROUP=1
	run --separate-stderr cale run --rm --network none --memory 64m busybox true
	assert_refused 125 memory
	[ "$(grep -c . <<<"$stderr")" -ge 2 ]
	run cale run --rm --network none busybox echo unlimited
	assert_output unlimited
}

@test "no subordinate ids: one-id mode works and is said once" {
	run --separate-stderr cale_one load -q -i "$IMAGES/busybox.tar"
	run --separate-stderr cale_one run --rm --network none busybox id -u
	assert_equal "$output" 0
	pid_map=$(cale_one run --rm --network none busybox cat /proc/self/uid_map)
	[ "$(wc -l <<<"$pid_map")" -eq 1 ]
	[ "$(awk '{ print $3 }' <<<"$pid_map")" -eq 1 ]
	run --separate-stderr cale_one run --rm --network none -u 1000 busybox true
	assert_status 125
	grep -q subuid <<<"$stderr"
}

@test "nothing is setuid, nothing runs as root" {
	[ ! -u "$CALE" ]
	cale run -d --name mine --network none busybox sleep 60
	monitor=$(awk '/^PPid:/ { print $2 }' "/proc/$(host_pid mine)/status")
	assert_equal "$(stat -c %u "/proc/$monitor")" "$(id -u caletest)"
}

@test "the anchor's death loses nothing" {
	cale run -d --name alive --network none busybox sleep 60
	pid=$(host_pid alive)
	for p in $(pgrep -u caletest -f "$CALE"); do
		[ "$p" = "$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")" ] || kill -KILL "$p" 2>/dev/null || true
	done
	run cale exec alive echo still
	assert_output still
	run box echo anew
	assert_output anew
}

@test "killed while it makes the anchor: neither a lock nor a lost one is left" {
	case $CALE_BUILD in *asan*) skip "its leak check can't be traced" ;; esac
	young=$STATE/young
	mkdir -p "$young" && chown caletest: "$young"
	nobody() { refute pgrep -u caletest -f "$young"; }
	for call in sendto recvfrom renameat pidfd_open; do
		for n in 1 2 3; do
			# Only the command itself is killed, not what it has started.
			as_user strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" "$CALE" \
				--root "$young/root" --runroot "$young/run" ps || true
			as_user timeout 20 "$CALE" --root "$young/root" --runroot "$young/run" ps
			kill "$(cut -d' ' -f1 "$young/run/anchor")"
			wait_for nobody
		done
	done
}

@test "default state is below XDG_DATA_HOME and XDG_RUNTIME_DIR" {
	as_user "$CALE" load -q -i "$IMAGES/busybox.tar"
	as_user test -d /home/caletest/.local/share/cale
	as_user test -d "/run/user/$(id -u caletest)/cale"
	as_user "$CALE" rmi busybox
}
