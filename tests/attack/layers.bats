#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Hostile archives, layer by layer: a sentinel on the host stays as it was, a refusal is one line, memory and
# time are bounded, and nothing half-loaded stays behind. tests/images/make-hostile has the attacks.
load ../system/helper

MAKE=$CALE_TOP/tests/images/make-hostile
HOSTILE=$CALE_TEST_CACHE/hostile
MEMORY_KIB=$((192 << 10))
case $CALE_BUILD in *asan*) MEMORY_KIB=$((1 << 20)) ;; esac # what the sanitizer itself takes
SECONDS_MAX=90

setup_file() {
	state_open busybox
	local stamp name fate
	stamp=$(cat "$MAKE" "$CALE_TOP/tests/images/archive.py" | sha256sum)
	if [ "$(cat "$HOSTILE/stamp" 2>/dev/null)" != "$stamp" ]; then
		rm -rf "$HOSTILE"
		mkdir -p "$HOSTILE"
		"$MAKE" | while read -r name fate; do "$MAKE" "$name" "$HOSTILE/$name.tar" || return 1; done
		echo "$stamp" >"$HOSTILE/stamp"
	fi
}
teardown_file() { rm -rf /tmp/cale-sentinel; state_close; }
setup() {
	rm -rf /tmp/cale-sentinel
	echo untouched >/tmp/cale-sentinel
	chmod 644 /tmp/cale-sentinel
	[ "$MODE" = root ] || chown caletest: /tmp/cale-sentinel
}
teardown() { containers_remove; cale rmi -f hostile:v1 >/dev/null 2>&1 || true; }

sentinel_is_untouched() {
	assert_equal "$(stat -c '%a %h %s' /tmp/cale-sentinel)" "644 1 10" || return
	assert_equal "$(cat /tmp/cale-sentinel)" untouched
}
# Loads within bounds: the time is the limit, the memory is what the largest process ever had.
load_hostile() {
	local before=${EPOCHREALTIME/./}
	run --separate-stderr as_mode /usr/bin/timeout $SECONDS_MAX /usr/bin/python3 -c '
import resource, subprocess, sys
rc = subprocess.run(sys.argv[2:], check=False).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
if used > int(sys.argv[1]):
    print(f"a process took {used} KiB", file=sys.stderr)
    rc = 99
sys.exit(rc)' $MEMORY_KIB "$CALE" --root "$STATE/root" --runroot "$STATE/run" load -i "$1"
	[ "$status" -ne 124 ] || { echo "took more than $SECONDS_MAX s"; return 1; }
	[ "$status" -ne 99 ] || { echo "$stderr"; return 1; }
}
blobs() { find "$STATE/root" -path '*/blobs/*' -type f | wc -l; }
layers() { find "$STATE/root/layers" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }

refused() {
	local had_blobs had_layers
	had_blobs=$(blobs) had_layers=$(layers)
	load_hostile "$HOSTILE/$1.tar"
	sentinel_is_untouched || return
	assert_refused 1 "" || return
	[ -z "$(cale images -q hostile)" ] || { echo "the image is there"; return 1; }
	assert_equal "$(blobs) $(layers)" "$had_blobs $had_layers"
}
# May load; then it must also run without harm.
harmless() {
	load_hostile "$HOSTILE/$1.tar"
	sentinel_is_untouched || return
	if [ "$status" -eq 0 ]; then
		run cale run --rm --network none hostile:v1
		[ "$status" -lt 128 ] || { echo "run: $output"; return 1; }
		sentinel_is_untouched || return
		cale rmi hostile:v1 >/dev/null
	else
		assert_refused 1 ""
	fi
}

@test "every attack of make-hostile has its test here" {
	while read -r name fate; do
		grep -qF "{ $fate $name; }" "$BATS_TEST_FILENAME" || { echo "none for $name $fate"; return 1; }
	done < <("$MAKE")
}

@test "dotdot is refused" { refused dotdot; }
@test "dotdot-inside is refused" { refused dotdot-inside; }
@test "root-symlink is refused" { refused root-symlink; }
@test "root-lower-symlink is refused" { refused root-lower-symlink; }
@test "whiteout-dotdot is refused" { refused whiteout-dotdot; }
@test "whiteout-dot is refused" { refused whiteout-dot; }
@test "whiteout-empty is refused" { refused whiteout-empty; }
@test "whiteout-up is refused" { refused whiteout-up; }
@test "bomb-gzip is refused" { refused bomb-gzip; }
@test "bomb-zstd is refused" { refused bomb-zstd; }
@test "bomb-sparse is refused" { refused bomb-sparse; }
@test "many-entries is refused" { refused many-entries; }
@test "very-deep is refused" { refused very-deep; }
@test "long-name is refused" { refused long-name; }
@test "very-long-name is refused" { refused very-long-name; }
@test "huge-pax is refused" { refused huge-pax; }
@test "huge-xattr is refused" { refused huge-xattr; }
@test "many-layers is refused" { refused many-layers; }
@test "truncated-layer is refused" { refused truncated-layer; }
@test "truncated-gzip is refused" { refused truncated-gzip; }
@test "truncated-archive is refused" { refused truncated-archive; }
@test "not-a-tar is refused" { refused not-a-tar; }
@test "layer-not-a-tar is refused" { refused layer-not-a-tar; }
@test "bad-checksum is refused" { refused bad-checksum; }
@test "negative-size is refused" { refused negative-size; }
@test "wrong-diff-id is refused" { refused wrong-diff-id; }
@test "wrong-digest-layer is refused" { refused wrong-digest-layer; }
@test "wrong-digest-config is refused" { refused wrong-digest-config; }
@test "wrong-digest-manifest is refused" { refused wrong-digest-manifest; }
@test "digest-path is refused" { refused digest-path; }
@test "missing-blob is refused" { refused missing-blob; }
@test "index-loop is refused" { refused index-loop; }
@test "config-types is refused" { refused config-types; }
@test "config-nul is refused" { refused config-nul; }
@test "config-deep is refused" { refused config-deep; }
@test "config-huge is refused" { refused config-huge; }
@test "config-env-count is refused" { refused config-env-count; }
@test "manifest-deep is refused" { refused manifest-deep; }
@test "manifest-path is refused" { refused manifest-path; }
@test "manifest-tag is refused" { refused manifest-tag; }
@test "manifest-empty is refused" { refused manifest-empty; }
@test "archive-symlink is refused" { refused archive-symlink; }
@test "hardlink-out is refused" { refused hardlink-out; }
@test "hardlink-dotdot is refused" { refused hardlink-dotdot; }
@test "hardlink-parent is refused" { refused hardlink-parent; }
@test "absolute is harmless" { harmless absolute; }
@test "symlink-parent is harmless" { harmless symlink-parent; }
@test "symlink-parent-relative is harmless" { harmless symlink-parent-relative; }
@test "symlink-parent-lower is harmless" { harmless symlink-parent-lower; }
@test "symlink-chain is harmless" { harmless symlink-chain; }
@test "symlink-final is harmless" { harmless symlink-final; }
@test "symlink-race is harmless" { harmless symlink-race; }
@test "hardlink-symlink is harmless" { harmless hardlink-symlink; }
@test "root-file is harmless" { harmless root-file; }
@test "empty-name is harmless" { harmless empty-name; }
@test "chmod-through-symlink is harmless" { harmless chmod-through-symlink; }
@test "whiteout-symlink is harmless" { harmless whiteout-symlink; }
@test "opaque-root is harmless" { harmless opaque-root; }
@test "opaque-symlink is harmless" { harmless opaque-symlink; }
@test "overlay-xattr is harmless" { harmless overlay-xattr; }
@test "deep is harmless" { harmless deep; }
@test "config-terminal is harmless" { harmless config-terminal; }
@test "duplicates is harmless" { harmless duplicates; }
@test "devices is harmless" { harmless devices; }
