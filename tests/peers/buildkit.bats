#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# modes: root
# BuildKit: the one inside dockerd, and buildkitd with its OCI worker where there is one.
load helper

setup_file() {
	! missing dockerd "$DOCKER" >/dev/null || return 0
	peers_open
	dockerd_start
	build_context "$STATE/context"
}
teardown_file() {
	! missing dockerd "$DOCKER" >/dev/null || return 0
	all_removed
	dockerd_end
	peers_close
}
# From 23.0 on the client needs its plugin for it.
setup() {
	need dockerd "$DOCKER"
	case $("$DOCKER" --version) in *' 20.'*) ;; *) "$DOCKER" buildx version >/dev/null || skip "docker-buildx isn't installed" ;; esac
}
dbuild() { DOCKER_BUILDKIT=1 docker build --progress plain --network none --no-cache "$@" "$STATE/context"; }

@test "buildkit: stages, arguments, users and copies, every step by Cale" {
	run dbuild --build-arg who=me -t made
	assert_status 0
	assert_line 'made by me$'
	run drun --rm made
	assert_output "$BUILT"
	run drun --rm made cat /facts
	assert_line '^Seccomp:.2'
	[ "$(grep -c ' run ' "$STATE/runc.calls")" -ge 3 ]
}

@test "buildkit: a step's exit code" {
	run dbuild -f "$STATE/context/Dockerfile.fails"
	assert_status 1
	assert_output_contains before
	assert_output_contains 'exit code: 42'
}

@test "buildkit: a program that isn't there" {
	printf 'FROM busybox\nRUN ["nosuch"]\n' >"$STATE/context/Dockerfile.missing"
	run dbuild -f "$STATE/context/Dockerfile.missing"
	assert_status 1
	assert_output_contains 'executable file not found in $PATH'
}

@test "buildkit: with the host's network" {
	printf 'FROM busybox\nRUN readlink /proc/self/ns/net >/net\nCMD ["cat", "/net"]\n' >"$STATE/context/Dockerfile.net"
	DOCKER_BUILDKIT=1 docker build --network host --no-cache -f "$STATE/context/Dockerfile.net" -t net "$STATE/context"
	run drun --rm net
	assert_output "$(readlink /proc/self/ns/net)"
}

@test "buildkit: a build that is given up leaves no process" {
	printf 'FROM busybox\nRUN sleep 4747\n' >"$STATE/context/Dockerfile.long"
	DOCKER_BUILDKIT=1 docker build --network none --no-cache -f "$STATE/context/Dockerfile.long" "$STATE/context" \
		>/dev/null 2>&1 &
	wait_for pgrep -x -f 'sleep 4747'
	pkill -INT -f -- "--no-cache -f $STATE/context/Dockerfile.long" || true
	none() { ! pgrep -x -f 'sleep 4747'; }
	wait_for none
}

# Debian has no package of it; where somebody has installed it, it is tried too.
@test "buildkit: buildkitd with Cale as its OCI worker's binary" {
	if program=$(missing buildkitd buildctl); then skip "$program isn't installed, and Debian has no package of it"; fi
	mkdir -p "$STATE/alone"
	cp "$(command -v busybox)" "$STATE/alone/busybox"
	printf '%s\n' 'FROM scratch' 'COPY busybox /bin/' 'RUN ["/bin/busybox", "sh", "-c", "exec /bin/busybox id -u >/uid"]' \
		>"$STATE/alone/Dockerfile"
	daemon_start buildkitd buildkitd --addr "unix://$STATE/b.sock" --root "$STATE/buildkitd" --containerd-worker=false \
		--oci-worker=true --oci-worker-binary "$OCI" --oci-worker-net host
	daemon_answers buildkitd buildctl --addr "unix://$STATE/b.sock" debug workers
	buildctl --addr "unix://$STATE/b.sock" build --frontend dockerfile.v0 --local context="$STATE/alone" \
		--local dockerfile="$STATE/alone" --output "type=local,dest=$STATE/out"
	daemon_end buildkitd
	assert_equal "$(cat "$STATE/out/uid")" 0
}
