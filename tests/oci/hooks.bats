#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Hooks: when and where they run, what they get, what becomes of a container whose hook fails, and that one of the
# container's own files can do no more than the container's program.
load helper

hook() { # KIND SCRIPT [REST]: as JQ
	echo ".hooks.$1 += [{path: \"/bin/sh\", args: [\"sh\", \"-c\", $(jq -n --arg s "$2" '$s')]${3-}}]"
}

@test "all six kinds, in their order, each with the container's state on its input" {
	kinds="prestart createRuntime createContainer poststart poststop"
	hooks=()
	for kind in $kinds; do hooks+=("$(hook $kind "echo \$(cat) >$STATE/$kind; echo $kind >>$STATE/order")"); done
	bundle a 'echo program >>/order' "${hooks[@]}" "$(hook startContainer 'cat >/state; echo startContainer >>/order')"
	touch "$STATE/order"
	[ "$MODE" = root ] || chown caletest: "$STATE/order"
	oci run -b "$B" a-$ID
	assert_equal "$(tr '\n' ' ' <"$STATE/order")" "$kinds "
	assert_equal "$(tr '\n' ' ' <"$B/rootfs/order")" "startContainer program "
	for kind in prestart createRuntime createContainer; do
		assert_equal "$(jq -r '[.id, .status, .bundle] | join(" ")' "$STATE/$kind")" "a-$ID creating $B"
		[ "$(jq .pid "$STATE/$kind")" -gt 1 ]
	done
	assert_equal "$(jq -r .status "$B/rootfs/state")" created
	assert_equal "$(jq -r .status "$STATE/poststart")" running
	assert_equal "$(jq -r '.status + " " + (.pid // "none" | tostring)' "$STATE/poststop")" "stopped none"
	rm -f "$STATE"/{order,prestart,createRuntime,createContainer,poststart,poststop}
}

@test "where they run: the caller's namespaces, the container's before its root, the container" {
	bundle a true "$(hook createRuntime "readlink /proc/self/ns/mnt >$STATE/runtime")" \
		"$(hook createContainer "readlink /proc/self/ns/mnt >$STATE/container; pwd -P >$STATE/cwd; ls >$STATE/ls")" \
		"$(hook startContainer 'ls / >/ls')"
	oci run -b "$B" a-$ID
	assert_equal "$(cat "$STATE/runtime")" "$(as_mode readlink /proc/self/ns/mnt)"
	refute [ "$(cat "$STATE/container")" = "$(cat "$STATE/runtime")" ]
	grep -qx bin "$STATE/ls"
	grep -qx home "$STATE/ls"
	grep -qx bin "$B/rootfs/ls"
	rm -f "$STATE"/{runtime,container,cwd,ls}
}

@test "env: its own, or of whoever runs it" {
	bundle a true "$(hook createRuntime "env >$STATE/own" ', env: ["ONLY=this"]')" "$(hook createRuntime "env >$STATE/inherited")" \
		"$(hook startContainer 'env >/env')" '.process.env = ["FROM=config", "PATH=/bin"]'
	as_mode env MARK=caller "$CALE" oci --root "$STATE/oci" run -b "$B" a-$ID
	grep -qx ONLY=this "$STATE/own"
	refute grep -q MARK "$STATE/own"
	grep -qx MARK=caller "$STATE/inherited"
	grep -qx FROM=config "$B/rootfs/env"
	grep -q ^HOME= "$B/rootfs/env"
	rm -f "$STATE"/{own,inherited}
}

@test "one that fails ends the container, and says why" {
	for kind in prestart createRuntime createContainer startContainer poststart; do
		bundle a sleep "$(hook $kind true)" "$(hook $kind 'echo the reason >&2; exit 3')"
		refuses 1 "error running $kind hook #1: /bin/sh: exit status 3: the reason" oci run -b "$B" a-$ID
		refuses 1 "does not exist" oci state a-$ID
		rm -rf --one-file-system "$B"
	done
}

@test "start: a failed poststart hook ends and deletes, as the specification has it" {
	bundle a sleep "$(hook poststart 'exit 1')" "$(hook poststop "touch $STATE/poststop")"
	oci create --pid-file "$BUNDLES/a.pid" -b "$B" a-$ID </dev/null >/dev/null 2>&1
	refuses 1 "error running poststart hook #0" oci start a-$ID
	refuses 1 "does not exist" oci state a-$ID
	has_ended "$(pid_of a)"
	rm "$STATE/poststop"
}

@test "a failed poststop hook is a warning, and the next one runs" {
	bundle a true "$(hook poststop 'exit 1')" "$(hook poststop "touch $STATE/second")"
	run --separate-stderr oci run -b "$B" a-$ID
	assert_status 0
	case $stderr in *"warning: error running poststop hook #0"*) ;; *) echo "$stderr"; false ;; esac
	rm "$STATE/second"
}

@test "timeout: a hook that takes longer is killed" {
	bundle a true "$(hook createRuntime 'sleep 60' ', timeout: 1')"
	before=$SECONDS
	refuses 1 "it took more than 1 s" oci run -b "$B" a-$ID
	[ $((SECONDS - before)) -lt 50 ]
}

@test "a startContainer hook has the program's user, capabilities, filter and no_new_privs" {
	bundle a 'grep -E "^(Uid|Cap|Seccomp:|NoNew)" /proc/self/status >/program' \
		"$(hook startContainer 'grep -E "^(Uid|Cap|Seccomp:|NoNew)" /proc/self/status >/hook')" \
		'.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"}' '.process.noNewPrivileges = true' \
		'.process.capabilities = {bounding: ["CAP_KILL"], permitted: ["CAP_KILL"], effective: ["CAP_KILL"]}'
	oci run -b "$B" a-$ID
	assert_equal "$(cat "$B/rootfs/hook")" "$(cat "$B/rootfs/program")"
	grep -q 'CapBnd:	0000000000000020' "$B/rootfs/hook"
	grep -q 'Seccomp:	2' "$B/rootfs/hook"
}

@test "attack: a startContainer hook that mounts, as the program it has no right to, and with it has" {
	attempt='mkdir -p /tmp/m && mount -t tmpfs none /tmp/m && echo mounted >/mounted || exit 0'
	bundle a true "$(hook startContainer "$attempt")" '.process.noNewPrivileges = false'
	oci run -b "$B" a-$ID
	[ ! -e "$B/rootfs/mounted" ]
	bundle b true "$(hook startContainer "$attempt")" '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])' \
		'.process.capabilities.ambient = []' '.process.capabilities.inheritable = []'
	oci run -b "$B" b-$ID
	[ -e "$B/rootfs/mounted" ]
}

@test "attack: a startContainer hook makes a system call that the filter forbids" {
	filter='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_KILL"}]}'
	nocore='.process.rlimits += [{type: "RLIMIT_CORE", soft: 0, hard: 0}]'
	for nnp in true false; do
		bundle a true "$(hook startContainer 'mkdir /tmp/made')" "$filter" "$nocore" ".process.noNewPrivileges = $nnp"
		refuses 1 "error running startContainer hook #0" oci run -b "$B" a-$ID
		[ ! -e "$B/rootfs/tmp/made" ]
		rm -rf --one-file-system "$B"
	done
	bundle b true "$(hook startContainer 'mkdir /tmp/made')"
	oci run -b "$B" b-$ID
}

@test "run.oci.hooks.stdout and .stderr: what hooks of the host print, at the end of files" {
	files=(".annotations[\"run.oci.hooks.stdout\"] = \"$BUNDLES/out\"" ".annotations[\"run.oci.hooks.stderr\"] = \"$BUNDLES/err\"")
	echo before >"$BUNDLES/out"
	chmod 666 "$BUNDLES/out"
	chmod 777 "$BUNDLES"
	hooks=()
	for kind in prestart createRuntime createContainer poststart poststop; do hooks+=("$(hook $kind "echo $kind; echo error $kind >&2")"); done
	bundle a 'echo program' "${files[@]}" "${hooks[@]}" "$(hook startContainer 'echo inside; echo inside >&2')"
	run oci run -b "$B" a-$ID
	assert_output program
	assert_equal "$(tr '\n' ' ' <"$BUNDLES/out")" "before prestart createRuntime createContainer poststart poststop "
	assert_equal "$(tr '\n' ' ' <"$BUNDLES/err")" "error prestart error createRuntime error createContainer error poststart error poststop "
	assert_equal "$(stat -c %a "$BUNDLES/err")" 600
	# create, start and delete by themselves
	bundle b true "${files[@]}" "${hooks[@]}"
	oci create -b "$B" b-$ID </dev/null >/dev/null 2>&1
	oci start b-$ID
	wait_for is_in_state b-$ID stopped
	oci delete b-$ID
	assert_equal "$(tail -n 5 "$BUNDLES/out" | tr '\n' ' ')" "prestart createRuntime createContainer poststart poststop "
	chmod 755 "$BUNDLES"
}

@test "attack: the file for hooks' output is a link, a pipe, or somebody else's" {
	chmod 777 "$BUNDLES"
	touch "$BUNDLES/target"
	chmod 666 "$BUNDLES/target"
	as_mode ln -s "$BUNDLES/target" "$BUNDLES/link"
	as_mode mkfifo "$BUNDLES/pipe"
	one() { # NAME FILE
		bundle "$1" true ".annotations[\"run.oci.hooks.stdout\"] = \"$2\"" "$(hook createRuntime 'echo written')"
	}
	one a "$BUNDLES/link"
	refuses 1 "run.oci.hooks.stdout" oci run -b "$B" a-$ID
	one b "$BUNDLES/pipe"
	refuses 1 "run.oci.hooks.stdout" oci run -b "$B" b-$ID
	[ ! -s "$BUNDLES/target" ]
	# Without the link it is written.
	one c "$BUNDLES/target"
	oci run -b "$B" c-$ID
	assert_equal "$(cat "$BUNDLES/target")" written
	if [ "$MODE" != root ]; then
		touch "$BUNDLES/roots"
		one d "$BUNDLES/roots"
		refuses 1 "Permission denied" oci run -b "$B" d-$ID
	fi
	chmod 755 "$BUNDLES"
}

@test "annotations of other runtimes that aren't carried out are refused, and leave nothing" {
	bundle a true '.annotations["run.oci.handler"] = "krun"'
	refuses 1 "run.oci.handler" oci run -b "$B" a-$ID
	bundle b true '.annotations["run.oci.new_protection"] = "1"'
	refuses 1 "run.oci.new_protection" oci create -b "$B" b-$ID
	refuses 1 "does not exist" oci state b-$ID
	bundle c true '.annotations["run.oci.systemd.subgroup"] = "" | .annotations["org.example"] = "x"'
	oci run -b "$B" c-$ID
}
