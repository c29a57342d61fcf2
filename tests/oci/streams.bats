#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# create and run: terminals, sockets for descriptors, descriptors and keyrings that are passed on, roots.
load helper

@test "--console-socket: the terminal is the container's, and has the size that was asked for" {
	bundle a 'tty; stty size; echo shown; ls -l /dev/console' '.process.terminal = true' '.process.consoleSize = {height: 33, width: 44}'
	beside "$CALE_TOP/tests/oci/take-fd" "$BUNDLES/c.sock" "$BUNDLES/terminal"
	wait_for test -S "$BUNDLES/c.sock"
	oci create --console-socket "$BUNDLES/c.sock" -b "$B" a-$ID </dev/null
	oci start a-$ID
	wait_for grep -q '^shown' "$BUNDLES/terminal"
	grep -q '^/dev/pts/0' "$BUNDLES/terminal"
	grep -q '^33 44' "$BUNDLES/terminal"
}

@test "a terminal needs somebody who holds it" {
	bundle a true '.process.terminal = true'
	refuses 1 "without setting --console-socket" oci create -b "$B" a-$ID
	refuses 1 "without setting --console-socket" oci run -d -b "$B" a-$ID
	refuses 1 "c.sock" oci create --console-socket "$BUNDLES/c.sock" -b "$B" a-$ID
	bundle b true
	refuses 1 "cannot use --console-socket" oci create --console-socket "$BUNDLES/c.sock" -b "$B" b-$ID
}

@test "run with a terminal: lines end once when they don't go to one" {
	bundle a 'echo one; echo two' '.process.terminal = true'
	run as_mode sh -c "exec $CALE oci --root $STATE/oci run -b $B a-$ID </dev/null"
	assert_status 0
	assert_equal "$(od -An -c <<<"$output" | tr -d ' \n')" 'one\ntwo\n'
}

@test "--pidfd-socket gets the container's process" {
	bundle a sleep
	beside "$CALE_TOP/tests/oci/take-fd" "$BUNDLES/p.sock" "$BUNDLES/process"
	wait_for test -S "$BUNDLES/p.sock"
	start_up a --pidfd-socket "$BUNDLES/p.sock"
	wait_for grep -q "^Pid: $(pid_of a)\$" "$BUNDLES/process"
}

@test "--preserve-fds passes on what it says, and nothing above" {
	bundle a 'cat <&3; cat <&4; ls /proc/self/fd | wc -l'
	echo kept >"$BUNDLES/three"
	echo lost >"$BUNDLES/four"
	chmod a+r "$BUNDLES"/{three,four}
	run as_mode sh -c "exec 3<$BUNDLES/three 4<$BUNDLES/four 9<$BUNDLES/four; $CALE oci --root $STATE/oci run --preserve-fds 1 -b $B a-$ID"
	assert_line '^kept$'
	refute_line '^lost$'
	refuses 1 "descriptor 3 isn't open" oci run --preserve-fds 2 -b "$B" a-$ID
	refuses 1 "--preserve-fds" oci run --preserve-fds many -b "$B" a-$ID
}

@test "LISTEN_FDS: sockets of systemd, and the variables that find them" {
	bundle a 'cat <&3; echo $LISTEN_FDS $LISTEN_PID $$'
	echo kept >"$BUNDLES/three"
	chmod a+r "$BUNDLES/three"
	run as_mode sh -c "exec 3<$BUNDLES/three; LISTEN_FDS=1 $CALE oci --root $STATE/oci run -b $B a-$ID"
	assert_equal "$(tr '\n' ' ' <<<"$output")" "kept 1 1 1 "
	run oci run -b "$B" a-$ID
	refute_line '^1 1'
}

@test "a session keyring of its own, or with --no-new-keyring the caller's" {
	command -v keyctl >/dev/null || skip "no keyctl"
	bundle a 'cat /proc/keys' # what is in its session and is possessed by it
	inside() { keyctl session "mine-$ID" "$CALE" oci --root "$STATE/oci" run "$@" -b "$B" a-$ID 2>/dev/null; }
	in_mode root
	run inside
	refute_line "mine-$ID"
	assert_line "_ses.a-$ID"
	run inside --no-new-keyring
	refute_line "_ses.a-$ID"
}

@test "--no-pivot: the root file system all the same, and nothing of the host" {
	in_mode root
	bundle a 'ls / | tr "\n" " "; ls /proc/1/root/../../.. | tr "\n" " "; grep -c . /proc/self/mountinfo'
	run oci run --no-pivot -b "$B" a-$ID
	assert_status 0
	refute_output_contains work
	assert_output_contains "bin dev etc home proc sys tmp"
}

@test "stdin can be closed, and the program still has 0, 1 and 2" {
	bundle a 'ls -l /proc/self/fd/0 >/dev/null && echo ok'
	run as_mode sh -c "$CALE oci --root $STATE/oci run -b $B a-$ID <&-"
	assert_line ok
}

@test "run.oci.pidfd_receiver gets the container's process, too" {
	bundle a sleep ".annotations[\"run.oci.pidfd_receiver\"] = \"$BUNDLES/p.sock\""
	beside "$CALE_TOP/tests/oci/take-fd" "$BUNDLES/p.sock" "$BUNDLES/process"
	wait_for test -S "$BUNDLES/p.sock"
	start_up a
	wait_for grep -q "^Pid: $(pid_of a)\$" "$BUNDLES/process"
}

@test "streams that are the host's keep their owner, whoever the program's user is" {
	subordinate() {
		local kind
		for kind in uid gid; do
			echo "$([ $kind = uid ] || echo '| ').linux.${kind}Mappings += [{containerID: 1, hostID: $(sed -n 's/^caletest:\([0-9]*\):.*/\1/p' /etc/sub$kind | head -n1), size: 1000}]"
		done
	}
	owners() { stat -c '%u:%g %a %n' /dev/null "$STATE/file"; }
	touch "$STATE/file"
	chmod 644 "$STATE/file"
	[ "$MODE" = root ] || chown caletest: "$STATE/file"
	before=$(owners)
	user=1000 map=.
	# Rootless, user 1000 is a subordinate id: another one than the file's owner, as for root.
	[ "$MODE" = root ] || map=$(subordinate)
	bundle a "id -u; echo out; echo err >&2" ".process.user = {uid: $user, gid: $user}" "$map"
	bundle b sleep ".process.user = {uid: $user, gid: $user}" "$map"
	start_up b
	for command in run exec; do
		[ "$command" = run ] && words=(run -b "$BUNDLES/a" a-$ID) ||
			words=(exec -u "$user:$user" b-$ID sh -c 'id -u; echo out; echo err >&2')
		oci "${words[@]}" </dev/null >/dev/null 2>/dev/null
		assert_equal "$(owners)" "$before"
		oci "${words[@]}" <"$STATE/file" >>"$STATE/file" 2>>"$STATE/file"
		assert_equal "$(owners)" "$before"
		assert_equal "$(oci "${words[@]}" </dev/null 2>&1 | cat | tr '\n' ' ')" "$user out err "
		assert_equal "$(owners)" "$before"
	done
	assert_equal "$(grep -c out "$STATE/file")" 2
}
