#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Any command may be killed at any instant: what it leaves is a container that delete -f removes, with its
# groups and processes, and nothing that delete doesn't know of.
load helper

# All system calls that leave something, one after the other.
CALLS="mkdir mkdirat openat write renameat clone clone3 sendmsg recvmsg bpf unlinkat rmdir flock wait4"

# killed_at N CALL COMMAND…
killed_at() {
	local n=$1 call=$2
	shift 2
	as_mode timeout -k 5 20 strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" "$CALE" oci --root "$STATE/oci" "$@" \
		</dev/null >"$BUNDLES/killed.out" 2>&1 9>&-
}
no_groups() { [ -z "$(groups_now | grep -- "$ID")" ]; }
gone() { # the first process, whose number the pid file or state may have
	[ -z "$(pgrep -f "^/bin/sleep 1000$" | while read -r pid; do grep -l "$ID" "/proc/$pid/cgroup" 2>/dev/null; done)" ]
}
setup() { case $CALE_BUILD in *asan*) skip "its leak check can't be traced" ;; esac; }

@test "create killed at each of its steps" {
	bundle a sleep "$GROUP"
	for call in $CALLS; do
		for n in 1 2 3 4 5 6 8 10 13 17; do
			killed_at $n $call create -b "$B" --pid-file "$BUNDLES/a.pid" a-$ID || true
			oci delete -f a-$ID
			no_groups || { echo "$call $n: $(groups_now)"; return 1; }
			[ "$(oci list -q)" = "" ]
			[ ! -e "$STATE/oci/a-$ID" ]
		done
	done
	wait_for gone
	oci create -b "$B" a-$ID </dev/null >/dev/null 2>&1
	oci delete -f a-$ID
}

@test "start and delete killed at each of their steps" {
	bundle a sleep "$GROUP"
	for call in openat connect sendmsg unlinkat rmdir write renameat pidfd_send_signal; do
		for n in 1 2 3 4 6 9; do
			oci create -b "$B" a-$ID </dev/null >/dev/null 2>&1
			killed_at $n $call start a-$ID || true
			killed_at $n $call delete -f a-$ID || true
			oci delete -f a-$ID
			no_groups || { echo "$call $n: $(groups_now)"; return 1; }
			[ ! -e "$STATE/oci/a-$ID" ]
		done
	done
	wait_for gone
}
