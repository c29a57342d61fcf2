#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# modes: root
# Podman of an ordinary user, with `--runtime cale-oci`.
load helper

setup_file() {
	! missing podman conmon newuidmap >/dev/null || return 0
	peers_open
	chmod 755 "$STATE"
	install -d -o caletest "$STATE/user"
	podman_configure
	podman load -q -i "$IMAGES/busybox.tar"
}
teardown_file() {
	! missing podman conmon newuidmap >/dev/null || return 0
	podman pod rm -f -a -t 0 >/dev/null 2>&1 || true
	podman rm -f -a -t 0 >/dev/null
	# The process that keeps the user's namespaces, and with them the mounts.
	pause=$(cat "/run/user/$(id -u caletest)/libpod/tmp/pause.pid" "$STATE/user/libpod/pause.pid" 2>/dev/null | head -n 1) || true
	[ -z "$pause" ] || kill -KILL "$pause" || true
	peers_close
}
setup() { need podman conmon newuidmap; }
teardown() { missing podman conmon newuidmap >/dev/null || podman rm -f -a -t 0 >/dev/null; }

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
	runroot = "$STATE/user/run"
	graphroot = "$STATE/user/root"
	EOF
}
client() {
	echo env CONTAINERS_CONF="$STATE/containers.conf" CONTAINERS_STORAGE_CONF="$STATE/storage.conf" TMPDIR=/tmp \
		podman --root "$STATE/user/root" --runroot "$STATE/user/run" --tmpdir "$STATE/user/libpod"
}
podman() { as_user env -C "$STATE" timeout --foreground -k 5 100 $(client) "$@"; }
oci() { as_user "$OCI" "$@"; }
state_of() { podman inspect -f "{{.State.$2}}" "$1"; }
pid_of() { state_of "$1" Pid; }

@test "rootless podman: run hands on streams, exit code, folder, user and variables" {
	run --separate-stderr podman run --rm -i -w /tmp -u 1000:2000 -e COLOUR=green --hostname hold busybox \
		sh -c 'cat; id -u; id -g; pwd; echo $COLOUR; hostname; echo err >&2; exit 3' <<<"from stdin"
	assert_status 3
	assert_output $'from stdin\n1000\n2000\n/tmp\ngreen\nhold'
	assert_equal "$stderr" err
	run -127 podman run --rm busybox nosuch
	run podman run --rm busybox /etc/passwd
	assert_status 126
}

@test "rootless podman: container root is the user, others are from the user's range" {
	podman run -d --name host busybox sh -c 'sleep 100 & exec su app -c "sleep 200"'
	wait_for pgrep -x -f 'sleep 200'
	run podman exec host cat /proc/self/uid_map
	assert_line "^ +0 +$(id -u caletest) +1\$"
	run ps -o user:20= -p "$(pgrep -x -f 'sleep 200')"
	range=$(awk -F: '$1 == "caletest" { print $2 }' /etc/subuid)
	assert_output $((range + 999))
	run podman run --rm --userns keep-id busybox id -u
	assert_output "$(id -u caletest)"
	run podman run --rm --uidmap 0:1:5000 busybox cat /proc/self/uid_map
	assert_line ' 5000$'
}

@test "rootless podman: a detached container from logs and exec to stop, kill and rm" {
	podman run -d --name web busybox sh -c 'trap "echo got TERM; exit 7" TERM; echo up; while :; do sleep 0.1; done'
	logged() { [ "$(podman logs web 2>&1 | wc -l)" -eq 1 ]; }
	wait_for logged
	run podman exec -u 1000 -w /tmp -e A=b web sh -c 'id -u; pwd; echo $A; exit 4'
	assert_status 4
	assert_output $'1000\n/tmp\nb'
	run podman top web
	assert_line 'root +1 '
	podman stop -t 20 web
	assert_equal "$(state_of web ExitCode)" 7
	podman start web
	podman kill -s KILL web
	assert_equal "$(podman wait web)" 137
	podman rm web
}

@test "rootless podman: terminals" {
	run as_user "$CALE_RUN/bin/with-pty" expect '# ' send 'stty size; exit 5\r' -- $(client) run --rm -it busybox sh
	assert_status 5
	assert_output_contains '24 80'
	podman run -d --name host busybox sleep 100
	run podman exec -t host tty
	assert_line '^/dev/pts/0'
}

@test "rootless podman: capabilities, no_new_privs and seccomp as seen inside" {
	run podman run --rm --cap-drop all --cap-add NET_RAW --security-opt no-new-privileges busybox sh -c "$FACTS"
	assert_line "^CapBnd:.$(caps $CAP_NET_RAW)"
	assert_line '^NoNewPrivs:.1'
	assert_line '^Seccomp:.2'
	run podman run --rm --privileged busybox sh -c "$FACTS; mount -t tmpfs x /tmp && echo mounted"
	assert_line '^Seccomp:.0'
	assert_line '^mounted$'
}

@test "rootless podman: volumes, read-only trees, devices of the host" {
	install -d -o caletest "$STATE/user/share"
	run podman run --rm --read-only --tmpfs /t -v data:/v -v "$STATE/user/share:/ro:ro" -v "$STATE/user/share:/rw" busybox sh -c '
		touch /x 2>/dev/null || echo root
		touch /ro/x 2>/dev/null || echo ro
		touch /t/x /v/x /rw/x && echo written
		echo gone >/dev/null && head -c 3 /dev/zero | wc -c'
	assert_output $'root\nro\nwritten\n3'
	assert_equal "$(stat -c %U "$STATE/user/share/x")" caletest
	run podman run --rm -v data:/v busybox ls /v
	assert_output x
}

@test "rootless podman: a pod shares network, ipc and uts namespaces" {
	podman pod create --name pod --infra-image localhost/busybox --infra-command '/bin/sleep 1000' --share net,ipc,uts \
		--share-parent=false --hostname shared
	podman run -d --pod pod --name one busybox sh -c 'echo kept >/dev/shm/x; exec sleep 1000'
	wait_for podman exec one test -s /dev/shm/x
	run podman run --rm --pod pod busybox sh -c 'hostname; cat /dev/shm/x'
	assert_output $'shared\nkept'
	podman pod rm -f -t 0 pod
}

@test "rootless podman: an uplink of slirp4netns" {
	need slirp4netns
	as_user test -w /dev/net/tun || skip "this host lets no user open /dev/net/tun"
	run podman run --rm --network slirp4netns busybox cat /proc/net/dev
	assert_status 0
	assert_line 'tap0:'
}

@test "rootless podman: build runs its steps with Cale" {
	build_context "$STATE/user/context"
	chmod -R a+rX "$STATE/user/context"
	run podman build --runtime "$OCI" --isolation oci --network none --build-arg who=me -t made "$STATE/user/context"
	assert_status 0
	assert_line '^made by me$'
	run podman run --rm made
	assert_output "$BUILT"
}
