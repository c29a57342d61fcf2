#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What stands before the command: --root, --log, --log-format, --debug, --cgroup-manager, --rootless, --version;
# the name cale-oci; spec and features.
load helper

@test "--root keeps containers apart" {
	sleeping a
	mkdir -p "$STATE/other"
	[ "$MODE" = root ] || chown caletest: "$STATE/other"
	run as_mode "$CALE" oci --root "$STATE/other" list -q
	assert_status 0
	assert_output ""
	[ -d "$STATE/oci/a-$ID" ]
	refuses 1 "--root" as_mode "$CALE" oci --root / list
}

@test "--root of somebody else is refused" {
	mkdir -p "$STATE/open"
	chmod 777 "$STATE/open"
	[ "$MODE" = root ] || chown caletest: "$STATE/open"
	refuses 1 "others than you may write there" as_mode "$CALE" oci --root "$STATE/open" list
}

@test "--log gets errors, as text and as JSON that callers read" {
	touch "$STATE/log"
	[ "$MODE" = root ] || chown caletest: "$STATE/log"
	run oci --log "$STATE/log" state nobody-$ID
	assert_status 1
	grep -qE '^time="20[^"]*" level=error msg="container does not exist: nobody' "$STATE/log"
	: >"$STATE/log"
	run oci --log "$STATE/log" --log-format json state nobody-$ID
	assert_equal "$(jq -r '.level + " " + .msg' "$STATE/log")" "error container does not exist: nobody-$ID"
	refuses 1 "--log-format" oci --log "$STATE/log" --log-format xml list
}

@test "--log gets warnings, too" {
	touch "$STATE/log"
	[ "$MODE" = root ] || chown caletest: "$STATE/log"
	bundle a 'grep CapAmb /proc/self/status' '.process.capabilities.ambient = ["CAP_KILL"]' '.process.capabilities.inheritable = []'
	run --separate-stderr oci --log "$STATE/log" run -b "$B" a-$ID
	assert_status 0
	assert_equal "$output" "CapAmb:	0000000000000000"
	case $stderr in *"can't raise ambient capability CAP_KILL: "*) ;; *) false ;; esac
	grep -q "level=warning msg=\"can't raise ambient capability CAP_KILL: " "$STATE/log"
}

@test "--debug says more, and nothing without it" {
	bundle a true
	run oci run -b "$B" a-$ID
	assert_output ""
	run oci --debug run -b "$B" a-$ID
	assert_line 'level=debug'
}

@test "--version: runtime, commit, specification, features" {
	run oci --version
	assert_status 0
	assert_line '^cale-oci version [0-9]+\.[0-9]+\.[0-9]+'
	assert_line '^commit: '
	assert_line '^spec: 1\.3\.0$'
	assert_line '^\+SYSTEMD '
	assert_equal "$(oci -v)" "$output"
}

@test "a link named cale-oci needs no word oci" {
	ln -s "$CALE" "$STATE/cale-oci"
	run as_mode "$STATE/cale-oci" --root "$STATE/oci" list -q
	assert_status 0
	run as_mode "$STATE/cale-oci" --version
	assert_line '^cale-oci version '
}

@test "--cgroup-manager: whose groups, and none" {
	bundle a sleep "$GROUP" "$(without cgroup)"
	start_up a
	pid=$(pid_of a)
	for controller in pids memory; do
		case $(cg_folder "$pid" $controller) in */"$ID") ;; *) cg_folder "$pid" $controller; false ;; esac
	done
	oci delete -f a-$ID
	bundle b sleep "$(without cgroup)" 'del(.linux.resources)'
	as_mode sh -c 'cat /proc/self/cgroup' | sort >"$STATE/own"
	as_mode "$CALE" oci --root "$STATE/oci" --cgroup-manager disabled run -d -b "$B" --pid-file "$BUNDLES/b.pid" b-$ID </dev/null >/dev/null 2>&1
	assert_equal "$(sort "/proc/$(pid_of b)/cgroup")" "$(cat "$STATE/own")"
	refuses 1 "cgroupfs, systemd or disabled" oci --cgroup-manager docker list
}

@test "without groups a limit is an error, not forgotten" {
	bundle a true "$GROUP" '.linux.resources.pids.limit = 5'
	refuses 1 "pids" oci --cgroup-manager disabled run -b "$B" a-$ID
}

@test "unknown options and commands, too few arguments" {
	refuses 1 "nonsense" oci --nonsense list
	refuses 1 "nonsense" oci nonsense
	refuses 1 "" oci state
	refuses 1 "" oci create
}

@test "help: of all and of each" {
	run oci --help
	assert_status 0
	for command in create delete events exec features kill list pause ps resume run spec start state update; do
		assert_line "^  $command +"
		run oci "$command" --help
		assert_status 0
		assert_line "oci $command"
		run oci --help
	done
}

@test "spec writes a document that runs, once" {
	mkdir -p "$BUNDLES/a"
	cp -a "$CALE_RUN/oci-rootfs" "$BUNDLES/a/rootfs" 2>/dev/null || { template; cp -a "$CALE_RUN/oci-rootfs" "$BUNDLES/a/rootfs"; }
	rootless=
	[ "$MODE" = root ] || { chown -R caletest: "$BUNDLES/a"; rootless=--rootless; }
	oci spec $rootless --bundle "$BUNDLES/a"
	assert_equal "$(jq -r '.ociVersion, .process.args[0]' "$BUNDLES/a/config.json" | tr '\n' ' ')" "1.3.0 sh "
	refuses 1 "File config.json exists. Remove it first" oci spec -b "$BUNDLES/a"
	run as_mode sh -c "echo 'echo in \$(hostname); exit 4' | $CALE_RUN/bin/with-pty $CALE oci --root $STATE/oci run -b $BUNDLES/a a-$ID"
	assert_line "in "
}

@test "spec --rootless maps the caller, and mounts nothing that they can't" {
	mkdir -p "$BUNDLES/a"
	[ "$MODE" = root ] || chown caletest: "$BUNDLES/a"
	oci spec --rootless -b "$BUNDLES/a"
	uid=$([ "$MODE" = root ] && echo 0 || id -u caletest)
	assert_equal "$(jq -c '.linux.uidMappings' "$BUNDLES/a/config.json")" "[{\"containerID\":0,\"hostID\":$uid,\"size\":1}]"
	assert_equal "$(jq -r '[.linux.namespaces[].type] | index("user") != null' "$BUNDLES/a/config.json")" true
	assert_equal "$(jq -r '[.linux.namespaces[].type] | index("network")' "$BUNDLES/a/config.json")" null
}

@test "features: what the specification's features.md asks for" {
	run oci features
	assert_status 0
	assert_equal "$(jq -r '.ociVersionMax' <<<"$output")" 1.3.0
	for path in .hooks .mountOptions .linux.namespaces .linux.capabilities .linux.seccomp.actions .linux.seccomp.archs \
		.potentiallyUnsafeConfigAnnotations; do
		[ "$(jq "$path | length" <<<"$output")" -gt 0 ] || { echo "$path"; false; }
	done
	assert_equal "$(jq -c '[.linux.cgroup.v1, .linux.cgroup.v2, .linux.apparmor.enabled, .linux.mountExtensions.idmap.enabled]' <<<"$output")" \
		"[true,true,true,true]"
}
