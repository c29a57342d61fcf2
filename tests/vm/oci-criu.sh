#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# oci-criu.sh BUILD: `cale oci checkpoint` and `restore` with a real CRIU. Not part of the usual run: it wants root on a
# machine that may break, with criu (one that knows its kernel: `criu check`), busybox, iptables and jq. BUILD has
# the program, or it lies in BUILD itself as in a folder that a virtual machine shares. Prints TAP.
set -u
build=${1:?build directory}
cale=$build/cale
W=$(mktemp -d /tmp/cale-criu.XXXXXX)
n=0 failed=0
criu check >/dev/null 2>&1 || { echo "1..0 # skip criu doesn't work here: $(criu check 2>&1 | tail -n 1)"; exit 0; }
trap 'oci delete -f --regex . >/dev/null 2>&1; rm -rf --one-file-system "$W"' EXIT

oci() { timeout -k 5 120 "$cale" oci --root "$W/state" "$@"; }
check() { # NAME COMMAND…
	local name=$1
	shift
	n=$((n + 1))
	( set -ex; "$@" ) >"$W/said" 2>&1 # not in a condition, in which set -e would be void
	if [ $? -eq 0 ]; then echo "ok $n - $name"; return; fi
	echo "not ok $n - $name"
	tail -n 12 "$W/said" | sed "s/^/# /"
	tail -n 4 "$W"/img*/*.log 2>/dev/null | sed 's/^/# /'
	failed=1
}
wait_for() { local i; for i in {1..200}; do if "$@" >/dev/null 2>&1; then return 0; fi; sleep 0.1; done; echo "waited in vain for: $*"; return 1; }
not() { if "$@"; then echo "must fail: $*"; return 1; fi; }
refuses() { # TEXT COMMAND…
	local text=$1 said
	shift
	if said=$("$@" 2>&1); then echo "not refused: $*"; return 1; fi
	case $said in *"$text"*) ;; *) echo "says: $said"; return 1 ;; esac
}

TALK='import socket, time
s = socket.create_server(("127.0.0.1", 7000)); c = socket.create_connection(("127.0.0.1", 7000)); a, _ = s.accept()
while True:
	c.sendall(b"word\n"); open("/count", "ab").write(a.recv(5)); time.sleep(0.1)'
# bundle NAME SCRIPT [JQ…]
bundle() {
	local name=$1 script=$2 all='.process.terminal = false | .root.readonly = false | .process.args = ["/bin/sh", "-c", $script]' change
	B=$W/$name
	shift 2
	rm -rf "$B"
	mkdir -p "$B"/rootfs/{bin,proc,sys,dev,tmp,etc} "$W/data"
	cp /bin/busybox "$B/rootfs/bin/"
	for change in sh sleep cat echo chmod touch ls stat tty mkdir; do ln -s busybox "$B/rootfs/bin/$change"; done
	oci spec -b "$B"
	for change; do all+=" | ($change)"; done
	jq --arg script "$script" --arg data "$W/data" --arg talk "$TALK" "$all" "$B/config.json" >"$B/new" && mv "$B/new" "$B/config.json"
}
# Counts in memory, so that what goes on is known from what begins anew.
COUNT='i=0; while :; do i=$((i + 1)); echo $i >/count; echo out $i; sleep 0.1; done'
BINDS='.mounts += [{destination: "/ro", type: "bind", source: $data, options: ["rbind", "ro", "nosuid"]},
	{destination: "/ro2", type: "bind", source: $data, options: ["rbind", "ro"]},
	{destination: "/rw", type: "bind", source: $data, options: ["rbind", "rw"]}]'
# Where a control group can have a limit; what it is, is read in every group of the process.
LIMIT=.
if grep -qsw pids /sys/fs/cgroup/cgroup.controllers || grep -q ' /sys/fs/cgroup/pids ' /proc/self/mounts; then
	LIMIT='.linux.resources.pids = {limit: 50}'
fi
limits() { cut -d: -f3- "/proc/$(cat "$W/pid")/cgroup" | sort -u | while read -r at; do cat /sys/fs/cgroup{,/pids}"$at/pids.max" 2>/dev/null || true; done; }
start() { oci run -d --pid-file "$W/pid" -b "$B" "$@" c </dev/null > >(cat >>"$W/out") 2>&1; }
restore() { oci restore -d --pid-file "$W/pid" -b "$B" --image-path "$W/img" "$@" </dev/null > >(cat >>"$W/out") 2>&1; }
count() { cat "$B/rootfs/count"; }
counts_beyond() { [ "$(count)" -gt "$1" ]; }
counting() { wait_for test -s "$B/rootfs/count" && wait_for counts_beyond 3; }
running() { [ "$(oci state "$1" | jq -r .status)" = running ]; }
status_of() { awk -v k="$1:" '$1 == k { $1 = ""; print substr($0, 2) }' "/proc/$(cat "$W/pid")/status"; }
# Without what differs from run to run.
picture() {
	awk '{ print $4, $5, $6 }' "/proc/$(cat "$W/pid")/mountinfo" | sort -k2
	grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)' "/proc/$(cat "$W/pid")/status"
	limits
	cat "/proc/$(cat "$W/pid")/oom_score_adj" "/proc/$(cat "$W/pid")/limits" "/proc/$(cat "$W/pid")/cgroup"
}
clean() { oci delete -f --regex . >/dev/null 2>&1 || true; rm -rf "$W"/img* "$W/out"; : >"$W/out"; }

goes_on() {
	clean
	bundle b "$COUNT" "$BINDS" '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]}' \
		"$LIMIT"
	start
	counting
	picture >"$W/before"
	[ "$LIMIT" = . ] || [ "$(limits)" = 50 ]
	oci checkpoint --image-path "$W/img" c
	not oci state c 2>/dev/null
	at=$(count)
	sleep 0.5
	[ "$(count)" = "$at" ]
	restore c
	running c
	wait_for counts_beyond "$at"
	[ "$(count)" -lt $((at + 200)) ]
	picture | diff "$W/before" -
	wait_for grep -q "out $((at + 2))" "$W/out"
	[ "$(oci state c | jq .pid)" = "$(cat "$W/pid")" ]
	oci exec c cat /count
	not oci exec c mkdir /new
	oci kill c KILL
	wait_for eval "! kill -0 $(cat "$W/pid")"
	oci delete c
	[ ! -e "$W/state/c" ]
	not grep -q "$W/state" /proc/self/mountinfo
}
masks() {
	clean
	bundle b "$COUNT" '.process.capabilities |= map_values(["CAP_FOWNER", "CAP_CHOWN"])'
	mode=$(stat -c %a /dev/null)
	start
	counting
	oci checkpoint --image-path "$W/img" c
	restore c
	for mask in /proc/keys /proc/timer_list /proc/interrupts; do not oci exec c chmod 600 $mask; done
	[ "$(stat -c %a /dev/null)" = "$mode" ]
}
leaves_running() {
	clean
	bundle b "$COUNT"
	start
	counting
	oci checkpoint --leave-running --image-path "$W/img" --work-path "$W/img.work" c
	[ -s "$W/img.work/dump.log" ] && [ ! -e "$W/img/dump.log" ]
	running c
	wait_for counts_beyond "$(count)"
	refuses "already exists" oci restore -d -b "$B" --image-path "$W/img" c
	at=$(count)
	oci delete -f c
	restore c
	running c
}
in_steps() {
	criu check --feature mem_dirty_track >/dev/null 2>&1 || { echo "no dirty tracking here"; return 0; }
	clean
	bundle b "$COUNT"
	start
	counting
	mkdir "$W/img"
	oci checkpoint --pre-dump --image-path "$W/img/one" c
	running c
	refuses "must be relative" oci checkpoint --parent-path "$W/img/one" --image-path "$W/img/two" c
	oci checkpoint --parent-path ../one --image-path "$W/img/two" c
	mv "$W/img" "$W/img2"
	oci restore -d -b "$B" --image-path "$W/img2/two" c </dev/null > >(cat >>"$W/out") 2>&1
	running c
}
elsewhere() {
	clean
	bundle b "$COUNT" "$BINDS" '.linux.cgroupsPath = "/cale-criu/one"'
	start
	counting
	oci checkpoint --image-path "$W/img" c
	at=$(count)
	bundle b2 "$COUNT" "$BINDS" '.linux.cgroupsPath = "/cale-criu/two"'
	mkdir -p "$B/rootfs/bin"
	echo "$at" >"$B/rootfs/count"
	restore other
	wait_for counts_beyond "$at"
	grep -q ':/cale-criu/two$' "/proc/$(cat "$W/pid")/cgroup"
	not grep -q ':/cale-criu/one$' "/proc/$(cat "$W/pid")/cgroup"
	oci delete -f other
	[ -z "$(find /sys/fs/cgroup -type d -path '*/cale-criu/two')" ]
}
exit_code() {
	clean
	bundle b 'while [ ! -e /go ]; do sleep 0.1; done; exit 7'
	start
	wait_for running c
	oci checkpoint --image-path "$W/img" c
	(sleep 1; touch "$B/rootfs/go") &
	rc=0
	oci restore -b "$B" --image-path "$W/img" c </dev/null >"$W/out" 2>&1 || rc=$?
	cat "$W/out"
	[ $rc -eq 7 ]
	[ ! -e "$W/state/c" ]
}
terminal() {
	clean
	bundle b 'tty >/where; while :; do echo on >/dev/tty; date >/count; sleep 0.1; done' '.process.terminal = true'
	"$(find "$build" -name cve_console -type f | head -n 1)" "$W/s1" & one=$!
	"$(find "$build" -name cve_console -type f | head -n 1)" "$W/s2" & two=$!
	wait_for test -S "$W/s2"
	oci run -d --pid-file "$W/pid" --console-socket "$W/s1" -b "$B" c </dev/null
	wait_for test -s "$B/rootfs/where"
	oci checkpoint --image-path "$W/img" c
	kill $one
	oci restore -d --pid-file "$W/pid" --console-socket "$W/s2" -b "$B" --image-path "$W/img" c </dev/null
	running c
	case $(readlink "/proc/$(cat "$W/pid")/fd/0") in /dev/pts/*) ;; *) return 1 ;; esac
	[ "$(find "/proc/$two/fd" -lname '*ptmx' | wc -l)" = 1 ]
	kill $two
}
paused() {
	clean
	bundle b "$COUNT"
	start
	counting
	oci pause c
	at=$(count)
	oci checkpoint --leave-running --image-path "$W/img" c
	[ "$(oci state c | jq -r .status)" = paused ]
	oci checkpoint --image-path "$W/img2" c
	not oci state c 2>/dev/null
	oci restore -d -b "$B" --image-path "$W/img2" c </dev/null > >(cat >>"$W/out") 2>&1
	wait_for counts_beyond "$at"
}
page_server() {
	clean
	bundle b "$COUNT"
	start
	counting
	mkdir "$W/img"
	criu page-server --images-dir "$W/img" --address 127.0.0.1 --port 27301 & server=$!
	wait_for eval 'ss -ltn | grep -q :27301'
	oci checkpoint --page-server 127.0.0.1:27301 --image-path "$W/img" c
	wait $server
	at=$(count)
	restore c
	wait_for counts_beyond "$at"
}
lazy_pages() {
	# CRIU makes a pipe larger than a user may, and goes on without when it can't.
	(( 0x$(awk '$1 == "CapEff:" { print $2 }' /proc/self/status) >> 24 & 1 )) || { echo "no CAP_SYS_RESOURCE here"; return 0; }
	clean
	bundle b "$COUNT"
	start
	counting
	mkfifo "$W/told"
	mkdir "$W/img"
	oci checkpoint --lazy-pages --page-server 127.0.0.1:27302 --status-fd 7 --work-path "$W/img.work" --image-path "$W/img" c 7>"$W/told" & first=$!
	[ "$(timeout 60 od -An -N1 -tx1 "$W/told")" = " 00" ]
	rm "$W/told"
	criu lazy-pages --page-server --address 127.0.0.1 --port 27302 -D "$W/img" & second=$!
	wait_for test -S "$W/img/lazy-pages.socket"
	at=$(count)
	restore --lazy-pages other
	wait $first
	wait $second
	not oci state c 2>/dev/null
	running other
	wait_for counts_beyond "$at"
}
connected() {
	clean
	bundle b '' '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "77"} | .process.args = ["/usr/bin/python3", "-c", $talk]' \
		'.mounts += [{destination: "/usr", type: "bind", source: "/usr", options: ["bind", "ro"]}]'
	ln -s usr/lib "$B/rootfs/lib"
	ln -s usr/lib64 "$B/rootfs/lib64"
	start
	wait_for test -s "$B/rootfs/count"
	refuses tcp-established oci checkpoint --image-path "$W/img" c
	running c
	oci checkpoint --tcp-established --image-path "$W/img2" c
	words=$(wc -l <"$B/rootfs/count")
	oci restore -d --pid-file "$W/pid" --tcp-established -b "$B" --image-path "$W/img2" c </dev/null > >(cat >>"$W/out") 2>&1
	wait_for eval '[ "$(wc -l <"$B/rootfs/count")" -gt $((words + 2)) ]'
	[ "$(nsenter -n -t "$(cat "$W/pid")" cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" = 77 ]
}
network() {
	clean
	ip netns add cale-criu-$$
	bundle b "$COUNT" "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/netns/cale-criu-$$\""
	trap 'oci delete -f c; ip netns del cale-criu-$$' EXIT
	start
	counting
	oci checkpoint --image-path "$W/img" c
	restore c
	running c
	[ "$(readlink "/proc/$(cat "$W/pid")/ns/net" | tr -dc 0-9)" = "$(stat -Lc %i /run/netns/cale-criu-$$)" ]
}
hostile_streams() {
	clean
	bundle b "$COUNT"
	start
	counting
	oci checkpoint --image-path "$W/img" c
	for text in '{}' '[1, 2, 3]' '["/etc/shadow", "socket:[1]", "pipe"]' 'x'; do
		echo "$text" >"$W/img/descriptors.json"
		not restore c
		[ ! -e "$W/state/c" ]
	done
}
refusals() {
	clean
	bundle b "$COUNT"
	oci create -b "$B" c </dev/null >/dev/null 2>&1
	refuses "cannot be checkpointed in created state" oci checkpoint --image-path "$W/img" c
	oci start c
	refuses "can leave only network empty" oci checkpoint --empty-ns ipc --image-path "$W/img" c
	refuses "soft, full, strict or ignore" oci checkpoint --manage-cgroups-mode x --image-path "$W/img" c
	refuses "is not ADDRESS:PORT" oci checkpoint --page-server x --image-path "$W/img" c
	refuses "isn't open for writing" oci checkpoint --status-fd 77 --image-path "$W/img" c
	refuses "No such file" oci restore -b "$B" --image-path "$W/nothing" other
	[ ! -e "$W/state/other" ]
	running c
	oci kill c KILL
	wait_for eval '[ "$(oci state c | jq -r .status)" = stopped ]'
	refuses "stopped state" oci checkpoint --image-path "$W/img" c
	refuses "does not exist" oci checkpoint --image-path "$W/img" nobody
	oci delete c
	bundle u "$COUNT" '.linux.namespaces += [{type: "user"}]' '.linux.uidMappings = [{containerID: 0, hostID: 300000, size: 1000}]' \
		'.linux.gidMappings = .linux.uidMappings'
	chown -R 300000:300000 "$B/rootfs"
	oci run -d -b "$B" u </dev/null >/dev/null 2>&1
	refuses "user namespace" oci checkpoint --image-path "$W/img" u
	bundle l "$COUNT" '.annotations = {"org.criu.config": "/etc/evil"}'
	oci run -d -b "$B" l </dev/null >/dev/null 2>&1
	refuses "org.criu.config" oci checkpoint --image-path "$W/img" l
	running u && running l
}
told() {
	oci --version | grep -q -- +CRIU
	[ "$(oci features | jq -r '.annotations["org.opencontainers.runc.checkpoint.enabled"]')" = true ]
}

echo "# $(criu --version | head -n 1), Linux $(uname -r)"
check "a container goes on where it was, with all that confines it" goes_on
check "masks still protect the host's null device" masks
check "--leave-running, --work-path" leaves_running
check "--pre-dump and --parent-path" in_steps
check "another id, bundle and control group" elsewhere
check "restore stays and has the program's exit code" exit_code
check "a terminal goes to the console socket" terminal
check "a paused one" paused
check "--page-server" page_server
check "--lazy-pages, --status-fd" lazy_pages
check "--tcp-established, and sysctls of the network" connected
check "a network namespace by path" network
check "streams that the images make up" hostile_streams
check "what can't be saved or restored is refused and left alone" refusals
check "features and --version tell of it" told
echo "1..$n"
exit $failed
