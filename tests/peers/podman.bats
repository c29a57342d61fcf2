#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# modes: root
# Podman and conmon with `--runtime cale-oci`.
load helper

setup_file() {
	! missing podman conmon >/dev/null || return 0
	peers_open
	podman_configure
	podman load -q -i "$IMAGES/busybox.tar"
}
teardown_file() {
	! missing podman conmon >/dev/null || return 0
	podman pod rm -f -a -t 0 >/dev/null 2>&1 || true
	podman rm -f -a -t 0 >/dev/null
	umount -l "$STATE/root/overlay" 2>/dev/null || true
	peers_close
}
setup() { need podman conmon; }
teardown() { missing podman conmon >/dev/null || podman rm -f -a -t 0 >/dev/null; }

# Ulimits: where root lacks CAP_SYS_RESOURCE it can't raise what Podman would.
podman_configure() {
	cat >"$STATE/containers.conf" <<-EOF
	[containers]
	default_ulimits = []
	netns = "none"
	[engine]
	cgroup_manager = "cgroupfs"
	events_logger = "file"
	runtime = "peer"
	[engine.runtimes]
	peer = ["$OCI"]
	EOF
	cat >"$STATE/storage.conf" <<-EOF
	[storage]
	driver = "overlay"
	runroot = "$STATE/run"
	graphroot = "$STATE/root"
	[storage.options]
	root-auto-userns-user = "caletest"
	EOF
}
# In our folder: conmon leaves its file "oom" where Podman was called.
podman() {
	as_mode env -C "$STATE" CONTAINERS_CONF="$STATE/containers.conf" CONTAINERS_STORAGE_CONF="$STATE/storage.conf" \
		TMPDIR="$STATE/tmp" podman --root "$STATE/root" --runroot "$STATE/run" --tmpdir "$STATE/libpod" "$@"
}
prun() { podman run --cgroup-parent "$PARENT" "$@"; }
state_of() { podman inspect -f "{{.State.$2}}" "$1"; }
state_is() { [ "$(state_of "$1" "$2")" = "$3" ]; }
pid_of() { state_of "$1" Pid; }
SERVICE='trap "echo got TERM; exit 7" TERM; echo to stdout; echo to stderr >&2; while :; do sleep 0.1; done'

@test "podman: knows the runtime by its version" {
	need_cale
	run podman info -f '{{.Host.OCIRuntime.Path}} {{.Host.OCIRuntime.Version}}'
	assert_line "^$OCI cale-oci version [0-9]+\.[0-9]+"
	assert_line '^spec: 1\.'
}

@test "podman: run hands on streams, exit code, folder, user and variables" {
	run --separate-stderr prun --rm -i -w /tmp -u 1000:2000 -e COLOUR=green --hostname hold busybox \
		sh -c 'cat; id -u; id -g; pwd; echo $COLOUR; hostname; echo err >&2; exit 3' <<<"from stdin"
	assert_status 3
	assert_output $'from stdin\n1000\n2000\n/tmp\ngreen\nhold'
	assert_equal "$stderr" err
}

@test "podman: programs that don't exist, or can't be executed" {
	run -127 prun --rm busybox nosuch
	assert_output_contains 'executable file not found in $PATH'
	run -127 prun --rm busybox /no/such
	assert_output_contains 'no such file or directory'
	run prun --rm busybox /etc
	assert_status 126
	run prun --rm busybox /etc/passwd
	assert_status 126
	assert_output_contains 'permission denied'
	prun -d --name host busybox sleep 100
	run -127 podman exec host nosuch
	run podman exec host /etc
	assert_status 126
}

@test "podman: a detached container from logs and exec to stop, start, kill and rm" {
	prun -d --name web busybox sh -c "$SERVICE"
	logged() { [ "$(podman logs web 2>&1 | wc -l)" -eq 2 ]; }
	wait_for logged
	run --separate-stderr podman logs web
	assert_output 'to stdout'
	assert_equal "$stderr" 'to stderr'
	run podman exec -u 1000 -w /tmp -e A=b web sh -c 'id -u; pwd; echo $A; exit 4'
	assert_status 4
	assert_output $'1000\n/tmp\nb'
	run podman exec -i web cat <<<"to exec"
	assert_output 'to exec'
	run podman top web
	assert_line 'root +1 .*sleep'
	podman exec -d web sh -c 'echo detached >/tmp/file'
	wait_for podman exec web test -s /tmp/file
	group=$(cg_folder "$(pid_of web)" pids)
	podman stop -t 20 web
	assert_equal "$(state_of web ExitCode)" 7
	run podman logs web
	assert_line '^got TERM$'
	wait_for group_gone "$group"
	podman start web
	podman kill -s KILL web
	assert_equal "$(podman wait web)" 137
	podman rm web
	run podman exec web true
	assert_status 125
}

@test "podman: terminals: run -t, exec -t, their size, attach" {
	run as_mode "$CALE_RUN/bin/with-pty" expect '# ' send 'stty size; exit 5\r' -- env \
		CONTAINERS_CONF="$STATE/containers.conf" CONTAINERS_STORAGE_CONF="$STATE/storage.conf" podman \
		--root "$STATE/root" --runroot "$STATE/run" --tmpdir "$STATE/libpod" run --rm -it --cgroup-parent "$PARENT" busybox sh
	assert_status 5
	assert_output_contains '24 80'
	prun -d --name host -i busybox sh -c 'while read -r line; do echo "read $line"; done; exit 6'
	run podman exec -t host sh -c 'tty; ls -l /proc/self/fd/1 | grep -c pts; exit 3'
	assert_status 3
	assert_line '^/dev/pts/0'
	run podman attach host <<<"a line"
	assert_line 'read a line'
	wait_for state_is host Status exited
	assert_equal "$(state_of host ExitCode)" 6
}

@test "podman: limits, read from the kernel, and update" {
	prun -d --name tight --memory 64m --memory-swap 96m --cpus 0.5 --pids-limit 33 --cpuset-cpus 0 \
		--ulimit nofile=77:88 --ulimit nproc=999:1000 busybox sleep 100
	pid=$(pid_of tight)
	assert_equal "$(cg_limit "$pid" memory)" $((64 << 20))
	assert_equal "$(cg_limit "$pid" swap)" $((96 << 20))
	assert_equal "$(cg_limit "$pid" cpu)" '50000 100000'
	assert_equal "$(cg_limit "$pid" pids)" 33
	assert_equal "$(cg_limit "$pid" cpuset)" 0
	assert_equal "$(awk '/^Max open files/ { print $4, $5 }' "/proc/$pid/limits")" '77 88'
	podman update --memory 32m --cpus 0.25 tight
	assert_equal "$(cg_limit "$pid" memory)" $((32 << 20))
	assert_equal "$(cg_limit "$pid" cpu)" '25000 100000'
	assert_equal "$(cg_limit "$pid" pids)" 33
	run podman stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' tight
	assert_line '^1 [0-9.]+kB / '
}

@test "podman: more memory than allowed is the end; more processes than allowed aren't made" {
	run prun --rm --memory 16m busybox sh -c 'tail /dev/zero'
	assert_status 137
	run prun --rm --pids-limit 10 busybox sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; wait'
	assert_output_contains "can't fork"
}

@test "podman: capabilities, no_new_privs and seccomp as seen inside" {
	run prun --rm --cap-drop all --cap-add NET_RAW --security-opt no-new-privileges busybox sh -c "$FACTS"
	assert_line "^CapBnd:.$(caps $CAP_NET_RAW)"
	assert_line "^CapEff:.$(caps $CAP_NET_RAW)"
	assert_line '^NoNewPrivs:.1'
	assert_line '^Seccomp:.2'
	run prun --rm --security-opt seccomp=unconfined busybox sh -c "$FACTS"
	assert_line '^Seccomp:.0'
	assert_line '^NoNewPrivs:.0'
	run prun --rm -u 1000 busybox sh -c "$FACTS"
	assert_line '^CapEff:.0000000000000000'
	# Podman's profile lets nobody make a user namespace without SYS_ADMIN.
	run prun --rm busybox unshare -m true
	assert_status 1
	run prun --rm --cap-add SYS_ADMIN busybox unshare -m true
	assert_status 0
}

@test "podman: pause stops all processes, unpause lets them go on" {
	prun -d --name host busybox sh -c 'n=0; while :; do n=$((n + 1)); echo $n >/tmp/n; done'
	wait_for podman exec host test -s /tmp/n
	podman pause host
	assert_equal "$(state_of host Status)" paused
	file=/proc/$(pid_of host)/root/tmp/n
	before=$(cat "$file")
	sleep 0.3
	assert_equal "$(cat "$file")" "$before"
	run podman exec host true
	assert_status 255
	podman unpause host
	changed() { [ "$(cat "$file")" != "$before" ]; }
	wait_for changed
}

@test "podman: user namespaces: --uidmap, --userns=auto, an idmapped volume" {
	run prun --rm --uidmap 0:800000000:65536 busybox sh -c 'cat /proc/self/uid_map; touch /x; stat -c %u:%g /x'
	assert_status 0
	assert_line '^ +0 +800000000 +65536$'
	refute_line 65534
	run prun --rm --userns auto:size=5000 -u 1000 busybox sh -c 'cat /proc/self/uid_map; id -u'
	assert_line '^ +0 +[1-9][0-9]+ +5000$'
	assert_line '^1000$'
	mkdir -p "$STATE/mine"
	touch "$STATE/mine/file"
	run prun --rm --uidmap 0:800000000:65536 -v "$STATE/mine:/d" busybox stat -c %u /d/file
	assert_output 65534
	need_cale # runc of Debian 12 ignores it
	run prun --rm --uidmap 0:800000000:65536 -v "$STATE/mine:/d:idmap" busybox sh -c 'stat -c %u /d/file; touch /d/new'
	assert_output 0
	assert_equal "$(stat -c %u "$STATE/mine/new")" 0
}

@test "podman: volumes, read-only trees, tmpfs, devices, sysctls, shm" {
	mkdir -p "$STATE/share"
	run prun --rm --read-only --read-only-tmpfs=false --tmpfs /t:size=1m -v data:/v -v "$STATE/share:/ro:ro" -v "$STATE/share:/rw" \
		--sysctl net.ipv4.ip_forward=1 --shm-size 3m --oom-score-adj 100 --umask 0077 busybox sh -c '
		touch /x 2>/dev/null || echo root
		touch /ro/x 2>/dev/null || echo ro
		touch /t/x /v/x /rw/x && echo written
		cat /proc/sys/net/ipv4/ip_forward /proc/self/oom_score_adj
		df -k /dev/shm | tail -n 1
		umask'
	assert_line '^root$'
	assert_line '^ro$'
	assert_line '^written$'
	assert_line '^1$'
	assert_line '^100$'
	assert_line ' 3072 .*/dev/shm'
	assert_line '^0077$'
	assert_equal "$(ls "$STATE/share")" x
	run prun --rm -v data:/v busybox ls /v
	assert_output x
	run prun --rm --device /dev/kmsg:/dev/memo:r busybox sh -c ': >>/dev/memo'
	assert_output_contains 'Operation not permitted'
	run prun --rm --device /dev/kmsg:/dev/memo:rw busybox sh -c ': >>/dev/memo'
	assert_status 0
}

@test "podman: cp and commit" {
	prun -d --name host busybox sleep 100
	echo text >"$STATE/text"
	podman cp "$STATE/text" host:/tmp/text
	podman exec host sh -c 'cat /tmp/text /tmp/text >/tmp/twice'
	podman cp host:/tmp/twice "$STATE/twice"
	assert_equal "$(cat "$STATE/twice")" $'text\ntext'
	podman commit -q host committed
	run prun --rm committed cat /tmp/twice
	assert_output $'text\ntext'
}

@test "podman: created first, started later" {
	podman create --cgroup-parent "$PARENT" --name late busybox echo started
	podman init late
	assert_equal "$(state_of late Status)" initialized
	if [ -z "${PEERS_RUNTIME-}" ]; then
		run oci state "$(podman inspect -f '{{.Id}}' late)"
		assert_equal "$(jq -r '.status' <<<"$output")" created
	fi
	run podman start -a late
	assert_output started
}

@test "podman: the runtime's state says what Podman's says" {
	need_cale
	prun -d --name host --label a=b --annotation colour=green busybox sleep 100
	id=$(podman inspect -f '{{.Id}}' host)
	state=$(oci state "$id")
	assert_equal "$(jq -r '.status, .pid, .annotations.colour' <<<"$state")" "running"$'\n'"$(pid_of host)"$'\n'green
	podman pause host
	assert_equal "$(oci state "$id" | jq -r .status)" paused
	podman unpause host
	podman rm -f -t 0 host
	run oci state "$id"
	assert_status 1
	assert_output_contains 'does not exist'
}

@test "podman: restart policy and health check" {
	prun -d --name again --restart on-failure:2 busybox sh -c 'echo run; exit 5'
	tried() { [ "$(podman inspect -f '{{.RestartCount}} {{.State.Status}}' again)" = '2 exited' ]; }
	wait_for tried
	assert_equal "$(podman logs again | grep -c run)" 3
	assert_equal "$(state_of again ExitCode)" 5
	prun -d --name ill --health-cmd 'test ! -e /ill' --health-interval disable --health-retries 1 busybox sleep 100
	podman healthcheck run ill
	podman exec ill touch /ill
	run podman healthcheck run ill
	assert_status 1
	assert_equal "$(state_of ill Health.Status)" unhealthy
}

@test "podman: --init, --privileged, the host's namespaces" {
	if [ -x /usr/libexec/podman/catatonit ] || [ -x /usr/bin/catatonit ]; then
		run prun --rm --init busybox ps -o pid,args
		assert_line '^ +1 .*init'
	fi
	run prun --rm --pid host --ipc host --uts host --network host busybox sh -c 'hostname; readlink /proc/self/ns/net; readlink /proc/self/ns/pid'
	assert_output "$(hostname)"$'\n'"$(readlink /proc/self/ns/net)"$'\n'"$(readlink /proc/self/ns/pid)"
	run prun --rm --privileged busybox sh -c "$FACTS; mount -t tmpfs x /tmp && echo mounted"
	assert_line "^CapEff:.$(proc_status $$ CapBnd | tr -d '\t ')"
	assert_line '^Seccomp:.0'
	assert_line '^mounted$'
}

@test "podman: hooks of a hooks folder run at their moments" {
	mkdir -p "$STATE/hooks"
	for stage in createRuntime createContainer poststart poststop; do
		cat >"$STATE/hooks/$stage.json" <<-EOF
		{"version": "1.0.0", "when": {"always": true}, "stages": ["$stage"],
		 "hook": {"path": "/bin/sh", "args": ["sh", "-c", "cat >$STATE/hooks/$stage.state"]}}
		EOF
	done
	mkdir -p "$STATE/run" && as_mode env CONTAINERS_CONF="$STATE/containers.conf" \
		CONTAINERS_STORAGE_CONF="$STATE/storage.conf" podman --root "$STATE/root" --runroot "$STATE/run" \
		--tmpdir "$STATE/libpod" --hooks-dir "$STATE/hooks" run --rm --name hooked --cgroup-parent "$PARENT" busybox true
	wait_for test -s "$STATE/hooks/poststop.state"
	assert_equal "$(jq -r .status "$STATE/hooks/createContainer.state")" creating
	assert_equal "$(jq -r .status "$STATE/hooks/poststop.state")" stopped
	for stage in createRuntime poststart; do
		[ "$(jq -r .pid "$STATE/hooks/$stage.state")" -gt 1 ]
	done
}

@test "podman: a pod shares network, ipc, uts and pid namespaces" {
	podman pod create --name pod --infra-image localhost/busybox --infra-command '/bin/sleep 1000' --share net,ipc,uts,pid \
		--share-parent=false --hostname shared
	prun -d --pod pod --name one busybox sh -c 'echo kept >/dev/shm/x; exec sleep 1000'
	wait_for podman exec one test -s /dev/shm/x
	run prun --rm --pod pod busybox sh -c 'hostname; cat /dev/shm/x; ps -o args'
	assert_status 0
	assert_line '^shared$'
	assert_line '^kept$'
	assert_line '^/bin/sleep 1000$'
	infra=$(podman ps -a --filter name=infra --format '{{.ID}}')
	for ns in net ipc uts pid; do
		assert_equal "$(readlink "/proc/$(pid_of one)/ns/$ns")" "$(readlink "/proc/$(pid_of "$infra")/ns/$ns")"
	done
	podman pod pause pod
	assert_equal "$(state_of one Status)" paused
	podman pod unpause pod
	podman pod kill pod
	podman pod rm -f -t 0 pod
}

@test "podman: build runs its steps with Cale" {
	build_context "$STATE/context"
	run podman build --runtime "$OCI" --network none --cgroup-parent "$PARENT/build" --build-arg who=me -t made "$STATE/context"
	assert_status 0
	assert_line '^made by me$'
	run prun --rm made
	assert_output "$BUILT"
	run prun --rm made cat /facts
	assert_line '^Seccomp:.2'
	run podman build --runtime "$OCI" --network none --cgroup-parent "$PARENT/build" -f "$STATE/context/Dockerfile.fails" "$STATE/context"
	assert_status 42
}

@test "podman: checkpoint and restore, in place and by way of an archive" {
	need_criu
	COUNT='i=0; while :; do i=$((i + 1)); echo $i; sleep 0.1; done'
	prun -d --name web --cap-drop all --memory 64m busybox sh -c "$COUNT"
	counted() { [ "$(podman logs "$1" 2>&1 | tail -n 1)" -gt "$2" ]; }
	wait_for counted web 3
	podman container checkpoint web
	assert_equal "$(state_of web Status)" exited
	at=$(podman logs web 2>&1 | tail -n 1)
	podman container restore web
	assert_equal "$(state_of web Status)" running
	wait_for counted web "$at"
	[ "$(podman logs web 2>&1 | tail -n 1)" -lt $((at + 400)) ]
	assert_equal "$(proc_status "$(pid_of web)" CapEff)" 0000000000000000
	assert_equal "$(cg_limit "$(pid_of web)" memory)" 67108864
	podman container checkpoint -e "$STATE/saved.tar.gz" --leave-running web
	assert_equal "$(state_of web Status)" running
	podman rm -f -t 0 web
	podman container restore -i "$STATE/saved.tar.gz" -n other
	assert_equal "$(state_of other Status)" running
	podman exec other true
	podman rm -f -t 0 other
}
