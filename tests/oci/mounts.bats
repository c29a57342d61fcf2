#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cale oci mounts add and remove. What a mount is, is read from mountinfo of the container's process; what came of
# attacks, on the host.
load helper

# Its line in the mountinfo of a container: "OPTIONS FIELDS… - TYPE SOURCE SUPEROPTIONS", or nothing.
mounted() { awk -v t="$2" '$5 == t { $1 = $2 = $3 = $4 = $5 = ""; print }' "/proc/$(pid_of "$1")/mountinfo" | sed 's/^ *//'; }
host_folder() { # with something in it; $H
	H=$BUNDLES/host
	mkdir -p "$H/sub"
	echo hello >"$H/file"
	[ "$MODE" = root ] || chown -R caletest: "$H"
}
add() { oci mounts add "$1-$ID" - <<<"$2"; }
remove() { oci mounts remove "$1-$ID" - <<<"$2"; }
inside() { local name=$1; shift; oci exec "$name-$ID" "$@" </dev/null; }
USERS='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 300000, size: 1000}]
	| .linux.gidMappings = .linux.uidMappings'
own_users() { [ "$MODE" = root ] && echo "$USERS" || echo .; }

@test "add: a bind with its options, a tmpfs; remove takes them away" {
	host_folder
	sleeping a
	add a "[{\"destination\": \"/new/data\", \"type\": \"bind\", \"source\": \"$H\", \"options\": [\"rbind\", \"ro\", \"noexec\"]},
		{\"destination\": \"/new/ram\", \"type\": \"tmpfs\", \"source\": \"tmpfs\", \"options\": [\"size=64k\", \"nosuid\"]}]"
	run mounted a /new/data
	assert_line '^ro,.*noexec'
	run mounted a /new/ram
	assert_line '^rw,nosuid.* - tmpfs tmpfs .*size=64k'
	assert_equal "$(inside a cat /new/data/file)" hello
	run inside a touch /new/data/file2
	[ "$status" -ne 0 ]
	inside a touch /new/ram/x
	remove a '[{"destination": "/new/data"}, {"destination": "/new/ram", "type": "nonsense"}]'
	assert_equal "$(mounted a /new/data)$(mounted a /new/ram)" ""
	[ -z "$(ls -A "$B/rootfs/new/data")" ]
	[ -e "$H/file" ]
}

@test "add: a file, a document in a file, a source relative to the bundle" {
	sleeping a
	echo relative >"$B/thing"
	echo '[{"destination": "/etc/thing", "source": "thing", "options": ["bind"]}]' >"$BUNDLES/m.json"
	chmod a+r "$BUNDLES/m.json"
	oci mounts add a-$ID "$BUNDLES/m.json"
	assert_equal "$(inside a cat /etc/thing)" relative
	oci mounts remove a-$ID "$BUNDLES/m.json"
	assert_equal "$(mounted a /etc/thing)" ""
}

@test "add: in a user namespace the flags are locked and new files are the container's" {
	host_folder
	bundle a sleep "$(own_users)" '.process.capabilities |= map_values(["CAP_SYS_ADMIN"])' 'del(.linux.seccomp)'
	[ "$MODE" != root ] || chown -R 300000:300000 "$B/rootfs"
	start_up a
	add a "[{\"destination\": \"/new/data\", \"type\": \"bind\", \"source\": \"$H\", \"options\": [\"bind\", \"ro\"]},
		{\"destination\": \"/ram\", \"type\": \"tmpfs\", \"source\": \"tmpfs\"}]"
	run inside a mount -o remount,bind,rw /new/data
	[ "$status" -ne 0 ]
	run mounted a /new/data
	assert_line '^ro,'
	assert_equal "$(inside a stat -c %u:%g /new /new/data /ram | tr '\n' ' ' | cut -d' ' -f1,3)" "0:0 0:0"
	inside a touch /ram/x
	remove a '[{"destination": "/new/data"}, {"destination": "/ram"}]'
	assert_equal "$(mounted a /new/data)$(mounted a /ram)" ""
}

@test "without a user namespace the same remount works: it is the lock that forbids it" {
	[ "$MODE" = root ] || skip "an ordinary user's always has one"
	host_folder
	sleeping a '.process.capabilities |= map_values(["CAP_SYS_ADMIN"])' 'del(.linux.seccomp)'
	add a "[{\"destination\": \"/data\", \"type\": \"bind\", \"source\": \"$H\", \"options\": [\"bind\", \"ro\"]}]"
	inside a mount -o remount,bind,rw /data
	run mounted a /data
	assert_line '^rw,'
}

@test "add: all or none" {
	host_folder
	sleeping a
	one="{\"destination\": \"/one\", \"type\": \"bind\", \"source\": \"$H\", \"options\": [\"bind\"]}"
	refuses 1 "folder goes onto a folder" add a "[$one, {\"destination\": \"/etc/passwd\", \"type\": \"tmpfs\", \"source\": \"x\"}]"
	assert_equal "$(mounted a /one)" ""
	refuses 1 "No such file" add a "[$one, {\"destination\": \"/two\", \"source\": \"/nowhere\", \"options\": [\"bind\"]}]"
	assert_equal "$(mounted a /one)" ""
	[ ! -e "$B/rootfs/one" ] || [ -z "$(ls -A "$B/rootfs/one")" ]
}

@test "attack: a target that is a symbolic link out of the root stays in it" {
	host_folder
	mkdir -p "$BUNDLES/outside"
	echo secret >"$BUNDLES/outside/file"
	[ "$MODE" = root ] || chown -R caletest: "$BUNDLES/outside"
	sleeping a
	inside a ln -s ../../../../../../../../../../../.."$BUNDLES/outside" /up
	inside a ln -s "$BUNDLES/outside" /absolute
	inside a ln -s /proc/1/root/proc/self/root /magic
	for target in /up /absolute/below; do
		add a "[{\"destination\": \"$target\", \"type\": \"bind\", \"source\": \"$H\", \"options\": [\"bind\"]}]"
	done
	assert_equal "$(ls "$BUNDLES/outside")" file
	assert_equal "$(mounted a "$BUNDLES/outside" | wc -l) $(mounted a "$BUNDLES/outside/below" | wc -l)" "1 1"
	assert_equal "$(grep -c " $BUNDLES/outside" /proc/self/mountinfo)" 0
	refuses 1 "magic" add a "[{\"destination\": \"/magic/x\", \"type\": \"tmpfs\", \"source\": \"x\"}]"
}

@test "attack: a target that leads into proc, or one that takes a mask away" {
	sleeping a
	refuses 1 "inside /proc" add a '[{"destination": "/proc/sys", "type": "tmpfs", "source": "x"}]'
	inside a ln -s /proc/sys /link
	refuses 1 "proc file system" add a '[{"destination": "/link", "type": "tmpfs", "source": "x"}]'
	before=$(cat "/proc/$(pid_of a)/mountinfo")
	inside a ln -s /proc/kcore /data
	refuses 1 "symbolic link" remove a '[{"destination": "/data"}]'
	refuses 1 "masked" remove a '[{"destination": "/proc/kcore"}]'
	refuses 1 "masked" remove a '[{"destination": "/dev/../proc//kcore"}]'
	refuses 1 "/proc can't be removed" remove a '[{"destination": "/proc"}]'
	refuses 1 "root" remove a '[{"destination": "/"}]'
	refuses 1 "nothing is mounted" remove a '[{"destination": "/bin"}]'
	assert_equal "$(cat "/proc/$(pid_of a)/mountinfo")" "$before"
}

@test "what can't be added is refused" {
	sleeping a
	refuses 1 "only there from the beginning" add a '[{"destination": "/p", "type": "proc", "source": "proc"}]'
	refuses 1 "only there from the beginning" add a '[{"destination": "/p", "type": "sysfs", "source": "sysfs"}]'
	refuses 1 "remount" add a '[{"destination": "/tmp", "options": ["remount", "ro"]}]'
	refuses 1 "can't be replaced" add a '[{"destination": "/", "type": "tmpfs", "source": "x"}]'
	refuses 1 "copied" add a '[{"destination": "/tmp", "type": "tmpfs", "source": "x", "options": ["tmpcopyup"]}]'
	refuses 1 "must be an array" add a '{}'
	refuses 1 "destination" add a '[{}]'
	refuses 1 "add or remove" oci mounts change a-$ID /dev/null
	refuses 1 "does not exist" oci mounts add nobody - <<<'[]'
	oci kill a-$ID KILL
	wait_for is_in_state a-$ID stopped
	refuses 1 "not running" add a '[]'
}
