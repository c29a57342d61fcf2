# SPDX-License-Identifier: Apache-2.0
# For every bats file here: `load helper` first. Words for `cale oci` on bundles that are made on the spot, on
# top of tests/system/helper.bash. What a flag did is looked up in the kernel's files of the process, or by the
# program inside; that cale says so isn't enough.
load ../system/helper

BUNDLES=$STATE/bundles
ID=oci-$(basename "${BATS_TEST_FILENAME:-none}" .bats)-$$

oci() { as_mode "$CALE" oci --root "$STATE/oci" "$@"; }

# ---- set-up and end ----

setup_file() {
	mkdir -p "$STATE"/{oci,bundles}
	chmod 755 "$STATE" "$BUNDLES"
	[ "$MODE" = root ] || chown -R caletest: "$STATE"
	groups_now >"$CALE_RUN/oci-groups"
}
teardown_file() {
	local rc=0
	wait_for nothing_is_left || { rc=1; echo "left behind:"; left; }
	rm -rf --one-file-system "$STATE"
	return $rc
}
teardown() {
	local pid
	for pid in ${helpers-}; do kill "$pid" 2>/dev/null || true; done
	oci delete -f --regex . >/dev/null 2>&1 || true
	rm -rf --one-file-system "$BUNDLES"/*
}

groups_now() { find /sys/fs/cgroup -mindepth 2 -type d -path '*/cale-oci/*' 2>/dev/null | sort; }
left() {
	own_mounts
	groups_now | grep -- "-$$[.a-z0-9]*$"
	[ ! -d "$STATE/oci" ] || find "$STATE/oci" -mindepth 1 -maxdepth 1 ! -name '@*'
}
nothing_is_left() { [ -z "$(left)" ]; }

# A program that runs beside the test, as whoever it is about, and ends with it.
beside() {
	as_mode "$@" </dev/null >>"$STATE/beside.out" 2>&1 3>&- 4>&- 9>&- &
	helpers="${helpers-} $!"
}

# ---- bundles ----

# What every root file system is a copy of: busybox, and two users.
template() {
	local root=$CALE_RUN/oci-rootfs name
	[ ! -d "$root" ] || return 0
	mkdir -p "$root.new"/{bin,proc,sys,dev,tmp,etc,home/alice}
	chmod 1777 "$root.new/tmp"
	cp /bin/busybox "$root.new/bin/"
	for name in sh cat echo ls id ln mkdir mknod readlink sleep stat touch true false grep head tail wc tr env rm ps kill pwd cut \
		hostname awk mount umount sort tty stty; do
		ln -s busybox "$root.new/bin/$name"
	done
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'alice:x:1000:1000::/home/alice:/bin/sh' >"$root.new/etc/passwd"
	mv "$root.new" "$root"
}

# bundle NAME SCRIPT [JQ…]: one whose program is this shell script. Each JQ expression changes the document,
# which is what `cale oci spec` writes, without a terminal and with a writable root. `sleep` is SCRIPT's
# word for a program that waits. $B is its folder.
bundle() {
	local script=$2 all='.process.terminal = false | .root.readonly = false' change rootless=
	B=$BUNDLES/$1
	shift 2
	template
	mkdir -p "$B"
	cp -a "$CALE_RUN/oci-rootfs" "$B/rootfs"
	[ "$MODE" = root ] || rootless=--rootless
	[ "$MODE" = root ] || chown -R caletest: "$B"
	oci spec $rootless -b "$B" || return
	[ "$script" = sleep ] || all+=' | .process.args = ["/bin/sh", "-c", $script]'
	[ "$script" != sleep ] || all+=' | .process.args = ["/bin/sleep", "1000"]'
	for change; do all+=" | ($change)"; done
	jq --arg script "$script" --arg bundle "$B" --arg state "$STATE" --arg group "$(group_path)" "$all" "$B/config.json" >"$B/new" || return
	cat "$B/new" >"$B/config.json"
}
bind() { echo ".mounts += [{destination: \"$2\", type: \"bind\", source: \"$1\", options: [\"rbind\", \"rw\"]}]"; }
without() { echo ".linux.namespaces |= map(select(.type != \"$1\"))"; }
# Where an ordinary user may have groups; root has them by default.
group_path() { [ "$MODE" = root ] && echo "/cale-oci/$ID" || echo "/$CALE_GROUP/$ID"; }
GROUP='.linux.cgroupsPath = $group'

# ---- containers ----

state_of() { oci state "$1" | jq -r ".$2"; }
is_in_state() { [ "$(state_of "$1" status)" = "$2" ]; }
assert_state() { assert_equal "$(state_of "$1" status)" "$2"; }
# As the pid file has it; `start_up` writes that.
pid_of() { cat "$BUNDLES/$1.pid"; }
# start_up NAME [OPTION…]: the bundle of that name, in the background.
start_up() {
	local name=$1
	shift
	oci run -d -b "$BUNDLES/$name" --pid-file "$BUNDLES/$name.pid" "$@" "$name-$ID" </dev/null >"$BUNDLES/$name.out" 2>&1 9>&- || {
		cat "$BUNDLES/$name.out"
		return 1
	}
}
# sleeping NAME [JQ…]: a container that waits.
sleeping() {
	local name=$1
	shift
	bundle "$name" sleep "$@" && start_up "$name"
}
has_ended() { [ ! -d "/proc/$1" ] || [ "$(proc_status "$1" State | cut -c1)" = Z ]; }
program_of() { tr '\0' ' ' <"/proc/$1/cmdline"; }
# An error: this status and one line, which says this; maybe a hint.
refuses() { # STATUS TEXT COMMAND…
	local wanted=$1 text=$2
	shift 2
	run --separate-stderr "$@"
	assert_refused "$wanted" "$text"
}
