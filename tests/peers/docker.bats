#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# modes: root
# dockerd with `--add-runtime cale=cale-oci --default-runtime cale`.
load helper

setup_file() {
	! missing dockerd "$DOCKER" >/dev/null || return 0
	peers_open
	dockerd_start
}
teardown_file() {
	! missing dockerd "$DOCKER" >/dev/null || return 0
	all_removed
	dockerd_end
	peers_close
}
setup() { need dockerd "$DOCKER"; }
teardown() { missing dockerd "$DOCKER" >/dev/null || all_removed; }

# Where its shim has the runtime's state depends on the version.
oci() {
	local root
	for root in "$STATE"/exec/runtime-*/"$NAMESPACE" "/run/containerd/runc/$NAMESPACE"; do
		[ -d "$root" ] && break
	done
	"$OCI" --root "$root" "$@"
}
SERVICE='trap "echo got TERM; exit 7" TERM; echo to stdout; echo to stderr >&2; while :; do sleep 0.1; done'

@test "docker: knows the runtime by its version" {
	need_cale
	run docker version
	assert_line '^ cale:$'
	assert_output_contains "Version:          $("$OCI" --version | awk 'NR == 1 { print $3 }')"
	run docker info -f '{{.DefaultRuntime}}'
	assert_output cale
}

@test "docker: run hands on streams, exit code, folder, user and variables" {
	run --separate-stderr drun --rm -i -w /made/on/the/way -u 1000:2000 --group-add 77 -e COLOUR=green --hostname hold busybox \
		sh -c 'cat; id -u; id -g; id -G; pwd; echo $COLOUR; hostname; echo err >&2; exit 3' <<<"from stdin"
	assert_status 3
	assert_output $'from stdin\n1000\n2000\n2000 77\n/made/on/the/way\ngreen\nhold'
	assert_equal "$stderr" err
}

@test "docker: programs that don't exist, or can't be executed" {
	run -127 drun --rm busybox nosuch
	assert_output_contains 'executable file not found in $PATH'
	run -127 drun --rm busybox /no/such
	assert_output_contains 'no such file or directory'
	run drun --rm busybox /etc
	assert_status 126
	run drun --rm busybox /etc/passwd
	assert_status 126
	assert_output_contains 'permission denied'
	drun -d --name host busybox sleep 100
	run docker exec host nosuch
	assert_status 126
	assert_output_contains 'executable file not found in $PATH'
	docker exec host true
}

@test "docker: a detached container from logs and exec to stop, start, kill and rm" {
	drun -d --name web busybox sh -c "$SERVICE"
	logged() { [ "$(docker logs web 2>&1 | wc -l)" -eq 2 ]; }
	wait_for logged
	run --separate-stderr docker logs web
	assert_output 'to stdout'
	assert_equal "$stderr" 'to stderr'
	run docker exec -u 1000 -w /tmp -e A=b web sh -c 'id -u; pwd; echo $A; exit 4'
	assert_status 4
	assert_output $'1000\n/tmp\nb'
	run docker exec -i web cat <<<"to exec"
	assert_output 'to exec'
	run docker top web
	assert_line '^root .*got TERM'
	docker exec -d web sh -c 'echo detached >/tmp/file'
	wait_for docker exec web test -s /tmp/file
	group=$(cg_folder "$(pid_of web)" pids)
	docker stop -t 20 web
	assert_equal "$(state_of web ExitCode)" 7
	run docker logs web
	assert_line '^got TERM$'
	wait_for group_gone "$group"
	docker start web
	docker kill -s KILL web
	assert_equal "$(docker wait web)" 137
	docker rm web
	run docker exec web true
	assert_status 1
}

@test "docker: terminals: run -t, exec -t, their size, attach" {
	local client=(env "DOCKER_HOST=unix://$STATE/s.sock" "DOCKER_CONFIG=$STATE/client" "$DOCKER")
	run as_mode "$CALE_RUN/bin/with-pty" expect '# ' send 'stty size; exit 5\r' -- \
		"${client[@]}" run --rm -it --network none busybox sh
	assert_status 5
	assert_output_contains '24 80'
	drun -d --name host busybox sleep 100
	run as_mode "$CALE_RUN/bin/with-pty" expect '# ' send 'sleep 0.7; echo g"o"\r' expect go \
		resize 31x91 send 'sleep 0.3; tty; stty size; exit 3\r' -- \
		"${client[@]}" exec -it host sh
	assert_status 3
	assert_line '^/dev/pts/0'
	assert_output_contains '31 91'
	drun -dit --name reader busybox sh -c 'while read -r line; do echo "read $line"; [ "$line" != end ] || exit 6; done'
	run as_mode "$CALE_RUN/bin/with-pty" send 'a line\r' expect 'read a line' send 'end\r' -- "${client[@]}" attach reader
	assert_status 6
}

@test "docker: limits, read from the kernel, and update" {
	drun -d --name tight --memory 64m --memory-swap 96m --cpus 0.5 --pids-limit 33 --cpuset-cpus 0 \
		--ulimit nofile=77:88 busybox sleep 100
	pid=$(pid_of tight)
	assert_equal "$(cg_limit "$pid" memory)" $((64 << 20))
	assert_equal "$(cg_limit "$pid" swap)" $((96 << 20))
	assert_equal "$(cg_limit "$pid" cpu)" '50000 100000'
	assert_equal "$(cg_limit "$pid" pids)" 33
	assert_equal "$(cg_limit "$pid" cpuset)" 0
	assert_equal "$(awk '/^Max open files/ { print $4, $5 }' "/proc/$pid/limits")" '77 88'
	docker update --memory 32m --memory-swap 48m --cpus 0.25 --pids-limit 22 tight
	assert_equal "$(cg_limit "$pid" memory)" $((32 << 20))
	assert_equal "$(cg_limit "$pid" swap)" $((48 << 20))
	assert_equal "$(cg_limit "$pid" cpu)" '25000 100000'
	assert_equal "$(cg_limit "$pid" pids)" 22
	run docker stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' tight
	assert_line '^1 .* / 32MiB'
}

@test "docker: more memory than allowed is the end, and told so" {
	drun -d --name big --memory 16m busybox sh -c 'tail /dev/zero'
	assert_equal "$(docker wait big)" 137
	assert_equal "$(state_of big OOMKilled)" true
}

@test "docker: capabilities, no_new_privs and seccomp as seen inside" {
	run drun --rm --cap-drop all --cap-add NET_RAW --security-opt no-new-privileges busybox sh -c "$FACTS"
	assert_line "^CapBnd:.$(caps $CAP_NET_RAW)"
	assert_line "^CapEff:.$(caps $CAP_NET_RAW)"
	assert_line '^NoNewPrivs:.1'
	assert_line '^Seccomp:.2'
	run drun --rm --security-opt seccomp=unconfined busybox sh -c "$FACTS"
	assert_line '^Seccomp:.0'
	assert_line '^NoNewPrivs:.0'
	run drun --rm -u 1000 busybox sh -c "$FACTS"
	assert_line '^CapEff:.0000000000000000'
	run drun --rm busybox unshare -m true
	assert_status 1
	run drun --rm --cap-add SYS_ADMIN busybox unshare -m true
	assert_status 0
}

@test "docker: pause stops all processes, unpause lets them go on" {
	drun -d --name host busybox sh -c 'n=0; while :; do n=$((n + 1)); echo $n >/tmp/n; done'
	file=/proc/$(pid_of host)/root/tmp/n
	wait_for test -s "$file"
	docker pause host
	assert_equal "$(state_of host Status)" paused
	before=$(cat "$file")
	sleep 0.3
	assert_equal "$(cat "$file")" "$before"
	run docker exec host true
	assert_status 1
	docker unpause host
	changed() { [ "$(cat "$file")" != "$before" ]; }
	wait_for changed
	docker pause host
	docker kill host # of what is paused
	assert_equal "$(docker wait host)" 137
}

@test "docker: volumes, read-only trees, tmpfs, devices, sysctls, shm" {
	mkdir -p "$STATE/share"
	run drun --rm --read-only --tmpfs /t:size=1m -v data:/v -v "$STATE/share:/ro:ro" -v "$STATE/share:/rw" \
		--sysctl net.ipv4.ip_forward=1 --shm-size 3m --oom-score-adj 100 busybox sh -c '
		touch /x 2>/dev/null || echo root
		touch /ro/x 2>/dev/null || echo ro
		touch /t/x /v/x /rw/x && echo written
		cat /proc/sys/net/ipv4/ip_forward /proc/self/oom_score_adj
		df -k /dev/shm | tail -n 1'
	assert_line '^root$'
	assert_line '^ro$'
	assert_line '^written$'
	assert_line '^1$'
	assert_line '^100$'
	assert_line ' 3072 .*/dev/shm'
	assert_equal "$(ls "$STATE/share")" x
	run drun --rm -v data:/v busybox ls /v
	assert_output x
	docker volume rm data
	run drun --rm --device /dev/kmsg:/dev/memo:r busybox sh -c ': >>/dev/memo'
	assert_output_contains 'Operation not permitted'
	run drun --rm --device /dev/kmsg:/dev/memo:rw busybox sh -c ': >>/dev/memo'
	assert_status 0
}

@test "docker: cp and commit" {
	drun -d --name host busybox sleep 100
	echo text >"$STATE/text"
	docker cp "$STATE/text" host:/tmp/text
	docker exec host sh -c 'cat /tmp/text /tmp/text >/tmp/twice'
	docker cp host:/tmp/twice "$STATE/twice"
	assert_equal "$(cat "$STATE/twice")" $'text\ntext'
	docker commit host committed
	run drun --rm committed cat /tmp/twice
	assert_output $'text\ntext'
}

@test "docker: restart policy and health check" {
	drun -d --name again --restart on-failure:2 busybox sh -c 'echo run; exit 5'
	tried() { [ "$(docker inspect -f '{{.RestartCount}} {{.State.Status}}' again)" = '2 exited' ]; }
	wait_for tried
	assert_equal "$(docker logs again | grep -c run)" 3
	assert_equal "$(state_of again ExitCode)" 5
	drun -d --name ill --health-cmd 'echo looked; test ! -e /ill' --health-interval 0.3s --health-retries 1 busybox sleep 100
	wait_for state_is ill Health.Status healthy
	docker exec ill touch /ill
	wait_for state_is ill Health.Status unhealthy
	run docker inspect -f '{{(index .State.Health.Log 0).Output}}' ill
	assert_line looked
}

@test "docker: --init, --privileged, the host's and another container's namespaces" {
	if command -v docker-init tini >/dev/null; then
		run drun --rm --init busybox ps -o pid,args
		assert_line '^ +1 .*-init'
	fi
	run docker run --rm --network host --pid host --ipc host --uts host busybox \
		sh -c 'hostname; readlink /proc/self/ns/net; readlink /proc/self/ns/pid'
	assert_output "$(hostname)"$'\n'"$(readlink /proc/self/ns/net)"$'\n'"$(readlink /proc/self/ns/pid)"
	run drun --rm --privileged busybox sh -c "$FACTS; mount -t tmpfs x /tmp && echo mounted"
	assert_line '^Seccomp:.0'
	assert_line '^mounted$'
	drun -d --name first --ipc shareable busybox sh -c 'echo kept >/dev/shm/x; exec sleep 1000'
	run docker run --rm --network container:first --pid container:first --ipc container:first busybox \
		sh -c 'cat /dev/shm/x; ps -o args; readlink /proc/self/ns/net'
	assert_line '^kept$'
	assert_line '^sleep 1000$'
	assert_output_contains "$(readlink "/proc/$(pid_of first)/ns/net")"
}

@test "docker: the runtime's state says what Docker's says" {
	need_cale
	drun -d --name host busybox sleep 100
	id=$(docker inspect -f '{{.Id}}' host)
	assert_equal "$(oci state "$id" | jq -r '.status, .pid')" running$'\n'"$(pid_of host)"
	docker pause host
	assert_equal "$(oci state "$id" | jq -r .status)" paused
	docker unpause host
	docker rm -f host
	run oci state "$id"
	assert_status 1
}

@test "docker: the classic builder runs its steps with Cale" {
	build_context "$STATE/context"
	DOCKER_BUILDKIT=0 run docker build --network none --build-arg who=me -t made "$STATE/context"
	assert_status 0
	assert_line '^made by me$'
	run drun --rm made
	assert_output "$BUILT"
	DOCKER_BUILDKIT=0 run docker build --network none -f "$STATE/context/Dockerfile.fails" "$STATE/context"
	[ "$status" -ne 0 ]
	assert_output_contains 'returned a non-zero code: 42'
}
