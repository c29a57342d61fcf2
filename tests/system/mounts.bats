#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# --volume, --mount, --tmpfs, --read-only: what is mounted where, with which flags, owned by whom.
load helper

setup_file() {
	state_open busybox
	mkdir -p "$STATE/shared"
	echo from-host >"$STATE/shared/file"
	[ "$MODE" = root ] || chown -R caletest: "$STATE/shared"
}
teardown_file() { state_close; }
teardown() { containers_remove; cale volume ls -q 2>/dev/null | while read -r v; do cale volume rm "$v"; done >/dev/null || true; }
box() { cale run --rm --network none "$@"; }
# The mount's options as the container's kernel view has them.
options() { printf 'awk '\''$5 == "%s" { o = $6 } END { print o }'\'' /proc/self/mountinfo' "$1"; }

@test "-v: a host folder, writable, both ways" {
	run box -v "$STATE/shared:/data" busybox sh -c 'cat /data/file; echo inside >/data/new'
	assert_output from-host
	assert_equal "$(cat "$STATE/shared/new")" inside
	rm "$STATE/shared/new"
}

@test "-v: the container's root writes as the user that runs cale" {
	box -v "$STATE/shared:/data" busybox touch /data/mine
	if [ "$MODE" = root ]; then want=0; else want=$(id -u caletest); fi
	assert_equal "$(stat -c %u "$STATE/shared/mine")" "$want"
	rm "$STATE/shared/mine"
}

@test "-v: as root, container ids are the host's on a bind mount" {
	in_mode root
	chmod 777 "$STATE/shared"
	box -u 1000 -v "$STATE/shared:/data" busybox touch /data/app
	assert_equal "$(stat -c %u "$STATE/shared/app")" 1000
	rm "$STATE/shared/app"
	chmod 755 "$STATE/shared"
}

@test "-v :ro can't be written" {
	run box -v "$STATE/shared:/data:ro" busybox sh -c 'echo x >/data/file'
	[ "$status" -ne 0 ]
	assert_output_contains "Read-only file system"
	assert_equal "$(cat "$STATE/shared/file")" from-host
}

@test "-v: nosuid and nodev without being asked" {
	run box -v "$STATE/shared:/data" busybox sh -c "$(options /data)"
	assert_line '(^|,)nosuid(,|$)'
	assert_line '(^|,)nodev(,|$)'
}

@test "-v: noexec when asked" {
	cp "$(command -v busybox)" "$STATE/shared/echo"
	chmod 755 "$STATE/shared/echo"
	run box -v "$STATE/shared:/data" busybox /data/echo runs
	assert_output runs
	run box -v "$STATE/shared:/data:noexec" busybox /data/echo runs
	assert_status 126
	rm "$STATE/shared/echo"
}

@test "-v: a single file" {
	run box -v "$STATE/shared/file:/etc/motd:ro" busybox cat /etc/motd
	assert_output from-host
}

@test "-v makes a missing host folder, --mount refuses" {
	rm -rf "$STATE/shared/made"
	box -v "$STATE/shared/made:/data" busybox true
	[ -d "$STATE/shared/made" ]
	rmdir "$STATE/shared/made"
	run --separate-stderr box --mount "type=bind,src=$STATE/shared/made,dst=/data" busybox true
	assert_refused 125 made
	[ ! -e "$STATE/shared/made" ]
}

@test "-v: a relative host path or target is refused" {
	run --separate-stderr box -v "$STATE/shared:data" busybox true
	assert_refused 125 data
}

@test "--mount type=bind,readonly" {
	run box --mount "type=bind,source=$STATE/shared,target=/data,readonly" busybox sh -c 'echo x >/data/file'
	assert_output_contains "Read-only file system"
}

@test "--mount with an unknown key is refused" {
	run --separate-stderr box --mount "type=bind,source=$STATE/shared,target=/data,colour=blue" busybox true
	assert_refused 125 colour
}

@test "ro covers the top mount, rro all below it" {
	in_mode root
	mkdir -p "$STATE/shared/below"
	mount -t tmpfs none "$STATE/shared/below"
	run box -v "$STATE/shared:/data:rro" busybox sh -c 'echo x >/data/below/file'
	umount "$STATE/shared/below"
	rmdir "$STATE/shared/below"
	assert_output_contains "Read-only file system"
}

@test "--tmpfs: a fresh file system with the options given" {
	run box --tmpfs /scratch:size=1m,mode=1700 busybox sh -c 'stat -c %a /scratch; df -k /scratch | tail -1; dd if=/dev/zero of=/scratch/x bs=1k count=2000 2>&1'
	assert_line '^1700$'
	assert_output_contains "No space left"
}

@test "--tmpfs is noexec, nosuid and nodev by default" {
	run box --tmpfs /scratch busybox sh -c "$(options /scratch)"
	assert_line 'nosuid.*nodev.*noexec'
	run box --tmpfs /scratch:exec busybox sh -c 'cp /bin/busybox /scratch/echo && /scratch/echo runs'
	assert_output runs
}

@test "--mount type=tmpfs,tmpfs-size" {
	run box --mount type=tmpfs,dst=/scratch,tmpfs-size=1m busybox sh -c 'df -k /scratch | tail -1'
	assert_output_contains " 1024 "
}

@test "a named volume lives on and starts with the image's content" {
	box -v keep:/etc busybox sh -c 'echo added >>/etc/passwd'
	run box -v keep:/other busybox sh -c 'tail -1 /other/passwd; head -1 /other/passwd'
	assert_output "added
root:x:0:0:root:/root:/bin/sh"
}

@test "an anonymous volume goes with --rm" {
	before=$(ls "$STATE/root/volumes" 2>/dev/null | wc -l)
	box -v /data busybox touch /data/x
	as_before() { [ "$(ls "$STATE/root/volumes" 2>/dev/null | wc -l)" -eq "$before" ]; }
	wait_for as_before # the exit code is told before the cleaning up
}

@test "an anonymous volume stays where nobody made it for this container" {
	cale create --name maker -v /data busybox true
	volume=$(cale inspect --format '{{json .Mounts}}' maker | jq -r '.[0].Name')
	cale rm maker
	box -v "$volume:/data" busybox touch /data/x
	[ -e "$STATE/root/volumes/$volume/_data/x" ]
	run --separate-stderr box -v "$volume:/data" -v /new --mount type=bind,src=/no/such/place,dst=/x busybox true
	assert_refused 125 /no/such/place
	[ -e "$STATE/root/volumes/$volume/_data/x" ]
	assert_equal "$(find "$STATE/root/volumes" -mindepth 1 -maxdepth 1 -regextype posix-extended -regex '.*/[0-9a-f]{64}' | wc -l)" 1
	cale create --name again -v /data busybox true
	cale rm -v again
	assert_equal "$(find "$STATE/root/volumes" -mindepth 1 -maxdepth 1 -regextype posix-extended -regex '.*/[0-9a-f]{64}' | wc -l)" 1
}

@test "--mount type=volume,volume-nocopy starts empty" {
	run box --mount type=volume,src=empty,dst=/etc,volume-nocopy busybox /bin/ls /etc/passwd
	[ "$status" -ne 0 ]
}

@test "a volume may be noexec: sources are data" {
	run box -v data:/data:noexec busybox sh -c 'cp /bin/busybox /data/echo; /data/echo runs'
	assert_status 126
}

@test "--read-only: the root can't be written, volumes and tmpfs can" {
	run box --read-only --tmpfs /scratch -v keep2:/data busybox sh -c 'echo x >/etc/x; echo y >/scratch/y && echo z >/data/z && cat /scratch/y /data/z'
	assert_output_contains "Read-only file system"
	assert_output_contains "y
z"
}

@test "the root file system is the container's own" {
	cale run --name first --network none busybox sh -c 'echo mine >/etc/passwd'
	run box busybox head -1 /etc/passwd
	assert_output "root:x:0:0:root:/root:/bin/sh"
	cale start -a first
}

@test "/dev holds the six nodes and what belongs to it" {
	run box busybox sh -c 'ls /dev; for n in null zero full random urandom tty; do test -c /dev/$n || echo missing $n; done; echo x >/dev/null; head -c1 /dev/zero | wc -c; echo x >/dev/full'
	refute_output_contains missing
	assert_output_contains "No space left"
	for extra in sda vda kmsg mem kvm fuse loop0; do refute_line "^$extra"; done
	for there in fd ptmx pts shm mqueue stdin stdout stderr; do assert_line "^$there\$"; done
}

@test "masked and read-only parts of /proc and /sys" {
	run box busybox sh -c 'cat /proc/kcore 2>/dev/null | wc -c; cat /proc/keys /proc/timer_list 2>/dev/null | wc -c; ls /sys/firmware 2>/dev/null | wc -l; echo 1 >/proc/sys/kernel/panic; echo 1 >/proc/irq/default_smp_affinity; mkdir /sys/x'
	assert_equal "${lines[0]}" 0
	assert_equal "${lines[1]}" 0
	assert_equal "${lines[2]}" 0
	[ "$(grep -c 'Read-only file system\|Permission denied' <<<"$output")" -eq 3 ]
}

@test "nothing that is mounted inside shows on the host" {
	cale run -d --name quiet --network none --tmpfs /scratch -v "$STATE/shared:/data" busybox sleep 60
	[ "$(grep -c "$STATE/shared" /proc/self/mountinfo)" -eq 0 ]
	[ "$(grep -c ' /scratch ' /proc/self/mountinfo)" -eq 0 ]
}
