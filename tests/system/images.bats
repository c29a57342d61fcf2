#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Images in and out: load, import, images, rmi, image inspect, and what a layer can hold.
load helper

setup_file() { state_open; make_archives; }
teardown_file() { state_close; }
teardown() {
	containers_remove
	local ids
	ids=$(cale images -q | sort -u)
	[ -z "$ids" ] || cale rmi -f $ids >/dev/null
}

make_archives() {
	mkdir -p "$STATE/in"
	/usr/bin/python3 - "$CALE_TOP/tests/images" "$STATE/in/layers.tar" <<-'PY'
	import sys
	sys.path.insert(0, sys.argv[1])
	sys.dont_write_bytecode = True
	from archive import *
	program = open(__import__("shutil").which("busybox"), "rb").read()
	one = Layer().folder("bin").file("bin/busybox", program, 0o755).hardlink("bin/sh", "bin/busybox")
	for applet in ("cat", "ls", "stat", "id", "test", "find", "readlink", "wc"):
	    one.symlink("bin/" + applet, "busybox")
	one.folder("etc").file("etc/gone", "x").file("etc/kept", "one").folder("full").file("full/a", "a")
	one.folder("full/sub").file("full/sub/b", "b").folder("tree").folder("tree/deep").file("tree/deep/f", "f")
	one.file("set-uid", "x", 0o4755).file("owned", "x", 0o640, uid=1000, gid=2000)
	one.file("dated", "x", mtime=1234567890).folder("sticky", 0o1777)
	one.file("twin-a", "twins").hardlink("twin-b", "twin-a")
	one.symlink("absolute", "/etc/kept").symlink("dangling", "nowhere").fifo("pipe", 0o600)
	one.file("capable", program, 0o755, xattrs={"security.capability": file_capability(13)})
	one.file("tagged", "x", xattrs={"user.colour": b"blue"})
	one.file("n" * 200, "long").file("naïve-ü", "utf-8").file("file-then-folder", "x")
	one.folder("folder-then-file").file("folder-then-file/x", "x")
	two = Layer().folder("etc").file("etc/.wh.gone").folder("full").file("full/.wh..wh..opq")
	two.file("full/new", "new").file(".wh.tree").file("etc/kept", "two")
	two.folder("file-then-folder").file("file-then-folder/y", "y").file("folder-then-file", "now a file")
	config = default_config(Cmd=["/bin/sh"], Env=["PATH=/bin", "FROM_IMAGE=yes"], User="1000:2000", WorkingDir="/full",
	                        Labels={"maker": "test"}, ExposedPorts={"80/tcp": {}}, StopSignal="SIGUSR1")
	docker_archive(sys.argv[2], "layers:v1", [one, two], config)
	PY
	chmod -R a+rX "$STATE/in"
}
make_rootfs_tar() {
	tar xOf "$IMAGES/busybox.tar" --wildcards '*/layer.tar' >"$STATE/in/rootfs.tar"
	chmod a+r "$STATE/in/rootfs.tar"
}
layers() { cale run --rm --network none -u 0 layers:v1 "$@"; }

@test "load: a docker-archive, named as docker names it" {
	run cale load -i "$IMAGES/busybox.tar"
	assert_status 0
	assert_output_contains "Loaded image: busybox:latest"
}

@test "load: from standard input" {
	cale load <"$IMAGES/busybox.tar"
	cale images -q busybox | grep -q .
}

@test "load: -i - is standard input" {
	cale load -i - <"$IMAGES/busybox.tar"
	cale images -q busybox | grep -q .
}

@test "load: gzip and zstd around the whole archive" {
	gzip -1 <"$IMAGES/busybox.tar" | cale load
	cale rmi busybox
	zstd -q -1 <"$IMAGES/busybox.tar" | cale load
	run cale run --rm --network none busybox echo here
	assert_output here
}

@test "load: an OCI archive that another program wrote, gzip layers" {
	rm -f "$STATE/in/oci.tar"
	skopeo copy -q "docker-archive:$STATE/in/layers.tar" "oci-archive:$STATE/in/oci.tar:other:v2"
	chmod a+r "$STATE/in/oci.tar"
	cale load -i "$STATE/in/oci.tar"
	run cale images
	assert_line '^other +v2 '
	run cale run --rm --network none other:v2 /bin/cat /etc/kept
	assert_output two
}

@test "load: zstd layers" {
	rm -f "$STATE/in/zstd.tar"
	skopeo copy -q --dest-compress-format zstd "docker-archive:$STATE/in/layers.tar" "oci-archive:$STATE/in/zstd.tar:packed:v3"
	tar xOf "$STATE/in/zstd.tar" index.json | grep -q sha256
	chmod a+r "$STATE/in/zstd.tar"
	cale load -i "$STATE/in/zstd.tar"
	run cale run --rm --network none packed:v3 /bin/cat /etc/kept
	assert_output two
}

@test "load: an OCI layout folder" {
	rm -rf "$STATE/in/layout"
	skopeo copy -q "docker-archive:$STATE/in/layers.tar" "oci:$STATE/in/layout:folder:v4"
	chmod -R a+rX "$STATE/in/layout"
	cale load -i "$STATE/in/layout"
	run cale run --rm --network none folder:v4 /bin/cat /etc/kept
	assert_output two
}

@test "load: the same image twice is one image" {
	cale load -i "$IMAGES/busybox.tar"
	cale load -i "$IMAGES/busybox.tar"
	[ "$(cale images -q | wc -l)" -eq 1 ]
}

@test "the image's id is the digest of its config" {
	cale load -i "$IMAGES/busybox.tar"
	want=$(tar xOf "$IMAGES/busybox.tar" manifest.json | jq -r '.[0].Config' | sed 's/\.json//')
	run cale images -q --no-trunc busybox
	assert_output "sha256:$want"
	run cale images -q busybox
	assert_output "${want:0:12}"
}

@test "every blob in the store has the digest that is its name" {
	cale load -i "$IMAGES/busybox.tar"
	cale load -i "$STATE/in/layers.tar"
	n=0
	while read -r blob; do
		assert_equal "$(sha256sum <"$blob" | cut -d' ' -f1)" "${blob##*/}"
		n=$((n + 1))
	done < <(find "$STATE/root" -path '*/blobs/sha256/*' -type f)
	[ "$n" -ge 3 ]
}

@test "images: docker's columns" {
	cale load -i "$IMAGES/busybox.tar"
	run cale images
	assert_line '^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE$'
	assert_line '^busybox +latest +[0-9a-f]{12} +.* ago +[0-9.]+MB$'
}

@test "images: filters and patterns" {
	cale load -q -i "$IMAGES/busybox.tar"
	cale tag busybox team/app:v1
	cale tag busybox team/app:v2
	names() { cale images --format '{{.Repository}}:{{.Tag}}' "$@" | sort | tr '\n' ' '; }
	assert_equal "$(names team/app)" "team/app:v1 team/app:v2 "
	assert_equal "$(names 'team/*:v1')" "team/app:v1 "
	assert_equal "$(names 'busy*')" "busybox:latest "
	assert_equal "$(names --filter reference='*:latest' --filter reference='team/*:v2')" "busybox:latest team/app:v2 "
	assert_equal "$(names --filter dangling=true)" ""
	cale import -c 'LABEL made=here' "$IMAGES/nginx.tar" >"$STATE/nameless"
	assert_equal "$(cale images -q --no-trunc -f dangling=true)" "$(cat "$STATE/nameless")"
	assert_equal "$(cale images -q --no-trunc -f label=made=here)" "$(cat "$STATE/nameless")"
	assert_equal "$(cale images -q -f label=made -f label=other)" ""
	for bad in dangling=maybe nosuch=1 plain; do
		run --separate-stderr cale images --filter "$bad"
		assert_refused 1 --filter
	done
	cale rmi team/app:v1 team/app:v2 "$(cat "$STATE/nameless")"
}

@test "import: a root file system becomes an image" {
	make_rootfs_tar
	run cale import "$STATE/in/rootfs.tar" imported:v1
	assert_status 0
	assert_line '^sha256:[0-9a-f]{64}$'
	run cale run --rm --network none imported:v1 /bin/echo hi
	assert_output hi
}

@test "rmi: by name and by id; the content goes with the last name" {
	cale load -i "$IMAGES/busybox.tar"
	run cale rmi busybox
	assert_status 0
	assert_output_contains "Untagged: busybox:latest"
	assert_line '^Deleted: sha256:[0-9a-f]{64}$'
	[ -z "$(cale images -q)" ]
	[ -z "$(find "$STATE/root" -path '*/blobs/sha256/*' -type f)" ]
	cale load -i "$IMAGES/busybox.tar"
	cale rmi "$(cale images -q busybox)"
	[ -z "$(cale images -q)" ]
}

@test "rmi: an image that a container uses stays" {
	cale load -i "$IMAGES/busybox.tar"
	cale create --name user --network none busybox
	run --separate-stderr cale rmi busybox
	assert_refused 1 user
	[ -n "$(cale images -q busybox)" ]
}

@test "image inspect: what docker shows" {
	cale load -i "$STATE/in/layers.tar"
	cale image inspect layers:v1 >"$STATE/inspect"
	[ "$(jq -r '.[0].RepoTags[0]' "$STATE/inspect")" = layers:v1 ]
	[ "$(jq -r '.[0].Config.User' "$STATE/inspect")" = 1000:2000 ]
	[ "$(jq -r '.[0].Config.Labels.maker' "$STATE/inspect")" = test ]
	[ "$(jq -r '.[0].Config.WorkingDir' "$STATE/inspect")" = /full ]
	[ "$(jq -r '.[0].Architecture' "$STATE/inspect")" = amd64 ]
	[ "$(jq -r '.[0].RootFS.Layers | length' "$STATE/inspect")" = 2 ]
}

@test "run: the image's user, folder, environment and command" {
	cale load -i "$STATE/in/layers.tar"
	run cale run --rm --network none layers:v1 /bin/sh -c 'id -u; id -g; pwd; echo $FROM_IMAGE'
	assert_output "1000
2000
/full
yes"
}

@test "layers: whiteouts hide, opaque folders start anew, upper files win" {
	cale load -i "$STATE/in/layers.tar"
	run layers /bin/sh -c 'test ! -e /etc/gone && test ! -e /tree && cat /etc/kept && cat /full/new && test $(ls /full | wc -l) = 1'
	assert_status 0
	assert_output twonew
	run layers /bin/find / -xdev -name '.wh.*'
	assert_output ""
}

@test "layers: a folder replaces a file and a file replaces a folder" {
	cale load -i "$STATE/in/layers.tar"
	run layers /bin/sh -c 'cat /file-then-folder/y && echo && cat /folder-then-file'
	assert_output "y
now a file"
}

@test "layers: modes, owners and times" {
	cale load -i "$STATE/in/layers.tar"
	run layers /bin/stat -c '%a %u %g %Y' /set-uid /owned /dated /sticky
	assert_line '^4755 0 0 '
	assert_line '^640 1000 2000 '
	assert_line '^644 0 0 1234567890$'
	assert_line '^1777 0 0 '
}

@test "layers: hard links share an inode, symbolic links and pipes stay what they are" {
	cale load -i "$STATE/in/layers.tar"
	run layers /bin/sh -c 'test $(stat -c %i /twin-a) = $(stat -c %i /twin-b) && cat /absolute && readlink /dangling && stat -c %F /pipe'
	assert_status 0
	assert_output_contains "nowhere
fifo"
}

@test "layers: long and non-ASCII names" {
	cale load -i "$STATE/in/layers.tar"
	run layers /bin/sh -c "cat /$(printf 'n%.0s' {1..200}) /naïve-ü"
	assert_output longutf-8
}

@test "layers: file capabilities and user attributes survive" {
	cale load -i "$STATE/in/layers.tar"
	# Seen from the host in the unpacked layer, where the file carries them.
	file=$(find "$STATE/root" -name capable -type f | head -1)
	[ -n "$file" ]
	getcap -n "$file" | grep -q 'cap_net_raw=p'
	file=$(find "$STATE/root" -name tagged -type f | head -1)
	/usr/bin/python3 -c 'import os, sys; assert os.getxattr(sys.argv[1], "user.colour") == b"blue"' "$file"
}

@test "run: a layer that was lost is unpacked again from its blob" {
	cale load -i "$IMAGES/busybox.tar"
	rm -rf "$STATE"/root/layers/*/[0-9a-f]*
	run cale run --rm --network none busybox echo here
	assert_output here
}

@test "import: from standard input, with changes, without a name" {
	make_rootfs_tar
	id=$(cale import -c 'CMD ["/bin/echo", "from cmd"]' -c 'ENV A=b' -c 'WORKDIR /tmp' - <"$STATE/in/rootfs.tar")
	run cale run --rm --network none "${id#sha256:}"
	assert_output "from cmd"
	run cale image inspect "$id" -f '{{.Config.WorkingDir}}'
	assert_output /tmp
	run cale images
	assert_line "^<none> +<none> +${id:7:12} "
	run cale import -c 'RUN true' "$STATE/in/rootfs.tar"
	assert_status 1
	assert_output_contains "not an instruction"
}

@test "tag: one image, two names; rmi of its id wants --force" {
	cale load -i "$IMAGES/busybox.tar"
	cale tag busybox registry.example:5000/other/box:v1
	[ "$(cale images -q | sort -u | wc -l)" -eq 1 ]
	run cale rmi "$(cale images -q busybox)"
	assert_status 1
	assert_output_contains "several repositories"
	run cale rmi busybox
	assert_output "Untagged: busybox:latest"
	run cale run --rm --network none registry.example:5000/other/box:v1 echo here
	assert_output here
	cale tag registry.example:5000/other/box:v1 back
	cale rmi -f "$(cale images -q back)"
	[ -z "$(cale images -q)" ]
}

@test "load: a name moves to the new image, the old one stays without" {
	cale load -i "$STATE/in/layers.tar"
	cale tag layers:v1 busybox
	run cale load -i "$IMAGES/busybox.tar"
	assert_output_contains "The image busybox:latest already exists, renaming the old one with ID sha256:"
}

@test "load: killed at any moment, it is whole or not there" {
	for i in 1 2 3 4 5 6 7 8 9; do
		"$CALE_TOP/tests/system/kill-after" "0.0$((i * 10))" \
			"$(declare -f as_mode as_user cale); cale load -q -i '$STATE/in/layers.tar'"
		[ -n "$(cale images -q layers)" ] || continue
		run layers /bin/cat /etc/kept
		assert_output two
		cale rmi layers:v1 >/dev/null
	done
	cale load -q -i "$STATE/in/layers.tar"
	cale rmi layers:v1
	[ -z "$(find "$STATE/root" -name '.tmp-*')" ]
}
