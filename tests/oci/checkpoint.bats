#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cale oci checkpoint and restore, with a real CRIU. What a restored process is, is read from the kernel's files and from
# what it does. CRIU has to know the kernel that runs: where Debian's doesn't, another one can be lent for a run,
#
#	unshare -m sh -c 'mount --bind NEWER-CRIU /usr/sbin/criu && tests/run-bats root build tests/oci/checkpoint.bats'
load helper

# Counts in memory, so that what goes on is known from what begins anew.
COUNT='i=0; while :; do i=$((i + 1)); echo $i >/tmp/new; mv /tmp/new /count; echo out $i; sleep 0.05; done'
# The root file system as the program sees it; /tmp must be on the same one.
LOGGED='.mounts |= map(select(.destination != "/tmp"))'

# What busybox hasn't got comes from the host.
HOST_PROGRAMS='.mounts += [{destination: "/usr", type: "bind", source: "/usr", options: ["bind", "ro"]}]'
host_libraries() { ln -s usr/lib "$B/rootfs/lib" && ln -s usr/lib64 "$B/rootfs/lib64"; }

needs_criu() {
	in_mode root
	command -v criu >/dev/null || skip "criu isn't installed"
	criu check >/dev/null 2>&1 || skip "criu and this kernel don't fit: $(criu check 2>&1 | grep -m 1 Error)"
}
# It makes a pipe larger than a user may, and goes on without when it can't.
needs_resources() {
	(( 0x$(proc_status self CapEff) >> 24 & 1 )) || skip "criu's server of lazy pages needs CAP_SYS_RESOURCE"
}
# counting NAME [JQ…]: a container that counts.
counting() {
	local name=$1
	shift
	bundle "$name" "$COUNT" "$LOGGED" "$@" && run_to_pipe "$name" && wait_for counts_beyond "$name" 2
}
count_of() { cat "$BUNDLES/$1/rootfs/count"; }
counts_beyond() { [ "$(count_of "$1")" -gt "$2" ]; }
goes_on_from() { wait_for counts_beyond "$1" "$2" && [ "$(count_of "$1")" -lt $(($2 + 400)) ]; }
# Its streams are pipes.
run_to_pipe() {
	local name=$1
	shift
	oci run -d -b "$BUNDLES/$name" --pid-file "$BUNDLES/$name.pid" "$@" "$name-$ID" </dev/null > >(cat >>"$BUNDLES/$name.out") 2>&1 9>&- || {
		cat "$BUNDLES/$name.out"
		return 1
	}
}
save() { local name=$1; shift; oci checkpoint --image-path "$BUNDLES/images" "$@" "$name-$ID"; }
# bring NAME [OPTION…]: from the images, into the background.
bring() {
	local name=$1
	shift
	oci restore -d -b "$BUNDLES/$name" --pid-file "$BUNDLES/$name.pid" --image-path "$BUNDLES/images" "$@" "$name-$ID" \
		</dev/null > >(cat >>"$BUNDLES/$name.out") 2>"$BUNDLES/$name.err" 9>&- || { cat "$BUNDLES/$name.err"; return 1; }
}
# What confines it, without what differs from run to run.
picture() {
	local pid
	pid=$(pid_of "$1")
	awk '{ print $4, $5, $6 }' "/proc/$pid/mountinfo" | sort -k2
	grep -E '^(Uid|Gid|Groups|Umask|Cap|NoNewPrivs|Seccomp)' "/proc/$pid/status"
	cat "/proc/$pid/oom_score_adj" "/proc/$pid/limits" "/proc/$pid/cgroup"
	ionice -p "$pid"
	in_net "$1" cat /proc/sys/net/ipv4/ip_unprivileged_port_start /sys/class/net/lo/flags
	nsenter -i -t "$pid" cat /proc/sys/kernel/msgmax
}
in_net() { local name=$1; shift; nsenter -n -t "$(pid_of "$name")" "$@"; }
processes_in() { cat /sys/fs/cgroup/*/cale-oci/"$1"/cgroup.procs /sys/fs/cgroup/cale-oci/"$1"/cgroup.procs 2>/dev/null; }

@test "an ordinary user is told what checkpoint needs" {
	in_mode rootless
	command -v criu >/dev/null || skip "criu isn't installed"
	sleeping a
	refuses 1 "host's root only" oci checkpoint --image-path "$STATE/images" a-$ID
	refuses 1 "host's root only" oci restore --image-path "$STATE/images" -b "$BUNDLES/a" b-$ID
	assert_state a-$ID running
}

@test "it goes on where it was, with all that confines it" {
	needs_criu
	mkdir -p "$BUNDLES/data"
	counting a '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]}' \
		'.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "77", "kernel.msgmax": "9000"}' \
		'.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6} | .process.oomScoreAdj = 500 | .process.user.umask = 7' \
		'.mounts += [{destination: "/ro", type: "bind", source: ($bundle + "/../data"), options: ["rbind", "ro", "nosuid"]},
			{destination: "/ro2", type: "bind", source: ($bundle + "/../data"), options: ["rbind", "ro", "noexec"]},
			{destination: "/rw", type: "bind", source: ($bundle + "/../data"), options: ["rbind", "rw"]},
			{destination: "/ram", type: "tmpfs", source: "tmpfs", options: ["size=64k", "nosuid"]}]'
	oci exec a-$ID sh -c 'echo kept >/ram/file' </dev/null
	picture a >"$BUNDLES/before"
	grep -q '^77$' "$BUNDLES/before" && grep -q '^9000$' "$BUNDLES/before" && grep -q '^0x9$' "$BUNDLES/before"
	save a
	refuses 1 "does not exist" oci state a-$ID
	wait_for has_ended "$(pid_of a)"
	at=$(count_of a)
	bring a
	assert_state a-$ID running
	assert_equal "$(state_of a-$ID pid)" "$(pid_of a)"
	goes_on_from a "$at"
	picture a | diff "$BUNDLES/before" -
	wait_for grep -qx "out $((at + 2))" "$BUNDLES/a.out"
	assert_equal "$(oci exec a-$ID cat /ram/file </dev/null)" kept
	refute oci exec a-$ID mkdir /new </dev/null
	refute oci exec a-$ID touch /ro2/file </dev/null
	[ ! -e "$STATE/oci/a-$ID/criu-root" ]
}

@test "a read-only root stays read-only" {
	needs_criu
	bundle a sleep '.root.readonly = true'
	run_to_pipe a
	save a
	bring a
	refute oci exec a-$ID touch /file </dev/null
	assert_equal "$(awk '$5 == "/" { print substr($6, 1, 2) }' "/proc/$(pid_of a)/mountinfo")" ro
}

@test "masks still protect the host's null device, and it is their flags that do" {
	needs_criu
	bundle a sleep '.process.capabilities |= map_values(["CAP_FOWNER"])'
	ln -sf busybox "$B/rootfs/bin/chmod"
	run_to_pipe a
	save a
	bring a
	for mask in /proc/keys /proc/timer_list; do
		run oci exec a-$ID chmod 666 $mask </dev/null
		assert_output_contains "Read-only file system"
	done
	nsenter -m -p -t "$(pid_of a)" mount -o remount,bind,rw /proc/timer_list
	oci exec a-$ID chmod 666 /proc/timer_list </dev/null
}

@test "its session keyring isn't the caller's" {
	needs_criu
	rings() { grep -c " _ses.a-$ID: " /proc/keys; }
	counting a
	assert_equal "$(rings)" 1
	save a
	no_ring() { ! rings; }
	wait_for no_ring
	bring a
	assert_equal "$(rings)" 1
	oci delete -f a-$ID
	refuses 1 "--no-new-keyring" oci restore -d --no-new-keyring -b "$BUNDLES/a" --image-path "$BUNDLES/images" a-$ID
}

@test "--leave-running, --work-path" {
	needs_criu
	counting a
	save a --leave-running --work-path "$BUNDLES/work"
	[ -s "$BUNDLES/work/dump.log" ] && [ ! -e "$BUNDLES/images/dump.log" ]
	assert_state a-$ID running
	goes_on_from a "$(count_of a)"
	refuses 1 "already exists" oci restore -d -b "$BUNDLES/a" --image-path "$BUNDLES/images" a-$ID
	assert_state a-$ID running
	oci delete -f a-$ID
	bring a --work-path "$BUNDLES/work"
	[ -s "$BUNDLES/work/restore.log" ]
	assert_state a-$ID running
}

@test "folders of images are made, with those above them" {
	needs_criu
	counting a
	oci checkpoint --image-path "$BUNDLES/x/y/images" a-$ID
	assert_equal "$(stat -c %a "$BUNDLES/x/y/images")" 700
	[ -s "$BUNDLES/x/y/images/inventory.img" ]
}

@test "--pre-dump, --parent-path, --auto-dedup" {
	needs_criu
	criu check --feature mem_dirty_track >/dev/null 2>&1 || {
		counting a
		refuses 1 "track" save a --pre-dump
		assert_state a-$ID running
		skip "this kernel doesn't track dirty memory"
	}
	counting a
	oci checkpoint --pre-dump --image-path "$BUNDLES/images/one" a-$ID
	assert_state a-$ID running
	refuses 1 "must be relative" oci checkpoint --parent-path "$BUNDLES/images/one" --image-path "$BUNDLES/images/two" a-$ID
	refuses 1 "--parent-path" oci checkpoint --parent-path ../nothing --image-path "$BUNDLES/images/two" a-$ID
	oci checkpoint --parent-path ../one --auto-dedup --image-path "$BUNDLES/images/two" a-$ID
	[ -e "$BUNDLES/images/two/parent" ]
	oci restore -d -b "$BUNDLES/a" --image-path "$BUNDLES/images/two" a-$ID </dev/null >/dev/null 2>&1
	assert_state a-$ID running
}

@test "as another container, from another bundle, in another group; the pid file is where we are" {
	needs_criu
	counting a '.linux.cgroupsPath = "/cale-oci/one-'$ID'"'
	save a
	at=$(count_of a)
	bundle b "$COUNT" "$LOGGED" '.linux.cgroupsPath = "/cale-oci/two-'$ID'"'
	echo "$at" >"$B/rootfs/count"
	cd "$BUNDLES"
	oci restore -d -b b --pid-file b.pid --image-path images b-$ID </dev/null > >(cat >>b.out) 2>&1 9>&-
	goes_on_from b "$at"
	grep -q ":/cale-oci/two-$ID\$" "/proc/$(pid_of b)/cgroup"
	refute grep -q ":/cale-oci/one-$ID\$" "/proc/$(pid_of b)/cgroup"
}

@test "--manage-cgroups-mode" {
	needs_criu
	counting a
	refuses 1 "soft, full, strict or ignore" save a --manage-cgroups-mode x
	for mode in ignore soft full; do
		save a --manage-cgroups-mode $mode
		bring a --manage-cgroups-mode $mode
		assert_state a-$ID running
		rm -r "$BUNDLES/images"
	done
}

@test "restore stays, hands signals on and has the program's exit code" {
	needs_criu
	bundle a 'trap "exit 7" TERM; echo up >/up; while :; do sleep 0.05; done'
	run_to_pipe a
	wait_for test -s "$B/rootfs/up"
	save a
	"$CALE" oci --root "$STATE/oci" restore -b "$B" --image-path "$BUNDLES/images" a-$ID </dev/null >/dev/null 2>&1 9>&- &
	wait_for is_in_state a-$ID running
	kill -TERM $!
	rc=0
	wait $! || rc=$?
	assert_equal $rc 7
	[ ! -e "$STATE/oci/a-$ID" ]
}

@test "a terminal goes to the console socket" {
	needs_criu
	local console
	console=$(find "$CALE_BUILD" -name cve_console -type f | head -n 1)
	bundle a 'while :; do tty >/where; sleep 0.05; done' '.process.terminal = true' "$LOGGED"
	beside "$console" "$BUNDLES/s1"
	beside "$console" "$BUNDLES/s2"
	wait_for test -S "$BUNDLES/s1"
	wait_for test -S "$BUNDLES/s2"
	two=$(pgrep -f "cve_console $BUNDLES/s2" | tail -n 1)
	refuses 1 "--console-socket" oci restore -d -b "$B" --image-path "$BUNDLES/images" a-$ID
	oci run -d --pid-file "$BUNDLES/a.pid" --console-socket "$BUNDLES/s1" -b "$B" a-$ID </dev/null
	wait_for test -s "$B/rootfs/where"
	save a
	oci restore -d --pid-file "$BUNDLES/a.pid" --console-socket "$BUNDLES/s2" -b "$B" --image-path "$BUNDLES/images" a-$ID </dev/null
	assert_state a-$ID running
	[[ $(readlink "/proc/$(pid_of a)/fd/0") == /dev/pts/* ]]
	master() { [ "$(find "/proc/$two/fd" -lname '*ptmx' | wc -l)" = 1 ]; }
	wait_for master
}

@test "a network namespace by path is joined again" {
	needs_criu
	ip netns add "$ID"
	counting a "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/netns/$ID\""
	save a
	bring a
	assert_equal "$(readlink "/proc/$(pid_of a)/ns/net" | tr -dc 0-9)" "$(stat -Lc %i "/run/netns/$ID")"
	oci delete -f a-$ID
	ip netns del "$ID"
}

@test "hooks run for a new network namespace, before the program goes on" {
	needs_criu
	printf '#!/bin/sh\npid=$(jq .pid)\nnsenter -n -t "$pid" cat /sys/class/net/lo/flags >"$1"\n' >"$BUNDLES/hook"
	chmod +x "$BUNDLES/hook"
	counting a '.hooks.createRuntime = [{path: ($bundle + "/../hook"), args: ["hook", ($bundle + "/../said")]}]'
	save a --empty-ns network
	rm "$BUNDLES/said"
	bring a --empty-ns network
	assert_equal "$(cat "$BUNDLES/said")" 0x9
}

@test "a listening socket and, with --tcp-established, a connection" {
	needs_criu
	talk=$(cat <<-'END'
		import socket, time
		s = socket.create_server(("127.0.0.1", 7000)); c = socket.create_connection(("127.0.0.1", 7000)); a, _ = s.accept()
		while True: c.sendall(b"word\n"); open("/got", "ab").write(a.recv(5)); time.sleep(0.1)
	END
	)
	bundle a "$talk" '.process.args = ["/usr/bin/python3", "-c", $script]' "$HOST_PROGRAMS"
	host_libraries
	run_to_pipe a
	wait_for test -s "$B/rootfs/got"
	refuses 1 "tcp" save a
	assert_state a-$ID running
	rm -r "$BUNDLES/images"
	save a --tcp-established
	n=$(wc -l <"$B/rootfs/got")
	bring a --tcp-established
	more() { [ "$(wc -l <"$B/rootfs/got")" -gt $((n + 2)) ]; }
	wait_for more
}

@test "--file-locks" {
	needs_criu
	bundle a 'exec 9>/lock; /usr/bin/flock 9; echo up >/up; while :; do sleep 0.05; done' "$HOST_PROGRAMS"
	host_libraries
	run_to_pipe a
	wait_for test -s "$B/rootfs/up"
	refuses 1 "lock" save a
	assert_state a-$ID running
	rm -r "$BUNDLES/images"
	save a --file-locks
	bring a --file-locks
	refute flock -n "$B/rootfs/lock" true
}

@test "mount points on symbolic links, and in what else is bound" {
	needs_criu
	mkdir -p "$BUNDLES/one" "$BUNDLES/two"
	echo 2 >"$BUNDLES/two/file"
	bundle a "$COUNT" "$LOGGED" '.mounts += [
		{destination: "/link", type: "bind", source: ($bundle + "/../two"), options: ["bind", "ro"]},
		{destination: "/outer", type: "bind", source: ($bundle + "/../one"), options: ["bind"]},
		{destination: "/outer/a/b", type: "bind", source: ($bundle + "/../two"), options: ["bind"]},
		{destination: "/outer/file", type: "bind", source: ($bundle + "/../two/file"), options: ["bind"]}]'
	mkdir -p "$B/rootfs/real/place"
	ln -s /real/place "$B/rootfs/link"
	run_to_pipe a
	wait_for counts_beyond a 2
	save a
	rm -r "$BUNDLES/one"/*
	bring a
	assert_equal "$(oci exec a-$ID cat /link/file /real/place/file /outer/a/b/file /outer/file </dev/null | tr -d '\n')" 2222
	refute oci exec a-$ID touch /link/x </dev/null
}

@test "a paused one is saved, too, and stays paused when it is left running" {
	needs_criu
	counting a
	oci pause a-$ID
	at=$(count_of a)
	save a --leave-running
	assert_state a-$ID paused
	rm -r "$BUNDLES/images"
	save a
	refuses 1 "does not exist" oci state a-$ID
	bring a
	goes_on_from a "$at"
}

@test "what exec starts in a restored one can be saved with it" {
	needs_criu
	counting a
	for _ in 1 2; do
		save a
		bring a
		assert_state a-$ID running
		rm -r "$BUNDLES/images"
		oci exec a-$ID sh -c 'sleep 1000 </dev/null >/dev/null 2>&1 &' </dev/null
		pid=$(oci ps a-$ID | awk '/sleep 1000/ { print $2 }' | tail -n 1)
		assert_equal "$(readlink "/proc/$pid/ns/time")" "$(readlink "/proc/$(pid_of a)/ns/time")"
	done
	assert_equal "$(oci ps a-$ID | grep -c 'sleep 1000')" 2
}

@test "a page server gets the memory" {
	needs_criu
	counting a
	mkdir -p "$BUNDLES/images"
	criu page-server --images-dir "$BUNDLES/images" --address 127.0.0.1 --port 27301 >/dev/null 2>&1 9>&- &
	helpers="${helpers-} $!"
	listens() { ss -ltn | grep -q 127.0.0.1:27301; }
	wait_for listens
	refuses 1 "is not ADDRESS:PORT" save a --page-server 27301
	save a --page-server 127.0.0.1:27301
	at=$(count_of a)
	bring a
	goes_on_from a "$at"
}

@test "--lazy-pages fetches the memory when it is used; --status-fd says when" {
	needs_criu
	needs_resources
	criu check --feature uffd-noncoop >/dev/null 2>&1 || skip "this kernel has no userfaultfd for it"
	counting a
	mkfifo "$BUNDLES/told"
	mkdir -p "$BUNDLES/images"
	refuses 1 "isn't open for writing" save a --status-fd 77
	oci checkpoint --lazy-pages --page-server 127.0.0.1:27302 --status-fd 7 --work-path "$BUNDLES/work" --image-path "$BUNDLES/images" a-$ID \
		7>"$BUNDLES/told" 9>&- &
	first=$!
	assert_equal "$(timeout 20 od -An -N1 -tx1 "$BUNDLES/told")" " 00"
	criu lazy-pages --page-server --address 127.0.0.1 --port 27302 -D "$BUNDLES/images" >/dev/null 2>&1 9>&- &
	second=$!
	wait_for test -S "$BUNDLES/images/lazy-pages.socket"
	oci restore -d --lazy-pages -b "$BUNDLES/a" --image-path "$BUNDLES/images" b-$ID </dev/null > >(cat >>"$BUNDLES/a.out") 2>&1 9>&-
	wait $first
	wait $second
	refuses 1 "does not exist" oci state a-$ID
	assert_state b-$ID running
}

@test "a stream that was a file can't become a pipe; a file can, and goes on where it was" {
	needs_criu
	bundle a "$COUNT" "$LOGGED"
	start_up a
	wait_for counts_beyond a 2
	save a
	refuses 1 "descriptor 1 was a file" oci restore -d -b "$B" --image-path "$BUNDLES/images" a-$ID </dev/null
	at=$(count_of a)
	oci restore -d -b "$B" --image-path "$BUNDLES/images" a-$ID </dev/null >>"$BUNDLES/a.out" 2>&1 9>&-
	wait_for grep -qx "out $((at + 2))" "$BUNDLES/a.out"
	assert_equal "$(head -n "$at" "$BUNDLES/a.out" | tail -n 1)" "out $at"
}

@test "streams that the images make up" {
	needs_criu
	counting a
	save a
	for text in '{}' '[1, 2, 3]' '["/etc/shadow", "socket:[1]", "pipe"]' 'x'; do
		echo "$text" >"$BUNDLES/images/descriptors.json"
		refute bring a
		[ ! -e "$STATE/oci/a-$ID" ]
	done
}

@test "images that are cut or overwritten: an error, and nothing is left" {
	needs_criu
	counting a
	save a
	for image in core-1.img pstree.img mountpoints-*.img fdinfo-2.img; do
		rm -rf "$BUNDLES/images2"
		cp -a "$BUNDLES/images" "$BUNDLES/images2"
		cd "$BUNDLES/images2"
		head -c 64 /dev/urandom | dd conv=notrunc bs=1 seek=8 of="$(echo $image)" 2>/dev/null
		cd /
		refute oci restore -d -b "$BUNDLES/a" --image-path "$BUNDLES/images2" a-$ID </dev/null >/dev/null
		[ ! -e "$STATE/oci/a-$ID" ]
		assert_equal "$(processes_in a-$ID)" ""
	done
}

@test "a tree in which a mount point's folder became a link to the host's" {
	needs_criu
	mkdir -p "$BUNDLES/data" "$BUNDLES/victim/data"
	counting a '.mounts += [{destination: "/in/data", type: "bind", source: ($bundle + "/../data"), options: ["bind"]}]'
	save a
	rm -r "$BUNDLES/a/rootfs/in"
	ln -s "$BUNDLES/victim" "$BUNDLES/a/rootfs/in"
	refute bring a
	[ -z "$(ls -A "$BUNDLES/victim/data")" ]
	refute grep -q "$BUNDLES/victim" /proc/self/mountinfo
	[ ! -e "$STATE/oci/a-$ID" ]
}

@test "a hook that fails ends a restore; what criu had made is gone" {
	needs_criu
	counting a
	save a
	jq '.hooks.createRuntime = [{path: "/bin/false"}]' "$BUNDLES/a/config.json" >"$BUNDLES/new"
	cp "$BUNDLES/new" "$BUNDLES/a/config.json"
	refute bring a
	grep -q "/bin/false" "$BUNDLES/a.err"
	[ ! -e "$STATE/oci/a-$ID" ]
	assert_equal "$(processes_in a-$ID)" ""
	# Or kills the process: criu doesn't see that.
	printf '#!/bin/sh\nkill -KILL "$(jq .pid)"\n' >"$BUNDLES/hook"
	chmod +x "$BUNDLES/hook"
	jq --arg b "$BUNDLES" '.hooks.createRuntime = [{path: ($b + "/hook")}]' "$BUNDLES/a/config.json" >"$BUNDLES/new"
	cp "$BUNDLES/new" "$BUNDLES/a/config.json"
	refute timeout 60 "$CALE" oci --root "$STATE/oci" restore -d -b "$BUNDLES/a" --image-path "$BUNDLES/images" a-$ID </dev/null
	[ ! -e "$STATE/oci/a-$ID" ]
	assert_equal "$(processes_in a-$ID)" ""
}

@test "a restore that is killed half-way is cleaned up by delete" {
	needs_criu
	counting a
	save a
	printf '#!/bin/sh\necho >"$1"\nexec sleep 1000\n' >"$BUNDLES/hook"
	chmod +x "$BUNDLES/hook"
	jq --arg b "$BUNDLES" '.hooks.createRuntime = [{path: ($b + "/hook"), args: ["hook", ($b + "/there")]}]' "$BUNDLES/a/config.json" >"$BUNDLES/new"
	cp "$BUNDLES/new" "$BUNDLES/a/config.json"
	"$CALE" oci --root "$STATE/oci" restore -d -b "$BUNDLES/a" --image-path "$BUNDLES/images" a-$ID </dev/null >/dev/null 2>&1 9>&- &
	wait_for test -e "$BUNDLES/there"
	helpers="${helpers-} $(pgrep -P $! -x sleep)"
	kill -KILL $!
	wait $! || true
	oci delete -f a-$ID
	[ ! -e "$STATE/oci/a-$ID" ]
	assert_equal "$(processes_in a-$ID)" ""
	refute grep -q "$STATE/oci" /proc/self/mountinfo
}

@test "what can't be saved is refused before anything stops" {
	needs_criu
	bundle a sleep
	oci create -b "$B" a-$ID </dev/null >/dev/null 2>&1 9>&-
	refuses 1 "cannot be checkpointed in created state" save a
	oci start a-$ID
	refuses 1 "can leave only network empty" save a --empty-ns ipc
	refuses 1 "No such file" oci restore -b "$B" --image-path "$BUNDLES/nothing" other-$ID
	refuses 1 "--preserve-fds" oci restore --preserve-fds 1 -b "$B" --image-path "$BUNDLES/nothing" other-$ID 3</dev/null
	refuses 1 "pivot_root" oci restore --no-pivot -b "$B" --image-path "$BUNDLES/nothing" other-$ID
	[ ! -e "$STATE/oci/other-$ID" ]
	assert_state a-$ID running
	oci kill a-$ID KILL
	wait_for is_in_state a-$ID stopped
	refuses 1 "stopped state" save a
	refuses 1 "does not exist" save nobody
}

@test "a container whose protection criu would lose is refused" {
	needs_criu
	local change word
	while IFS='|' read -r word change; do
		bundle a sleep "$change"
		chown -R 300000:300000 "$B/rootfs"
		oci run -d -b "$B" a-$ID </dev/null >/dev/null 2>"$BUNDLES/a.err" 9>&- || { cat "$BUNDLES/a.err"; return 1; }
		refuses 1 "$word" save a
		assert_state a-$ID running
		oci delete -f a-$ID
		rm -r "$B"
	done <<-'END'
		user namespace|.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 300000, size: 1000}] | .linux.gidMappings = .linux.uidMappings
		org.criu.config|.annotations = {"org.criu.config": "/etc/evil"}
		memory policy|.linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: "0"}
		personality|.linux.personality = {domain: "LINUX32"}
		Landlock|.annotations = {"org.cale.landlock": "{\"ruleset\": {\"handledAccessFS\": [\"make_block\"]}}"}
	END
}

@test "one whose sd_notify goes through a relay of ours is refused" {
	needs_criu
	bundle a sleep
	beside "$CALE_TOP/tests/oci/take-notes" "$BUNDLES/notify.sock" "$BUNDLES/notes"
	wait_for test -S "$BUNDLES/notify.sock"
	NOTIFY_SOCKET=$BUNDLES/notify.sock oci create -b "$B" a-$ID </dev/null >/dev/null 2>&1 9>&-
	beside env NOTIFY_SOCKET="$BUNDLES/notify.sock" "$CALE" oci --root "$STATE/oci" start a-$ID
	wait_for is_in_state a-$ID running
	refuses 1 "supervisor" save a
	assert_state a-$ID running
}

@test "features, --version and the help tell of it" {
	command -v criu >/dev/null || skip "criu isn't installed"
	oci --version | grep -q -- +CRIU
	assert_equal "$(oci features | jq -r '.annotations["org.opencontainers.runc.checkpoint.enabled"]')" true
	oci checkpoint --help | grep -q -- --leave-running
	oci restore --help | grep -q -- --lsm-mount-context
}
