#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cale run: what the program in the container finds, one test per flag.
load helper

setup_file() { state_open busybox alpine; }
teardown_file() { state_close; }
teardown() { containers_remove; }
box() { cale run --rm --network none "$@"; }

# ---- exit codes ----

@test "exit code: the program's own" {
	run box busybox true
	assert_status 0
	run box busybox sh -c 'exit 42'
	assert_status 42
}

@test "exit code: 128 + signal" {
	# The first process of a pid namespace can't kill itself; a child of it can.
	run box --init busybox sh -c 'kill -KILL $$'
	assert_status 137
	run box --init busybox sh -c 'kill -TERM $$'
	assert_status 143
}

@test "exit code: 127 when the program doesn't exist" {
	run --separate-stderr box busybox /no/such/program
	assert_refused 127 /no/such/program
	run --separate-stderr box busybox no-such-program
	assert_refused 127 no-such-program
}

@test "exit code: 126 when the program can't be executed" {
	run --separate-stderr box busybox /etc/passwd
	assert_refused 126 /etc/passwd
	run --separate-stderr box busybox /etc
	assert_refused 126 /etc
}

@test "exit code: 125 when cale itself can't" {
	run --separate-stderr box --no-such-flag busybox true
	assert_refused 125 no-such-flag
	run --separate-stderr box no-such-image:v0 true
	assert_refused 125 no-such-image
}

# ---- standard streams ----

@test "stdout and stderr stay apart" {
	run --separate-stderr box busybox sh -c 'echo out; echo err >&2'
	assert_equal "$output" out
	assert_equal "$stderr" err
}

@test "-i hands standard input on, and without it there is none" {
	run cale run --rm -i --network none busybox cat < <(printf 'a\nb\n')
	assert_output "a
b"
	run cale run --rm --network none busybox cat < <(echo unseen)
	assert_output ""
}

@test "large output arrives whole" {
	run bash -c "$(declare -f as_mode as_user cale); cale run --rm --network none busybox sh -c 'dd if=/dev/zero bs=1M count=20 2>/dev/null' | wc -c"
	assert_output 20971520
}

# ---- process ----

@test "the command is process 1 in a pid namespace of its own" {
	run box busybox sh -c 'echo $$; ls -d /proc/[0-9]* | wc -l'
	assert_line '^1$'
	[ "${lines[1]}" -le 3 ]
}

@test "it starts with no signal ignored, blocked or caught, whatever cale and its caller do" {
	trap '' HUP INT QUIT USR1
	run box busybox grep -c '^Sig\(Blk\|Ign\|Cgt\):.0000000000000000$' /proc/self/status
	assert_output 3
	cale run -d --name signals --network none busybox sleep 300
	assert_equal "$(proc_status "$(host_pid signals)" SigIgn)" 0000000000000000
	run cale exec signals grep -c '^Sig\(Blk\|Ign\|Cgt\):.0000000000000000$' /proc/self/status
	assert_output 3
}

@test "--entrypoint replaces the image's, arguments follow" {
	run box --entrypoint /bin/echo busybox a b
	assert_output "a b"
	run box --entrypoint "" busybox echo plain
	assert_output plain
}

@test "--env sets, overrides, and takes a name's value from the caller" {
	run box -e A=1 --env B='two words' busybox sh -c 'echo "$A|$B"'
	assert_output "1|two words"
	export HANDED=over
	CALE_USER_ENV=HANDED=over run box -e HANDED -e NOT_SET_ANYWHERE busybox env
	assert_line '^HANDED=over$'
	refute_output_contains NOT_SET_ANYWHERE
}

@test "the caller's environment doesn't get in" {
	SECRET=x CALE_USER_ENV=SECRET=x run box busybox env
	refute_output_contains SECRET
	assert_line '^PATH=/usr/local/sbin:'
	assert_line '^HOME=/root$'
}

@test "--env-file: comments, empty lines, plain names" {
	printf '# comment\n\nFILE_A=1\nFILE_B=x y "z"\n' >"$STATE/env"
	chmod a+r "$STATE/env"
	run box --env-file "$STATE/env" -e FILE_A=flag-wins busybox env
	assert_line '^FILE_A=flag-wins$'
	assert_line '^FILE_B=x y "z"$'
	refute_output_contains comment
}

@test "--workdir, and a missing one is made" {
	run box -w /etc busybox pwd
	assert_output /etc
	run box --workdir /made/by/run busybox pwd
	assert_output /made/by/run
	run --separate-stderr box -w relative busybox pwd
	assert_refused 125 relative
}

@test "--user: names, numbers, groups from the image's files" {
	run box -u app busybox id
	assert_output "uid=1000(app) gid=1000(app) groups=10(wheel),1000(app),2000(extra)"
	run box -u 1234 busybox sh -c 'id -u; id -g; id -G'
	assert_output "1234
0
0"
	run box -u 1234:4321 busybox sh -c 'id -u; id -g'
	assert_output "1234
4321"
	run box -u app:wheel busybox sh -c 'id -u; id -g'
	assert_output "1000
10"
	run --separate-stderr box -u nosuchuser busybox id
	assert_refused 125 nosuchuser
}

@test "--user: HOME is the user's" {
	run box -u app busybox sh -c 'echo $HOME'
	assert_output /home/app
}

@test "--hostname; by default the short id" {
	run box --hostname ship busybox hostname
	assert_output ship
	run cale run --name named --network none busybox hostname
	assert_output "$(container_id named | cut -c1-12)"
}

@test "/etc/hosts, /etc/hostname and /etc/resolv.conf are there" {
	run box --hostname ship busybox cat /etc/hostname /etc/hosts
	assert_line '^ship$'
	assert_line '^127\.0\.0\.1[[:space:]]+localhost'
	run box busybox test -e /etc/resolv.conf
	assert_status 0
}

@test "--init: another process is 1, and orphans are reaped" {
	run box --init busybox sh -c 'echo $$; (sleep 0.05 &); until set -- /proc/[0-9]*; [ $# -eq 2 ]; do :; done; echo reaped'
	[ "${lines[0]}" -ne 1 ]
	assert_line '^reaped$'
}

@test "--init: signals reach the program" {
	cale run -d --init --name inited --network none busybox sh -c 'trap "exit 7" TERM; echo up; while :; do sleep 0.1; done'
	wait_for logs_say inited up
	cale stop -t 300 inited
	run cale wait inited
	assert_output 7
}

@test "--label is kept" {
	cale run -d --name labelled --label a=1 -l b --network none busybox true
	assert_equal "$(cale inspect labelled | jq -c '.[0].Config.Labels')" '{"a":"1","b":""}'
	[ "$(cale ps -aq --filter label=a=1 | wc -l)" -eq 1 ]
	[ "$(cale ps -aq --filter label=a=2 | wc -l)" -eq 0 ]
}

@test "--label-file, and --label over it" {
	printf '# comment\na=1\nb=2\n' >"$STATE/labels"
	chmod a+r "$STATE/labels"
	cale create --name filed --label-file "$STATE/labels" -l b=3 busybox true
	assert_equal "$(cale inspect filed | jq -c '.[0].Config.Labels')" '{"a":"1","b":"3"}'
}

@test "--cidfile gets the id; one that is there is left alone" {
	as_mode rm -f /tmp/cale-cid
	cale run --name told --cidfile /tmp/cale-cid --network none busybox true
	assert_equal "$(cat /tmp/cale-cid)" "$(container_id told)"
	run --separate-stderr box --cidfile /tmp/cale-cid busybox true
	assert_refused 125 /tmp/cale-cid
	assert_equal "$(cat /tmp/cale-cid)" "$(container_id told)"
	rm /tmp/cale-cid
}

@test "--attach: only the streams that are named" {
	run --separate-stderr box -a stderr busybox sh -c 'echo out; echo err >&2'
	assert_equal "$output" ""
	assert_equal "$stderr" err
}

# The exit code of an attached `cale run FLAGS…` that got SIGUSR1, which its program answers with 7.
signalled() {
	local p
	cale run --rm --name proxied --network none "$@" busybox sh -c \
		'trap "exit 7" USR1; echo ready; i=0; while [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done' >/dev/null 2>&1 &
	wait_for logs_say proxied ready
	for p in $(pgrep -f 'cale .*--name proxied'); do
		[ "$(readlink "/proc/$p/exe")" != "$CALE" ] || kill -USR1 "$p"
	done
	wait $!
}

@test "signals are passed on, and not with --sig-proxy=false" {
	run signalled
	assert_status 7
	run signalled --sig-proxy=false
	assert_status $((128 + 10))
	cale exec proxied true
}

@test "--name: names a container; the second of that name is refused" {
	cale run -d --name one --network none busybox sleep 60
	run --separate-stderr cale run -d --name one --network none busybox true
	assert_refused 125 one
	[ "$(cale ps -aq | wc -l)" -eq 1 ]
}

@test "--rm leaves nothing" {
	run box busybox true
	[ -z "$(cale ps -aq)" ]
	wait_for nothing_leaked
}

@test "-d prints the full id and returns while the program runs" {
	run cale run -d --network none busybox sleep 300
	assert_status 0
	assert_line '^[0-9a-f]{64}$'
	[ "${#lines[@]}" -eq 1 ]
}

# ---- network ----

@test "--network none: loopback only, and it is up" {
	# The listener's own input has no end, at which it would close the connection whatever is on its way.
	run box busybox sh -c 'ls /sys/class/net; mkfifo /open; nc -l -p 7777 <>/open >/got & until echo over loopback | nc -w 60 127.0.0.1 7777; do :; done; wait; cat /got'
	assert_line '^lo$'
	assert_line '^over loopback$'
	refute_line '^(eth|en|veth)'
}

@test "--network host: the host's own" {
	cale run -d --name hostly --network host busybox sleep 60
	assert_equal "$(readlink "/proc/$(host_pid hostly)/ns/net")" "$(readlink /proc/self/ns/net)"
}

@test "--network none is another namespace than the host's and than its neighbour's" {
	cale run -d --name one --network none busybox sleep 60
	cale run -d --name two --network none busybox sleep 60
	[ "$(readlink "/proc/$(host_pid one)/ns/net")" != "$(readlink /proc/self/ns/net)" ]
	[ "$(readlink "/proc/$(host_pid one)/ns/net")" != "$(readlink "/proc/$(host_pid two)/ns/net")" ]
}

@test "a network that doesn't exist is refused" {
	run --separate-stderr cale run --rm --network nowhere busybox true
	assert_refused 125 nowhere
}

# ---- the five lines of the mission ----

@test "mission: ping with --cap-drop=all --cap-add NET_RAW" {
	run box --cap-drop=all --cap-add NET_RAW alpine ping -c1 127.0.0.1
	assert_status 0
	assert_output_contains " 0% packet loss"
}
