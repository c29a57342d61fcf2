#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# NOTIFY_SOCKET of the caller: what the container may say to its supervisor, and what it may not.
load helper

# The container's program says these things (one argument each, "\n" for a new line), then does SCRIPT.
speaker() { # NAME MESSAGES SCRIPT [JQ…]
	local name=$1 messages=$2 script=$3
	shift 3
	bundle "$name" "/bin/say $messages; echo \$? >/said; $script" "$@"
	cp "$CALE_RUN/bin/attack_notify" "$B/rootfs/bin/say"
}
supervise() {
	NOTES=$BUNDLES/notes WHERE=${1:-$BUNDLES/supervisor.sock}
	beside "$CALE_TOP/tests/oci/take-notes" "$WHERE" "$NOTES"
	wait_for test -e "$NOTES"
	[ "${WHERE#@}" != "$WHERE" ] || wait_for test -S "$WHERE"
}
told() { as_mode env NOTIFY_SOCKET="$WHERE" "$CALE" oci --root "$STATE/oci" "$@"; }
notes() { cut -d' ' -f2- "$NOTES"; }
has_note() { notes | grep -qx -- "$1"; }

@test "run -d ends when the container is ready, and tells which process is the main one" {
	supervise
	speaker a '"STATUS=warming up" "READY=1\nSTATUS=open"' 'exec sleep 1000'
	told run -d -b "$B" --pid-file "$BUNDLES/a.pid" a-$ID </dev/null >/dev/null 2>&1
	assert_equal "$(notes)" "0 STATUS=warming up
0 READY=1 STATUS=open MAINPID=$(pid_of a)
1 BARRIER=1"
}

@test "start waits for the container that create made" {
	supervise "@$ID"
	speaker a '"READY=1"' 'exec sleep 1000'
	told create -b "$B" --pid-file "$BUNDLES/a.pid" a-$ID </dev/null >/dev/null 2>&1
	[ ! -s "$NOTES" ]
	told start a-$ID
	assert_equal "$(notes)" "0 READY=1 MAINPID=$(pid_of a)
1 BARRIER=1"
}

@test "run stays the supervised process itself, and goes on relaying" {
	supervise
	speaker a '"READY=1" "STATUS=one"' 'sleep 0.1; /bin/say "STATUS=two" "STOPPING=1"; exit 3'
	run told run -b "$B" a-$ID
	assert_status 3
	assert_equal "$(notes)" "0 READY=1
1 BARRIER=1
0 STATUS=one
0 STATUS=two
0 STOPPING=1"
	# One sender, which isn't in the container.
	assert_equal "$(cut -d' ' -f1 "$NOTES" | sort -u | wc -l)" 1
}

@test "a container that ends without being ready doesn't hold its caller" {
	supervise
	speaker a '"STATUS=no"' 'exit 0'
	told run -d -b "$B" a-$ID </dev/null
	assert_equal "$(notes)" "0 STATUS=no"
}

@test "attack: the container names another main process, keeps descriptors, lets others speak" {
	supervise
	speaker a '-f "FDSTORE=1\nFDNAME=x" "MAINPID=1" "NOTIFYACCESS=all\nREADY=1" "WATCHDOG_USEC=1" "BARRIER=1" "READY=2" "STATUS=$(printf "a\033[31mb")" "STATUS=$(printf "%0300d" 1)" "RELOADING=1\nMONOTONIC_USEC=1x"' 'sleep 0.2'
	run told run -b "$B" a-$ID
	assert_equal "$(cat "$B/rootfs/said")" 0
	assert_equal "$(notes)" "0 READY=1
1 BARRIER=1
0 RELOADING=1"
}

@test "attack: the supervisor's own socket isn't in the container, and ours can't be replaced" {
	supervise
	speaker a '"READY=1"' 'ls -ld /run/notify; rm /run/notify/notify.sock || echo kept; touch /run/notify/mine || echo refused; ls "$WHERE" 2>&1; echo "at $NOTIFY_SOCKET"' '.process.env += ["WHERE='"$BUNDLES/supervisor.sock"'"]'
	run told run -b "$B" a-$ID
	assert_line '^kept$'
	assert_line '^refused$'
	assert_line 'supervisor.sock: No such file'
	assert_line '^at /run/notify/notify.sock$'
}

@test "a document that arranges it itself is left alone, and so is who has no NOTIFY_SOCKET" {
	supervise
	mkdir -m 777 "$BUNDLES/own"
	speaker a '"READY=1"' 'echo "at $NOTIFY_SOCKET"' '.process.env += ["NOTIFY_SOCKET=/else/where"]'
	run told run -b "$B" a-$ID
	assert_line '^at /else/where$'
	speaker b '"READY=1"' 'echo "at $NOTIFY_SOCKET"; ls /run' "$(bind "$BUNDLES/own" /run/notify)"
	run told run -b "$B" b-$ID
	assert_line '^at $'
	speaker c '"READY=1"' 'echo "at $NOTIFY_SOCKET"'
	run oci run -b "$B" c-$ID
	assert_line '^at $'
	[ ! -s "$NOTES" ]
}

@test "a supervisor that isn't there, or isn't one" {
	bundle a sleep
	refuses 1 "NOTIFY_SOCKET" as_mode env NOTIFY_SOCKET=/nowhere "$CALE" oci --root "$STATE/oci" run -b "$B" a-$ID
	refuses 1 "neither an absolute path" as_mode env NOTIFY_SOCKET=vsock:2:1234 "$CALE" oci --root "$STATE/oci" run -b "$B" a-$ID
	# One that can't be told leaves the container as it was: created, and not started.
	WHERE=/nowhere
	told create -b "$B" --pid-file "$BUNDLES/a.pid" a-$ID </dev/null >/dev/null 2>&1
	refuses 1 "NOTIFY_SOCKET" told start a-$ID
	assert_state a-$ID created
	oci start a-$ID
	assert_state a-$ID running
}
