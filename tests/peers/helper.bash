# SPDX-License-Identifier: Apache-2.0
# For every bats file of tests/peers: other people's engines, as Debian has them, with Cale as their OCI runtime.
#
# Each engine runs privately: state, sockets and logs below $STATE, control groups below those of this run of the
# tests, which end with it. No systemd, no bridge, no firewall rule; nothing of the host's own engines is touched.
# An engine that isn't installed is a skip: tools/install-packages peers tries to, and only that.
#
# PEERS_RUNTIME=/usr/sbin/runc tests/run-bats root build tests/peers runs the same on another runtime, to tell what is
# the engine's or the host's doing; tests that look into Cale's own state are skipped then.
load ../system/helper

OCI=${PEERS_RUNTIME:-$CALE_RUN/bin/cale-oci}
ENGINE=$(basename "${BATS_TEST_FILENAME:-none}" .bats)
PARENT=/$CALE_GROUP/$ENGINE
# The debian:12 client of this name may stand beside another one.
DOCKER=/usr/bin/docker
[ -x $DOCKER ] || DOCKER=docker
export OCI ENGINE PARENT DOCKER

# ---- what there is ----

missing() { # PROGRAM…: prints the first that isn't there
	local program
	for program; do
		command -v "$program" >/dev/null || { echo "$program"; return 0; }
	done
	return 1
}
# setup of each test.
need() {
	local program
	if program=$(missing "$@"); then skip "$program isn't installed"; fi
}
need_criu() {
	need criu
	criu check >/dev/null 2>&1 || skip "criu and this kernel don't fit: $(criu check 2>&1 | grep -m 1 Error)"
}
need_cale() { [ -z "${PEERS_RUNTIME-}" ] || skip "looks into Cale's state"; }

# ---- set-up and end of a file ----

# A name for Cale to be called by, folders, and the host as it was.
peers_open() {
	[ -e "$CALE_RUN/bin/cale-oci" ] || ln -s cale "$CALE_RUN/bin/cale-oci"
	mkdir -p "$STATE/tmp"
	ls /sys/fs/cgroup >"$STATE/cgroup-folders"
	oci list -q 2>/dev/null | sort >"$STATE/before"
}
oci() { "$OCI" "$@"; }

# After the engine has ended: no container in the runtime's state, no mount and no process.
peers_close() {
	local rc=0
	litter_remove
	if ! wait_for nothing_runs; then
		rc=1
		echo "left behind:"
		own_mounts | sed 's/^/  mount /'
		peer_processes | xargs -r ps -o pid=,args= -p | sed 's/^/  process /'
		containers_left | sed 's/^/  container /'
		peer_processes | xargs -r kill -KILL
	fi
	own_mounts | sort -r | while read -r dir; do umount -l "$dir"; done
	rm -rf --one-file-system "$STATE"
	return $rc
}
containers_left() { oci list -q 2>/dev/null | sort | comm -13 "$STATE/before" -; }
# Whoever has our folder in its command line: daemons, shims, conmons.
peer_processes() {
	local p
	for p in /proc/[0-9]*; do
		[ "${p#/proc/}" != $$ ] && [ "${p#/proc/}" != "$BASHPID" ] &&
			grep -qz "$STATE/" "$p/cmdline" 2>/dev/null && echo "${p#/proc/}"
	done
	return 0
}
nothing_runs() { [ -z "$(own_mounts)" ] && [ -z "$(peer_processes)" ] && [ -z "$(containers_left)" ]; }

# Engines that take a hierarchy for mounted make mere folders in the tmpfs of /sys/fs/cgroup.
litter_remove() {
	local folder
	[ "$(stat -f -c %T /sys/fs/cgroup)" = tmpfs ] || return 0
	for folder in /sys/fs/cgroup/*/; do
		folder=${folder%/}
		[ ! -L "$folder" ] && ! mountpoint -q "$folder" || continue
		rm -rf "${folder:?}/$CALE_GROUP"
		grep -qx "${folder##*/}" "$STATE/cgroup-folders" || rmdir "$folder" 2>/dev/null || true
	done
}

# daemon_start NAME CMD…: in the background, with a log; daemon_end NAME.
daemon_start() {
	local name=$1
	shift
	setsid "$@" </dev/null >"$STATE/$name.log" 2>&1 3>&- 4>&- &
	echo $! >"$STATE/$name.pid"
}
# daemon_answers NAME CMD…: or its log says why not.
daemon_answers() {
	local name=$1
	shift
	wait_for "$@" && return 0
	tail -n 20 "$STATE/$name.log"
	return 1
}
daemon_end() {
	local pid
	[ -e "$STATE/$1.pid" ] || return 0
	pid=$(cat "$STATE/$1.pid")
	kill -TERM "$pid" 2>/dev/null || return 0
	wait_for ended "$pid" || kill -KILL "$pid"
}
ended() { [ ! -d "/proc/$1" ] || [ "$(awk '/^State/ { print $2 }' "/proc/$1/status")" = Z ]; }

# ---- a container ----

# Prints, from inside, what it may do: for `sh -c "$FACTS"`.
FACTS='grep -E "^(Cap(Bnd|Eff|Prm|Amb)|NoNewPrivs|Seccomp):" /proc/self/status'
# The set with these bits only, as /proc prints it.
caps() {
	local set=0 bit
	for bit; do set=$((set | 1 << bit)); done
	printf '%016x' $set
}
CAP_CHOWN=0 CAP_NET_RAW=13 CAP_SYS_CHROOT=18
# group_gone PID'S-FORMER-FOLDER
group_gone() { [ ! -d "$1" ]; }

# The files of a build that uses an argument, users, copies between stages, and leaves what it saw.
build_context() {
	mkdir -p "$1"
	cat >"$1/Dockerfile" <<-'EOF'
	FROM busybox AS maker
	ARG who=nobody
	RUN echo "made by $who" >/made && grep -E '^(CapBnd|Seccomp):' /proc/self/status >/facts
	USER app
	WORKDIR /home/app
	RUN id -u >/tmp/uid && pwd >/tmp/cwd
	FROM busybox
	COPY --from=maker /made /facts /tmp/uid /tmp/cwd /
	RUN cat /made
	CMD ["cat", "/made", "/uid", "/cwd"]
	EOF
	printf 'FROM busybox\nRUN echo before && exit 42\n' >"$1/Dockerfile.fails"
}
BUILT=$'made by me\n1000\n/home/app'

# ---- dockerd, for docker.bats and buildkit.bats ----

# Without bridge and firewall rules; its containerd is its own too. Its BuildKit calls a "runc" from PATH, whatever
# the default runtime is: it finds the one that is asked about here, by a script that counts its calls.
NAMESPACE=$CALE_GROUP-$ENGINE
dockerd_start() {
	mkdir -p "$STATE/path" "$STATE/client"
	cat >"$STATE/path/runc" <<-EOF
	#!/bin/bash
	echo "\$*" >>"$STATE/runc.calls"
	exec "$OCI" "\$@"
	EOF
	chmod +x "$STATE/path/runc"
	echo '{}' >"$STATE/daemon.json"
	PATH=$STATE/path:$PATH TMPDIR=$STATE/tmp daemon_start dockerd dockerd --config-file "$STATE/daemon.json" \
		--exec-root "$STATE/exec" --data-root "$STATE/root" --pidfile "$STATE/docker.pid" -H "unix://$STATE/s.sock" \
		--add-runtime "cale=$OCI" --default-runtime cale --exec-opt native.cgroupdriver=cgroupfs \
		--containerd-namespace "$NAMESPACE" --cgroup-parent "$PARENT" --iptables=false --ip6tables=false --bridge=none --oom-score-adjust 0
	daemon_answers dockerd docker version
	docker load -q -i "$IMAGES/busybox.tar"
}
# It leaves the host's network namespace, which it bound there.
dockerd_end() {
	daemon_end dockerd
	umount -l "$STATE"/exec/netns/* 2>/dev/null || true
}
docker() {
	as_mode env DOCKER_HOST="unix://$STATE/s.sock" DOCKER_CONFIG="$STATE/client" DOCKER_BUILDKIT="${DOCKER_BUILDKIT-}" \
		"$DOCKER" "$@"
}
drun() { docker run --network none "$@"; }
all_removed() {
	local ids
	ids=$(docker ps -aq) || return
	[ -z "$ids" ] || docker rm -f -v $ids >/dev/null
}
state_of() { docker inspect -f "{{.State.$2}}" "$1"; }
state_is() { [ "$(state_of "$1" "$2")" = "$3" ]; }
pid_of() { state_of "$1" Pid; }
