#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# ids: GHSA-w2j5-3rcx-vx7x
# who: cri-o
# mechanism: a container that shares the host's network, IPC or UTS namespace has sysctls set, and they are the host's
# modes: root
load helper

# The runtime is called in namespaces that stand for the host's, so that a bad one changes nothing here. Prints
# what the sysctls that the cases ask for are there after it.
on_a_host() {
	run unshare -n -i -u sh -c '"$@" </dev/null >/dev/null 2>&1
		cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/shm_rmid_forced; cat /proc/sys/kernel/domainname' \
		- timeout -k 5 100 $RUNTIME --root "$STATE/oci" run -b "$B" $ID 3>&- 4>&-
	output=$(xargs <<<"$output")
}
attack() { # NAMESPACE SYSCTL VALUE
	local as
	[ -n "${before-}" ] || { bundle true; on_a_host; before=$output; }
	for as in "map(select(.type != \"$1\"))" "map(if .type == \"$1\" then .path = \"/proc/self/ns/$4\" else . end)"; do
		bundle true "$WITHOUT_MASKS" ".linux.sysctl = {\"$2\": \"$3\"}" ".linux.namespaces |= $as" 'del(.hostname)'
		[ "$1" != network ] || config '(.mounts[] | select(.destination == "/sys")) |= {destination: "/sys", type: "bind", source: "/sys", options: ["rbind", "ro"]}'
		on_a_host
		assert_equal "$output" "$before" || { echo "with $2 and the host's $1 namespace ($as)"; return 1; }
	done
}

@test "GHSA-w2j5-3rcx-vx7x: network sysctls with the host's network" { attack network net.ipv4.ip_default_ttl 77 net; }
@test "GHSA-w2j5-3rcx-vx7x: IPC sysctls with the host's IPC namespace" { attack ipc kernel.shm_rmid_forced 1 ipc; }
@test "GHSA-w2j5-3rcx-vx7x: the domain name with the host's UTS namespace" { attack uts kernel.domainname owned uts; }

@test "GHSA-w2j5-3rcx-vx7x: sysctls of the whole machine, in every notation" {
	local name
	for name in "$SETTING" "${SETTING//.//}" "/${SETTING//.//}" "net/../$SETTING" "net/../${SETTING//.//}" "net.ipv4/../../${SETTING//.//}" \
		"net...$SETTING" "fs.mqueue/../../${SETTING//.//}"; do
		bundle true "$WITHOUT_MASKS" ".linux.sysctl = {\"$name\": \"77\"}"
		oci_run
		setting_is_untouched || { echo "with $name"; return 1; }
	done
}

@test "GHSA-w2j5-3rcx-vx7x: a sysctl of the container's own network is set" {
	bundle 'cat /proc/sys/net/ipv4/ip_default_ttl' '.linux.sysctl = {"net.ipv4.ip_default_ttl": "77"}'
	oci_run
	assert_equal "$(cat "$B/out")" 77
}

@test "GHSA-w2j5-3rcx-vx7x: unprotected: the machine's sysctl is changed" {
	bundle true ".linux.sysctl = {\"$SETTING\": \"77\"}"
	careless_run
	refute setting_is_untouched
}
