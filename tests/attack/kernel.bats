#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# System calls and kernel files that a contained program has no business with. Each is refused by default,
# and reached once the protection is switched off, so that the test is known to test something.
load ../system/helper

setup_file() {
	state_open busybox
	mkdir -p "$STATE/data"
	[ "$MODE" = root ] || chown caletest: "$STATE/data"
}
teardown_file() { state_close; }
teardown() { containers_remove; }
# try FLAGS… -- ATTACK…: what came of the attacks, in "$output".
try() {
	local flags=()
	while [ "$1" != -- ]; do flags+=("$1"); shift; done
	shift
	run cale run --rm --network none --tmpfs /tmp:mode=1777,dev,exec -v "$STATE/data:/data:ro" \
		-v "$CALE_RUN/bin:/attack:ro" "${flags[@]}" busybox /attack/attack_syscalls "$@"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
}
refused() { local a; for a; do assert_line "^$a refused " || return; done; }
reached() { local a; for a; do assert_line "^$a reached " || return; done; }
open_seccomp=(--security-opt seccomp=unconfined)

@test "everything at once: nothing is reached by default" {
	try --
	refute_line ' reached '
}

@test "mount: refused; reached with SYS_ADMIN and no filter" {
	try -- mount new-mount-api unshare-mount
	refused mount new-mount-api unshare-mount
	try --cap-add SYS_ADMIN "${open_seccomp[@]}" -- mount new-mount-api unshare-mount
	reached mount new-mount-api unshare-mount
}

@test "mount: the filter alone holds, and the capability alone holds" {
	try --cap-add SYS_ADMIN --security-opt "seccomp=$CALE_TOP/tests/attack/no-mount.json" -- mount
	refused mount
	try "${open_seccomp[@]}" -- mount
	refused mount
}

@test "masks and read-only mounts can't be undone, even with SYS_ADMIN" {
	try --cap-add SYS_ADMIN "${open_seccomp[@]}" -- umount-mask remount-data
	refused umount-mask
	refute_line '^remount-data reached \(done\)'
}

@test "masks and read-only mounts can be undone where the host's user namespace is used" {
	in_mode root
	try --userns=host --cap-add SYS_ADMIN "${open_seccomp[@]}" -- umount-mask remount-data
	reached umount-mask remount-data
}

@test "mknod of a disk: refused; reached with --privileged" {
	try -- mknod-disk open-disk
	refused mknod-disk open-disk
	if [ "$MODE" = root ]; then
		try --privileged -- mknod-disk
		reached mknod-disk
	else
		try --privileged -- mknod-disk # the kernel's own rule for user namespaces
		refused mknod-disk
	fi
}

@test "a raw socket: refused; reached with NET_RAW" {
	try -- raw-socket packet-socket
	refused raw-socket packet-socket
	try --cap-add NET_RAW -- raw-socket
	reached raw-socket
}

@test "sockets of the crypto API and of other machines, by three doors: refused; reached without the filter" {
	calls="crypto-socket crypto-socket-high-bit vsock"
	try -- $calls crypto-socket-32
	refused $calls crypto-socket-32
	try "${open_seccomp[@]}" -- $calls
	reached $calls
}

@test "key rings: refused; reached without the filter" {
	try -- keyctl add-key
	refused keyctl add-key
	try "${open_seccomp[@]}" -- keyctl add-key
	reached keyctl add-key
}

@test "a new user namespace: refused; reached without the filter" {
	try -- unshare-user clone-user
	refused unshare-user clone-user
	try "${open_seccomp[@]}" -- unshare-user clone-user
	reached unshare-user clone-user
}

@test "io_uring and userfaultfd: refused; reached without the filter" {
	try -- io-uring userfaultfd
	refused io-uring userfaultfd
	try "${open_seccomp[@]}" -- io-uring
	reached io-uring
}

@test "kexec, modules, clock, reboot, swap, kernel log, bpf, perf, handles: refused; --privileged reaches what this kernel has" {
	calls="kexec module delete-module settime reboot swapon syslog bpf perf handle"
	try -- $calls
	refused $calls
	[ "$MODE" = root ] || return 0
	try --privileged -- settime reboot swapon bpf handle
	reached settime reboot swapon bpf handle
}

@test "writing to /proc/sys: refused; reached with --privileged" {
	try -- sysctl core-pattern sysrq
	refused sysctl core-pattern sysrq
	try --privileged -- sysctl
	reached sysctl
}

@test "the kernel's log device isn't there; with --privileged it is" {
	try -- kmsg
	refused kmsg
	[ "$MODE" = root ] || return 0
	try --privileged -- kmsg
	reached kmsg
}

@test "the host name: refused; reached with SYS_ADMIN and no filter" {
	try -- set-hostname
	refused set-hostname
	try --cap-add SYS_ADMIN "${open_seccomp[@]}" -- set-hostname
	reached set-hostname
	[ "$(hostname)" != owned ]
}

@test "leaving the root by chroot: refused; reached where the root is only a chroot" {
	try -- chroot-escape
	refused chroot-escape
	in_mode root
	mkdir -p "$STATE/jail/tmp"
	cp "$CALE_RUN/bin/attack_syscalls" "$STATE/jail/"
	run chroot "$STATE/jail" /attack_syscalls chroot-escape
	reached chroot-escape
}

@test "a cgroup hierarchy can't be mounted to plant a release agent; with --privileged it can" {
	try --cap-add SYS_ADMIN "${open_seccomp[@]}" -- mount-cgroup
	refused mount-cgroup
	in_mode root
	grep -q ' - cgroup ' /proc/self/mountinfo || skip "no v1 hierarchy here"
	try --privileged -- mount-cgroup
	reached mount-cgroup
}

@test "a process outside can't be traced: it isn't seen; from outside it can" {
	as_mode sleep 4747 &
	wait_for pgrep -f '^sleep 4747'
	pid=$(pgrep -f '^sleep 4747')
	try -e "ATTACK_PID=$pid" -- ptrace-outside
	refused ptrace-outside
	run as_mode env "ATTACK_PID=$pid" "$CALE_RUN/bin/attack_syscalls" ptrace-outside
	kill "$pid"
	reached ptrace-outside
	cale run -d --name other --network none busybox sleep 4748
	run cale run --rm --network none busybox ps
	refute_output_contains 4748
}

@test "the init of --init is a fork of the engine: it can't be traced; a program as process 1 can" {
	attack="/attack/attack_syscalls ptrace-init; true"
	run cale run --rm --init --network none -v "$CALE_RUN/bin:/attack:ro" busybox sh -c "$attack"
	refused ptrace-init
	run cale run --rm --network none -v "$CALE_RUN/bin:/attack:ro" busybox sh -c "$attack"
	reached ptrace-init
}

@test "a seccomp profile of the user's is what binds" {
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":13}]}' >"$STATE/profile.json"
	chmod a+r "$STATE/profile.json"
	run cale run --rm --network none --security-opt "seccomp=$STATE/profile.json" busybox mkdir /x
	[ "$status" -ne 0 ]
	assert_output_contains "Permission denied"
	run cale run --rm --network none busybox mkdir /x
	assert_status 0
}
