# SPDX-License-Identifier: Apache-2.0
# Words of the oci-*.sh scripts, which run `cale oci` in a machine of its own. Prints TAP.
# shellcheck shell=bash
: "${folder:?}"

tests=0 failures=0
cale=/tmp/cale
[ -e $cale ] || cp "$folder/cale" $cale
bundles=/tmp/bundles.$(id -u)
mkdir -p "$bundles"

# say CMD…: runs it, $said is its output. Through a file: containers keep the other end of a pipe.
said=
say() {
	local status
	"$@" >"$bundles/said" 2>&1 </dev/null
	status=$?
	said=$(tr -d '\0' <"$bundles/said")
	return $status
}

# ok WHAT CMD…: it succeeds.
ok() {
	local what=$1
	shift
	tests=$((tests + 1))
	if say "$@"; then
		echo "ok $tests - $what"
	else
		echo "not ok $tests - $what"
		echo "# $*: ${said//$'\n'/$'\n# '}"
		failures=$((failures + 1))
	fi
}

# fails WHAT TEXT CMD…: it fails and says TEXT (an extended regular expression).
fails() {
	local what=$1 text=$2
	shift 2
	tests=$((tests + 1))
	if ! say "$@" && grep -Eq -- "$text" <<<"$said"; then
		echo "ok $tests - $what"
	else
		echo "not ok $tests - $what"
		echo "# $*: no failure with \"$text\": ${said//$'\n'/$'\n# '}"
		failures=$((failures + 1))
	fi
}

# is WHAT WANT CMD…: it prints WANT.
is() {
	local what=$1 want=$2
	shift 2
	tests=$((tests + 1))
	say "$@"
	if [ "$said" = "$want" ]; then
		echo "ok $tests - $what"
	else
		echo "not ok $tests - $what"
		echo "# $*: \"${said//$'\n'/$'\n# '}\", not \"$want\""
		failures=$((failures + 1))
	fi
}

not() { ! "$@"; }

finish() {
	echo "1..$tests"
	exit $((failures > 0))
}

# make_bundle NAME [JQ-FILTER…]: a bundle of busybox whose program sleeps, changed by the filters. With
# $for_uid it is one for this ordinary user, and shows the container its groups as a root's does.
for_uid=
users='.linux.uidMappings[0].hostID = $uid | .linux.gidMappings[0].hostID = $uid |
	.mounts |= (map(select(.destination != "/sys/fs/cgroup")) +
		[{ destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro", "nosuid", "noexec", "nodev"] }])'
make_bundle() {
	local dir=$bundles/$1 filter
	shift
	rm -rf "$dir"
	mkdir -p "$dir/rootfs"/{bin,dev,proc,sys,tmp,etc}
	cp /opt/bundle/rootfs/bin/busybox "$dir/rootfs/bin"
	for filter in sh cat sleep true ls mkdir mknod dd grep head wc; do
		ln -s busybox "$dir/rootfs/bin/$filter"
	done
	(cd "$dir" && $cale oci spec ${for_uid:+--rootless})
	set -- '.process.terminal = false | .process.args = ["sleep", "1000"]' ${for_uid:+"$users"} "$@"
	for filter; do
		jq --argjson uid "${for_uid:-0}" "$filter" "$dir/config.json" >"$dir/new" && mv "$dir/new" "$dir/config.json"
	done
	[ -z "$for_uid" ] || [ "$(id -u)" = "$for_uid" ] || chown -R "$for_uid" "$dir"
	echo "$dir"
}

# The group of a container's first process, below /sys/fs/cgroup: as the host sees it.
group_of() { sed -n 's/^0:://p' "/proc/$(pid_of "$1")/cgroup"; }
pid_of() { $oci state "$1" | jq .pid; }
# in_group ID FILE: the content of a file of its group.
in_group() { cat "/sys/fs/cgroup$(group_of "$1")/$2"; }
# shows UNIT PROPERTY: its value at systemd.
shows() { $systemctl show -P "$2" -- "$1"; }
status_of() { $oci state "$1" | jq -r .status; }
# ends ID: within a few seconds.
ends() {
	local i
	for i in $(seq 20); do
		[ "$(status_of "$1")" != stopped ] || return 0
		sleep 0.2
	done
	return 1
}
# gone UNIT: systemd knows of no such unit.
gone() { [ "$($systemctl show -P LoadState -- "$1")" = not-found ] || [ "$($systemctl show -P ActiveState -- "$1")" = inactive ]; }
