#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The engine's own program and descriptors seen from a hostile container: CVE-2019-5736 and CVE-2024-21626.
load ../system/helper

setup_file() {
	state_open busybox
	echo secret >/tmp/cale-sentinel
}
teardown_file() { rm -f /tmp/cale-sentinel; state_close; }
teardown() { containers_remove; }
watcher() { # FLAGS…: a container that watches for processes from outside, until it is stopped
	cale run -d --name trap --network none -v "$CALE_RUN/bin:/attack:ro" "$@" busybox /attack/attack_exe_overwrite
	wait_for logs_say trap watching
}
watched() { # what came of it, in "$output"
	cale stop -t 300 trap
	wait_for is_done trap
	run cale logs trap
	assert_output_contains overw
}

@test "/proc/self/exe: exec into a hostile container leaves the program as it was" {
	before=$(sha256sum <"$CALE")
	watcher
	for i in 1 2 3 4 5 6 7 8; do cale exec trap true; done
	watched
	refute_output_contains overwritten
	assert_equal "$(sha256sum <"$CALE")" "$before"
}

@test "/proc/self/exe: an image whose program is /proc/self/exe" {
	before=$(sha256sum <"$CALE")
	run cale run --rm --network none busybox /proc/self/exe
	run cale run --rm --network none busybox sh -c 'ln -s /proc/self/exe /run/x; exec /run/x true'
	watcher --privileged
	cale exec trap /proc/self/exe || true
	watched
	refute_output_contains overwritten
	assert_equal "$(sha256sum <"$CALE")" "$before"
}

@test "/proc/self/exe: nor does exec into a privileged one" {
	before=$(sha256sum <"$CALE")
	watcher --privileged
	for i in 1 2 3 4 5 6 7 8; do cale exec trap true; done
	watched
	refute_output_contains overwritten
	assert_equal "$(sha256sum <"$CALE")" "$before"
}

@test "/proc/self/exe: the attack works on an engine that is careless" {
	in_mode root
	cp "$CALE_RUN/bin/attack_careless" "$STATE/victim"
	before=$(sha256sum <"$STATE/victim")
	watcher --privileged
	"$STATE/victim" "$(host_pid trap)" 3>&- &
	wait_for logs_say trap caught
	kill $!
	wait_for logs_say trap overwritten
	[ "$(sha256sum <"$STATE/victim")" != "$before" ]
}

@test "--workdir /proc/self/fd/N reaches no folder of the host" {
	for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		run cale run --rm --network none -v "$CALE_RUN/bin:/attack:ro" -w "/proc/self/fd/$n" busybox /attack/attack_leaked_fds
		[ "$status" -ne 0 ] || assert_output contained
		refute_output_contains escaped
	done
	cale run -d --name here --network none -v "$CALE_RUN/bin:/attack:ro" busybox sleep 300
	for n in 0 3 4 5 6 7 8 9 10 11 12; do
		run cale exec -w "/proc/self/fd/$n" here /attack/attack_leaked_fds
		[ "$status" -ne 0 ] || assert_output contained
		refute_output_contains escaped
	done
}

@test "descriptors: nothing of the host's is open in a container" {
	exec 7</tmp
	run cale run --rm --network none -v "$CALE_RUN/bin:/attack:ro" busybox /attack/attack_leaked_fds
	exec 7<&-
	assert_output contained
	run cale run --rm --network none busybox ls /proc/self/fd
	[ "${#lines[@]}" -le 4 ]
}

@test "descriptors: the attack works where one is left open" {
	in_mode root
	mkdir -p "$STATE/jail"
	cp "$CALE_RUN/bin/attack_leaked_fds" "$STATE/jail/"
	run unshare -m chroot "$STATE/jail" /attack_leaked_fds 7</tmp
	assert_output_contains "escaped by 7"
}

@test "the working folder can be a link inside, not one to outside" {
	run cale run --rm --network none -w /proc/1/root busybox pwd
	[ "$status" -ne 0 ] || refute_output_contains cale-sentinel
	run cale run --rm --network none -w /proc/1/cwd -v "$CALE_RUN/bin:/attack:ro" busybox /attack/attack_leaked_fds
	[ "$status" -ne 0 ] || assert_output contained
}
