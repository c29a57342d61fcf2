# SPDX-License-Identifier: Apache-2.0
# For every bats file here: `load helper` first. Words for making a hostile bundle, for running it with the OCI
# runtime under test, and for looking at what became of the host; on top of tests/system/helper.bash.
#
#	RUNTIME      the runtime's words ("cale oci", "crun", …); default: the cale under test
#	CVE_ROUNDS   how often a race is tried; 10000 is a thorough run
#
# A file's head has the lines `ids:`, `who:` and `mechanism:` for tools/cve-table. Its tests are named "FIRST-ID: …";
# "FIRST-ID: unprotected: …" shows the attack at work where nothing prevents it, "FIRST-ID: cale run: …" is about
# Cale's own command line and runs without root, too.
load ../system/helper

RUNTIME=${RUNTIME:-$CALE oci}
ROUNDS=${CVE_ROUNDS:-200}
HERE=$CALE_TOP/tests/cve
BIN=$CALE_RUN/bin
HOST=$STATE/host      # a folder of the host that no container has any business with
B=$STATE/bundle       # the bundle
ID=cve-$$
SETTING=kernel.printk_ratelimit_burst # one for the whole machine, and harmless
SETTING_FILE=/proc/sys/${SETTING//.//}

# ---- set-up and end of a test ----

runtime_is_cale() { [ "$RUNTIME" = "$CALE oci" ]; }
in_cale() { runtime_is_cale || skip "about cale's own command line"; }

cve_setup() {
	mkdir -p "$STATE" "$HOST"
	chmod 755 "$STATE" "$HOST"
	case $BATS_TEST_DESCRIPTION in *": cale run: "* | *": unprotected: "*) ;; *)
		if runtime_is_cale && ! "$CALE" oci --version >/dev/null 2>&1; then skip "this cale has no oci command"; fi ;;
	esac
	setting_before=$(cat $SETTING_FILE)
}

cve_teardown() {
	local pid id
	# KILL: unshare ignores the polite ones while it waits.
	for pid in ${helpers-}; do kill -KILL "$pid" 2>/dev/null || true; done
	if [ -d "$STATE/oci" ]; then
		for id in $(oci list -q 2>/dev/null); do oci delete -f "$id" >/dev/null 2>&1 || true; done
	fi
	[ "$(cat $SETTING_FILE)" = "$setting_before" ] || echo "$setting_before" >$SETTING_FILE
	umount -l "$B" 2>/dev/null || true
	if [ -d "$STATE/run" ]; then state_close; else rm -rf --one-file-system "$STATE"; fi
}
setup() { cve_setup; }
teardown() { cve_teardown; }

# A program that runs beside the test and ends with it.
beside() {
	"$@" </dev/null >>"$STATE/beside.out" 2>&1 3>&- 4>&- &
	helpers="${helpers-} $!"
}

# ---- the bundle ----

# What every bundle's root file system is a copy of.
template() {
	local name root=$CALE_RUN/cve-rootfs
	[ ! -d "$root" ] || return 0
	mkdir -p "$root.new"/{bin,proc,sys,dev,tmp,etc}
	chmod 1777 "$root.new/tmp"
	cp /bin/busybox "$root.new/bin/"
	for name in sh true cat echo ls id ln mkdir mknod readlink sleep stat touch grep find head wc dd env rm tr; do
		ln -s busybox "$root.new/bin/$name"
	done
	cp "$BIN"/cve_snoop "$BIN"/cve_inject "$BIN"/attack_leaked_fds "$BIN"/attack_exe_overwrite "$root.new/bin/"
	mv "$root.new" "$root"
}
# bundle SCRIPT [JQ…]: one whose program is this shell script; each JQ expression changes the config.
# $host, $bundle and $setting are known to it.
bundle() {
	template
	mkdir -p "$B"
	find "$B" -xdev -mindepth 1 -delete
	cp -a "$CALE_RUN/cve-rootfs" "$B/rootfs"
	cp "$HERE/config.json" "$B/"
	local script=$1
	shift
	config ".process.args = [\"/bin/sh\", \"-c\", \$script]" "$@"
}
# Before `bundle`: a file system of its own, by which the programs in it are known from the host's.
apart() { mkdir -p "$B" && mount -t tmpfs -o mode=755 cve-bundle "$B"; }
config() {
	local all=. change
	for change; do all+=" | ($change)"; done
	jq --arg script "${script-}" --arg host "$HOST" --arg bundle "$B" --arg setting "$SETTING_FILE" "$all" "$B/config.json" >"$B/config.new" ||
		return
	mv "$B/config.new" "$B/config.json"
}
WITHOUT_DEV='del(.mounts[] | select(.destination | startswith("/dev")))'
WITHOUT_PROC='del(.mounts[] | select(.destination == "/proc"))'
WITHOUT_MASKS='.linux.maskedPaths = [] | .linux.readonlyPaths = []'
bind() { echo ".mounts += [{destination: \"$2\", type: \"bind\", source: \"$1\", options: [\"rbind\", \"rw\"]}]"; }

# ---- the runtime ----

oci() { timeout --foreground -k 5 "${CALE_PATIENCE:-100}" $RUNTIME --root "$STATE/oci" "$@" 3>&- 4>&- 8>&- 9<&-; }

# Runs the bundle to its end; what it printed is in $B/out, what the runtime said in $B/err, its status in $rc.
oci_run() {
	rc=0
	oci run -b "$B" "$@" $ID </dev/null >"$B/out" 2>"$B/err" || rc=$?
	[ $rc -eq 0 ] || oci_end
}
# Starts it and leaves it running: $pid is its process. $rc isn't 0 when it was refused.
oci_start() {
	rc=0 pid=
	oci run -d --pid-file "$B/pid" -b "$B" "$@" $ID </dev/null >"$B/out" 2>"$B/err" || rc=$?
	[ $rc -ne 0 ] || pid=$(cat "$B/pid")
}
must_start() {
	oci_start "$@"
	[ $rc -eq 0 ] || { echo "an ordinary container doesn't start:"; cat "$B/err"; return 1; }
}
careless_run() { rc=0; timeout -k 5 100 "$HERE/careless" "$B" </dev/null >"$B/out" 2>"$B/err" 3>&- 4>&- 9<&- || true; }
oci_end() { oci delete -f $ID >/dev/null 2>&1 || true; }

# For `terminal: true`: takes the terminals that a runtime sends to $SOCKET. It must be a short name.
SOCKET=$STATE/c
take_consoles() {
	rm -f "$SOCKET"
	beside "$BIN/cve_console" "$SOCKET"
	wait_for test -S "$SOCKET"
}
oci_run_console() {
	oci_start --console-socket "$SOCKET"
	[ -z "$pid" ] || PATIENCE=3 wait_for ended "$pid" || true
	oci_end
}
ended() { [ ! -d "/proc/$1" ] || [ "$(awk '/^State/ { print $2 }' "/proc/$1/status")" = Z ]; }

# Runs one more program in the container and leaves it running: $child is its process.
oci_exec_start() { # OPTION… ID PROGRAM…
	child=
	rm -f "$B/child"
	oci exec -d --pid-file "$B/child" "$@" </dev/null >"$B/exec.out" 2>"$B/exec.err" || return
	child=$(cat "$B/child")
}

# A test image for `cale run`: accounts with a trap in them, and a file that one group is denied.
accounts_image() {
	state_open
	/usr/bin/python3 - "$CALE_TOP/tests/images" "$STATE/accounts.tar" "$BIN" <<-'PY'
	import sys
	sys.path.insert(0, sys.argv[1])
	sys.dont_write_bytecode = True
	from archive import *
	layer = Layer().folder("bin").file("bin/busybox", open("/bin/busybox", "rb").read(), 0o755)
	for name in "sh cat id sleep true mkdir find ls head grep".split():
	    layer.symlink("bin/" + name, "busybox")
	layer.file("bin/cve_inject", open(sys.argv[3] + "/cve_inject", "rb").read(), 0o755)
	layer.folder("etc").file("etc/passwd", "root:x:0:0::/:/bin/sh\n1000:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n")
	layer.file("etc/group", "root:x:0:\nalice:x:1000:\nstaff:x:2000:alice\n4711:x:0:alice\n")
	layer.file("denied", "secret\n", 0o604, gid=2000)
	docker_archive(sys.argv[2], "accounts:v1", [layer], default_config(Cmd=["/bin/sleep", "100"]))
	PY
	chmod a+r "$STATE/accounts.tar"
	cale load -q -i "$STATE/accounts.tar"
}
container() { cale run -d --name subject --network none "$@" accounts:v1 /bin/sleep 100; }
status_of() { proc_status "$(host_pid subject)" "$1"; }

# ---- races ----

# race RUN CHECK A B [A B…]: exchanges A and B all the time while RUN is called, up to $ROUNDS times, and ends with
# the first failure of CHECK: 1. 2: there was no race. Without one the bundle must run,
# unless MAY_REFUSE is set.
race() {
	local run=$1 check=$2 i swapper ran=0
	shift 2
	"$run"
	[ $rc -eq 0 ] || [ -n "${MAY_REFUSE-}" ] || { echo "the bundle doesn't run even without a race:"; cat "$B/err"; return 2; }
	"$check" || { echo "without a race"; return 1; }
	: >"$STATE/beside.out"
	beside "$BIN/cve_swap" "$@"
	swapper=$!
	wait_for grep -q swapping "$STATE/beside.out" || { cat "$STATE/beside.out"; return 2; }
	for ((i = 1; i <= ROUNDS; i++)); do
		"$run"
		[ $rc -ne 0 ] || ran=$((ran + 1))
		"$check" || { echo "in round $i of $ROUNDS"; kill $swapper; return 1; }
		kill -0 $swapper || { cat "$STATE/beside.out"; return 2; }
	done
	kill $swapper
	wait $swapper 2>/dev/null || true
	[ -z "${CVE_VERBOSE-}" ] || echo "# $ran of $ROUNDS rounds ran; the last said: $(tail -n 1 "$B/err")" >&3
}
# The same on careless: CHECK must fail at last.
race_succeeds() {
	local ROUNDS=4000 result=0
	race ${CARELESS:-careless_run} "$@" || result=$?
	[ $result -eq 1 ] || { echo "the attack doesn't work where nothing prevents it ($result)"; return 1; }
}

# ---- the host ----

# What there is below $HOST: names, kinds, modes, owners, sizes, link targets, mounts, contents.
inventory() {
	find "$HOST" -printf '%P %y %m %U:%G %s %n %l %D\n' | awk '{ if ($2 == "d") $5 = "-"; print }' | sort
	find "$HOST" -type f -exec sha256sum {} + | sort
}
# host_has NAME…: files, or folders with a slash at the end, that are to stay as they are.
# One below vault/ is writable for everybody, in a folder that is root's alone.
host_has() {
	local name
	for name; do
		case $name in
		*/) mkdir -p "$HOST/$name" ;;
		*) mkdir -p "$(dirname "$HOST/$name")"; echo untouched >"$HOST/$name"; chmod 600 "$HOST/$name" ;;
		esac
		case $name in vault/*) chmod 700 "$HOST/vault"; chmod 666 "$HOST/$name" ;; esac
	done
	host_stays
}
# What is there now is to stay as it is.
host_stays() {
	inventory >"$STATE/before"
	times_before=$(times)
}
times() { find "$HOST" -printf '%P %C@\n'; } # by which most rounds of a race are seen to be without consequence
host_is_untouched() {
	local now
	[ "$(times)" != "$times_before" ] || return 0
	now=$(inventory | diff "$STATE/before" -) || { printf 'the host was changed:\n%s\n' "$now"; return 1; }
}
setting_is_untouched() {
	local now
	now=$(cat $SETTING_FILE)
	[ "$now" = "$setting_before" ] || { echo "$SETTING_FILE is $now, was $setting_before"; return 1; }
}
