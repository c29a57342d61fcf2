# SPDX-License-Identifier: Apache-2.0
# For every bats file: `load helper` first. The same file runs as root and as the user caletest
# (MODE=root|rootless); `cale …` is the program under test with a state of its own for each file.
#
# Figures are checked from inside the container and from the host's /proc and cgroup files of the
# container's process, never from what cale says about itself.

bats_require_minimum_version 1.5.0

CALE=$CALE_RUN/bin/cale
STATE=$CALE_RUN/$(basename "${BATS_TEST_FILENAME:-none}" .bats)
IMAGES=$CALE_TEST_CACHE
export CALE STATE IMAGES

# ---- running things ----

# As the unprivileged user, with a clean environment, in the delegated control groups.
as_user() { "$CALE_TOP/tests/enter-user" caletest "$@" 3>&- 4>&-; }
as_user_without_ids() { "$CALE_TOP/tests/enter-user" caletest1 "$@" 3>&- 4>&-; }

# As whoever this run is about.
as_mode() {
	local end="timeout --foreground -k 5 ${CALE_PATIENCE:-100}" # a hanging one must not outlive its test
	if [ "$MODE" = root ]; then $end "$@" 3>&- 4>&-; else as_user $end "$@"; fi
}

cale() { as_mode "$CALE" --root "$STATE/root" --runroot "$STATE/run" "$@"; }

# Repeats CMD until it succeeds. Gives up after a minute, which only what is broken needs: tests wait for
# what they need to see, and no figure of theirs depends on how fast the machine is. PATIENCE=SECONDS in
# front of it is for what needn't come.
wait_for() {
	local end=$((SECONDS + ${PATIENCE:-60}))
	case $1 in [0-9]*) echo "wait_for takes no time: $*"; return 2 ;; esac
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || { echo "waited in vain for: $*"; return 1; }
		sleep 0.05
	done
}

# ---- set-up and end of a file ----

# setup_file: state, and the images named.
state_open() {
	leaks_before
	mkdir -p "$STATE"
	[ "$MODE" = root ] || chown caletest: "$STATE"
	local image
	for image; do
		cale load -q -i "$IMAGES/$image.tar" || { echo "can't load $image"; return 1; }
	done
}

# teardown_file: removes every container and checks that nothing is left of any.
state_close() {
	local ids
	ids=$(cale ps -aq) && [ -z "$ids" ] || cale rm -f $ids >/dev/null
	leaks_after
	local rc=$?
	rm -rf --one-file-system "$STATE"
	return $rc
}

# teardown of a test: the containers that it left.
containers_remove() {
	local ids
	ids=$(cale ps -aq 2>/dev/null) && [ -z "$ids" ] || cale rm -f $ids >/dev/null 2>&1 || true
}

# ---- what is left behind ----

own_mounts() { awk -v s="$STATE/" 'index($5, s) == 1 { print $5 }' /proc/self/mountinfo; }
own_groups() {
	local where='*/cale/*'
	[ "$MODE" = root ] || where="*/$CALE_GROUP/cale/*"
	find /sys/fs/cgroup -mindepth 2 -type d -path "$where" ! -path '*/process_api/*' 2>/dev/null | sort
}
# Processes that run our copy of the program, but for the one that keeps a user's namespaces.
own_processes() {
	local p
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/exe" 2>/dev/null)" = "$CALE" ] || continue
		grep -qz "^$STATE/\|^--runroot" "$p/cmdline" 2>/dev/null || [ "$MODE" = root ] || continue
		[ -n "$(tr -d '\0' <"$p/cmdline" 2>/dev/null)" ] && echo "${p#/proc/}: $(tr '\0' ' ' <"$p/cmdline")"
	done
}
own_run_files() { [ ! -d "$STATE/run/containers" ] || ls "$STATE/run/containers"; }

leaks_before() {
	mkdir -p "$CALE_RUN/leaks"
	own_groups >"$CALE_RUN/leaks/groups"
}
nothing_leaked() {
	[ -z "$(own_mounts)" ] && [ -z "$(own_run_files)" ] &&
		[ -z "$(own_groups | comm -13 "$CALE_RUN/leaks/groups" - | grep -v '/anchor$')" ]
}
leaks_after() {
	wait_for nothing_leaked && return 0
	echo "left behind:"
	own_mounts | sed 's/^/  mount /'
	own_groups | comm -13 "$CALE_RUN/leaks/groups" - | sed 's/^/  cgroup /'
	own_run_files | sed 's/^/  file /'
	return 1
}

# ---- a container as the host sees it ----

# logs_say NAME REGEX [N]: in N lines at least.
logs_say() { [ "$(cale logs "$1" 2>&1 | grep -cE -- "$2")" -ge "${3:-1}" ]; }
# Its monitor has cleaned up, so it is done for good and its log is complete.
is_done() { [ ! -e "$STATE/run/containers/$(container_id "$1")" ]; }
container_id() { cale inspect "$1" | jq -r '.[0].Id'; }
# The pid of its first process in the host's terms; checked to be one.
host_pid() {
	local pid
	pid=$(cale inspect "$1" | jq -r '.[0].State.Pid')
	[ "$pid" -gt 1 ] && [ -d "/proc/$pid" ] && echo "$pid"
}
proc_status() { awk -v k="$2:" '$1 == k { $1 = ""; print substr($0, 2) }' "/proc/$1/status"; }

# cg_folder PID CONTROLLER: where the host keeps that process' limits.
cg_folder() {
	local line mount
	if line=$(grep -E "^[0-9]+:([^:]*,)?$2(,[^:]*)?:" "/proc/$1/cgroup"); then
		mount=$(awk -v c="$2" '$3 == "cgroup" && ("," $4 ",") ~ ("," c ",") { print $2; exit }' /proc/self/mounts)
	else
		line=$(grep '^0::' "/proc/$1/cgroup")
		mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	fi
	echo "$mount${line#*:*:}"
}
cg_file() { cat "$(cg_folder "$1" "$2")/$3"; }
cg_is_v1() { grep -qE "^[0-9]+:([^:]*,)?$1(,[^:]*)?:" /proc/self/cgroup; }

# cg_limit PID memory|swap|pids|cpu|cpuset: as one notation for v1 and v2. Bytes, a count, "QUOTA PERIOD";
# "swap" is memory plus swap as v1 has it; "max" without a limit.
cg_limit() {
	local v w
	case $2 in
	memory) if cg_is_v1 memory; then v=$(cg_file "$1" memory memory.limit_in_bytes)
		else v=$(cg_file "$1" memory memory.max); fi ;;
	swap) if cg_is_v1 memory; then v=$(cg_file "$1" memory memory.memsw.limit_in_bytes)
		else
			v=$(cg_file "$1" memory memory.max) w=$(cg_file "$1" memory memory.swap.max)
			[ "$w" = max ] && v=max || v=$((v + w))
		fi ;;
	pids) v=$(cg_file "$1" pids pids.max) ;;
	cpu) if cg_is_v1 cpu; then v="$(cg_file "$1" cpu cpu.cfs_quota_us) $(cg_file "$1" cpu cpu.cfs_period_us)"
		else v=$(cg_file "$1" cpu cpu.max); fi ;;
	cpuset) v=$(cg_file "$1" cpuset cpuset.cpus) ;;
	esac
	case $v in 9223372036854771712) v=max ;; "-1 "*) v="max ${v#-1 }" ;; esac
	echo "$v"
}

# ---- assertions: each says what it wanted and what it got ----

assert_status() {
	[ "$status" -eq "$1" ] || { echo "exit status $status, wanted $1; output:"; echo "$output"; echo "${stderr-}"; return 1; }
}
assert_equal() { [ "$1" = "$2" ] || { printf 'got:    %s\nwanted: %s\n' "$1" "$2"; return 1; }; }
assert_output() { assert_equal "$output" "$1"; }
assert_output_contains() {
	case $output in *"$1"*) ;; *) printf 'no "%s" in:\n%s\n' "$1" "$output"; return 1 ;; esac
}
refute_output_contains() {
	case $output in *"$1"*) printf '"%s" in:\n%s\n' "$1" "$output"; return 1 ;; esac
}
# A line of the output that matches this extended regular expression.
assert_line() { grep -qE -- "$1" <<<"$output" || { printf 'no line matches %s in:\n%s\n' "$1" "$output"; return 1; }; }
refute_line() { ! grep -qE -- "$1" <<<"$output" || { printf 'a line matches %s in:\n%s\n' "$1" "$output"; return 1; }; }
assert_between() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ] || { echo "$1 isn't within $2..$3"; return 1; }; }
# What a bad request must look like: this status, one line on stderr that says this, maybe a hint.
assert_refused() {
	assert_status "$1" || return
	local text=${stderr-$output}
	case $text in "cale: "*"$2"*) ;; *) printf 'wanted "cale: …%s…", got:\n%s\n' "$2" "$text"; return 1 ;; esac
	[ "$(grep -vc "^hint: \|^See 'cale " <<<"$text")" -eq 1 ] || { printf 'more than one line:\n%s\n' "$text"; return 1; }
}
# A command that must fail. (`! cmd` in the middle of a test is ignored by the shell.)
refute() { if "$@"; then echo "succeeded, and should not: $*"; return 1; fi; }
in_mode() { [ "$MODE" = "$1" ] || skip "only for $1"; }
