#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# run --explain: what is asked of the kernel, where it comes from, and that it is true.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }

@test "--explain prints the plan and runs nothing" {
	run cale run --explain --name planned --network none busybox touch /x
	assert_status 0
	[ -z "$(cale ps -aq)" ]
}

@test "--explain names who set what: flag, image, default" {
	run cale run --explain --memory 64m --network none busybox true
	assert_line '64.*--memory'
	assert_line '[Cc]apabilit.*|CHOWN'
	assert_output_contains default
	assert_output_contains image
}

@test "--explain says what is given away" {
	run cale run --explain --privileged --network none busybox true
	assert_line '--privileged'
	run cale run --explain --network host busybox true
	assert_line '--network'
	assert_line '[Hh]ost'
}

@test "--explain agrees with the kernel about capabilities" {
	run cale run --explain --cap-drop all --cap-add CHOWN --network none busybox true
	assert_output_contains CHOWN
	refute_line 'may.*SETUID'
	run cale run --rm --cap-drop all --cap-add CHOWN --network none busybox grep CapBnd /proc/self/status
	assert_output_contains 0000000000000001
}

@test "inspect shows what is missing here, with the same words" {
	cale create --name lacking --network none busybox true
	want=$(cale run --explain=json --network none busybox true | jq -c '.Missing')
	assert_equal "$(cale inspect lacking | jq -c '.[0].Missing')" "$want"
	[ -e /sys/module/apparmor ] || [ "$(jq -r '.[0].Cause' <<<"$want")" != null ]
	cale rm lacking
}

@test "AppArmor where the kernel has none is refused with the cause" {
	[ ! -d /sys/kernel/security/apparmor ] || skip "this kernel has AppArmor"
	run --separate-stderr cale run --rm --security-opt apparmor=docker-default --network none busybox true
	assert_refused 125 AppArmor
}

@test "SELinux labels where the kernel has none are refused with the cause" {
	[ ! -d /sys/fs/selinux ] || skip "this kernel has SELinux"
	run --separate-stderr cale run --rm --security-opt label=type:container_t --network none busybox true
	assert_refused 125 SELinux
}
