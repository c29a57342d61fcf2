/* SPDX-License-Identifier: Apache-2.0 */
/* Where mounts go, what is made for them, what they start with, and in which order they come. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "tree_cases.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void assert_error(const struct container *c, const char *error)
{
	if (!c->failed || !strstr(c->e.text, error))
		print_message("# %s\n", c->failed ? c->e.text : "no error");
	assert_true(c->failed);
	assert_non_null(strstr(c->e.text, error));
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static void assert_owner(const char *path, unsigned uid, unsigned gid)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_uid, uid);
	assert_int_equal(st.st_gid, gid);
}

static void assert_content(const char *path, const char *content)
{
	char found[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		print_message("# %s: %s\n", path, strerror(errno));
	assert_true(fd >= 0);
	n = read(fd, found, sizeof found - 1);
	close(fd);
	assert_true(n >= 0);
	found[n] = '\0';
	assert_string_equal(found, content);
}

static void missing_targets(void **state)
{
	const struct spec_mount m[] = {
		{ .fstype = "tmpfs", .target = "/new/of/all" },
		{ .kind = MOUNT_BIND, .source = work("/host/file"), .target = "/etc/new/file" },
		{ .kind = MOUNT_BIND, .source = work("/host"), .target = "/folder" },
		{ .fstype = "tmpfs", .target = "/setgid/a/b" },
	};
	struct spec spec;
	struct container c;

	(void)state;
	work_reset();
	make_file(work("/host/file"), "of the host");
	make_dir(work("/rootfs/setgid"), 07755);
	for (int users = 0; users < 2; users++) {
		spec = tree_spec(users, m, ARRAY_SIZE(m));
		c = create_well(&spec);
		assert_content(inside(&c, "/etc/new/file"), "of the host");
		assert_content(inside(&c, "/folder/file"), "of the host");
		destroy(&c);
	}
	assert_int_equal(mode_of(work("/rootfs/new/of")), 0755);
	assert_int_equal(mode_of(work("/rootfs/new/of/all")), 0755);
	assert_int_equal(mode_of(work("/rootfs/etc/new/file")), 0644);
	assert_content(work("/rootfs/etc/new/file"), "");
	assert_int_equal(mode_of(work("/rootfs/setgid/a/b")), 02755);
}

static void made_by_containers_root(void **state)
{
	const struct spec_mount m = { .fstype = "tmpfs", .target = "/a/b" };
	struct spec spec = tree_spec(1, &m, 1);
	struct container c;

	(void)state;
	work_reset();
	c = create_well(&spec);
	assert_owner(work("/rootfs/a/b"), MAPPED_ROOT, MAPPED_ROOT);
	assert_owner(inside(&c, "/a/b"), MAPPED_ROOT, MAPPED_ROOT);
	destroy(&c);
}

static void links_stay_inside(void **state)
{
	/* A link in the root, where the mount really is. */
	static const struct {
		const char *link, *to, *target, *real;
	} rows[] = {
		{ "/conf", "/real/conf", "/conf/stack", "/real/conf/stack" },
		{ "/up", "../../../../up-there", "/up", "/up-there" },
		{ "/deep", "/a/b/c/d", "/deep/e", "/a/b/c/d/e" },
		{ "/etc", "/jump", "/etc/hosts", "/jump/hosts" },
		{ "/last", "/tmp/hosts", "/last", "/tmp/hosts" },
		{ "/relative", "sub/folder", "/relative", "/sub/folder" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		const char *source = i % 2 ? "/host/file" : "/host";
		struct spec_mount m = { .kind = MOUNT_BIND,
					.source = work("%s", source),
					.target = rows[i / 2].target };
		struct spec spec = tree_spec(0, &m, 1);
		struct container c;

		work_reset();
		make_file(work("/host/file"), "here");
		assert_int_equal(symlink(rows[i / 2].to, work("/rootfs%s", rows[i / 2].link)), 0);
		c = create_well(&spec);
		assert_int_equal(count_mounts(&c, rows[i / 2].real), 1);
		destroy(&c);
		assert_true(!exists("/up-there") && !exists("/real") && !exists("/jump"));
	}
}

static void links_to_nowhere_end(void **state)
{
	const struct spec_mount m = { .fstype = "tmpfs", .target = "/loop/x" };
	struct spec spec = tree_spec(0, &m, 1);
	struct container c;

	(void)state;
	work_reset();
	assert_int_equal(symlink("/pool", work("/rootfs/loop")), 0);
	assert_int_equal(symlink("/loop", work("/rootfs/pool")), 0);
	c = create(&spec);
	assert_error(&c, "Too many levels of symbolic links");
}

static void refused_targets(void **state)
{
	/* Each after a procfs on /proc. */
	static const struct {
		struct spec_mount m;
		const char *error;
	} rows[] = {
		{ { .fstype = "tmpfs", .target = "/proc" }, "not of type proc" },
		{ { .fstype = "tmpfs", .target = "/proc/self/attr" }, "inside /proc" },
		{ { .fstype = "tmpfs", .target = "/proc/sys" }, "inside /proc" },
		{ { .kind = MOUNT_BIND, .source = "/etc", .target = "/proc" }, "not of type proc" },
		{ { .kind = MOUNT_BIND, .source = "/etc/passwd", .target = "/proc/version" },
		  "inside /proc" },
		{ { .fstype = "tmpfs", .target = "/link" }, "leads into a proc file system" },
		{ { .kind = MOUNT_BIND,
		    .source = "/etc/passwd",
		    .target = "/link/sys/kernel/core_pattern" },
		  "leads into a proc file system" },
		{ { .fstype = "proc", .target = "/sub" }, "must be mounted on ordinary directory" },
		{ { .fstype = "sysfs", .target = "/sub" },
		  "must be mounted on ordinary directory" },
		{ { .fstype = "proc", .target = "/file" },
		  "must be mounted on ordinary directory" },
		{ { .kind = MOUNT_CGROUP, .target = "/sub" },
		  "must be mounted on ordinary directory" },
		{ { .kind = MOUNT_BIND, .source = "/nonexistent/source", .target = "/t" },
		  "/nonexistent/source: No such file or directory" },
		{ { .kind = MOUNT_BIND, .source = "/etc", .target = "/file" },
		  "a folder goes onto a folder" },
		{ { .kind = MOUNT_BIND, .source = "/etc/passwd", .target = "/folder" },
		  "a folder goes onto a folder" },
		{ { .fstype = "tmpfs", .target = "/", .copy_up = 1 }, "tmpcopyup on the root" },
		{ { .kind = MOUNT_BIND, .source = "/etc", .target = "/t", .idmapped = 1 },
		  "no user namespace" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct spec_mount m[] = { { .fstype = "proc", .target = "/proc" },
						rows[i].m };
		struct spec spec = tree_spec(0, m, 2);
		struct container c;

		work_reset();
		assert_int_equal(symlink("/proc", work("/rootfs/link")), 0);
		make_dir(work("/rootfs/folder"), 0755);
		assert_int_equal(symlink("/folder", work("/rootfs/sub")), 0);
		make_file(work("/rootfs/file"), "");
		c = create(&spec);
		assert_error(&c, rows[i].error);
	}
}

static void harmless_files_of_proc(void **state)
{
	static const char *const names[] = { "/proc/meminfo", "/proc/uptime", "/proc/loadavg" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct spec_mount m[] = {
			{ .fstype = "proc", .target = "/proc" },
			{ .kind = MOUNT_BIND, .source = work("/host/figures"), .target = names[i] },
		};
		struct spec spec = tree_spec(1, m, 2);
		struct container c;

		work_reset();
		make_file(work("/host/figures"), "made up");
		c = create_well(&spec);
		assert_content(inside(&c, names[i]), "made up");
		destroy(&c);
	}
}

static void hosts_proc_may_be_bound(void **state)
{
	const struct spec_mount m = {
		.kind = MOUNT_BIND, .source = "/proc", .target = "/proc", .recursive = 1
	};
	struct spec spec = tree_spec(0, &m, 1);
	struct container c;

	(void)state;
	work_reset();
	c = create_well(&spec);
	assert_mount(&c, "/proc", "proc");
	destroy(&c);
}

static void tmpfs_is_like_what_it_covers(void **state)
{
	/* Folder before, options, mode and owner after. */
	static const struct {
		unsigned before, owner;
		const char *option;
		unsigned mode, uid;
	} rows[] = {
		{ 0710, 0, NULL, 0710, 0 },
		{ 01777, 1234, NULL, 01777, 1234 },
		{ 0710, 1234, "mode=1500", 01500, 0 },
		{ 0711, 1234, "uid=3", 0711, 3 },
		{ 0, 0, NULL, 01777, 0 }, /* none: the kernel's default */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct spec_mount m = { .fstype = "tmpfs",
					      .target = "/t",
					      .options = LIST(rows[i].option) };
		struct spec spec = tree_spec(0, &m, 1);
		struct container c;

		work_reset();
		if (rows[i].before) {
			make_dir(work("/rootfs/t"), rows[i].before);
			assert_int_equal(chown(work("/rootfs/t"), rows[i].owner, rows[i].owner), 0);
		}
		c = create_well(&spec);
		assert_int_equal(mode_of(inside(&c, "/t")), rows[i].mode);
		assert_owner(inside(&c, "/t"), rows[i].uid, rows[i].uid == 3 ? 0 : rows[i].uid);
		destroy(&c);
	}
}

static void tmpfs_starts_with_what_it_covers(void **state)
{
	const struct spec_mount m = { .fstype = "tmpfs", .target = "/t", .copy_up = 1 };

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, &m, 1);
		struct container c;

		work_reset();
		make_dir(work("/rootfs/t"), 0751);
		make_dir(work("/rootfs/t/below"), 0777);
		make_file(work("/rootfs/t/below/file"), "content");
		assert_int_equal(symlink("file", work("/rootfs/t/below/link")), 0);
		assert_int_equal(mknod(work("/rootfs/t/device"), S_IFCHR | 0666, makedev(1, 5)), 0);
		c = create_well(&spec);
		assert_mount(&c, "/t", "tmpfs");
		assert_int_equal(mode_of(inside(&c, "/t")), 0751);
		assert_int_equal(mode_of(inside(&c, "/t/below")), 0777);
		assert_content(inside(&c, "/t/below/link"), "content");
		/* A device that the image brings doesn't come to life where devices work. */
		assert_false(exists(inside(&c, "/t/device")));
		make_file(inside(&c, "/t/below/file"), "changed");
		destroy(&c);
		assert_content(work("/rootfs/t/below/file"), "content");
	}
}

/* Every mount is seen by the sources of the ones after it. */
static void order(void **state)
{
	const struct spec_mount m[] = {
		{ .kind = MOUNT_BIND, .source = work("/host/a"), .target = "/mnt" },
		{ .kind = MOUNT_BIND, .source = work("/host/link-b"), .target = "/mnt/x" },
		{ .kind = MOUNT_BIND, .source = work("/host/c"), .target = "/mnt/x/y" },
		{ .kind = MOUNT_BIND, .source = work("/host/a"), .target = "/mnt/x/y/z" },
		{ .kind = MOUNT_BIND,
		  .source = work("/rootfs/mnt/x"),
		  .target = "/mnt/x/y/z/x",
		  .recursive = 1 },
		{ .kind = MOUNT_BIND,
		  .source = work("/rootfs/mnt"),
		  .target = "/final",
		  .recursive = 1 },
		{ .kind = MOUNT_BIND, .source = work("/rootfs/plain"), .target = "/copy" },
	};
	char paths[ARRAY_SIZE(m)][128];

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec_mount own[ARRAY_SIZE(m)];
		struct spec spec = tree_spec(users, own, ARRAY_SIZE(m));
		struct container c;

		work_reset();
		for (size_t i = 0; i < ARRAY_SIZE(m); i++) {
			own[i] = m[i];
			snprintf(paths[i], sizeof paths[i], "%s%s", work_dir,
				 ((const char *[]){ "/host/a", "/host/link-b", "/host/c", "/host/a",
						    "/rootfs/mnt/x", "/rootfs/mnt",
						    "/rootfs/plain" })[i]);
			own[i].source = paths[i];
		}
		make_dir(work("/host/a"), 0755);
		make_dir(work("/host/a/x"), 0755);
		make_file(work("/host/a/x/file"), "a/x");
		make_dir(work("/host/b"), 0755);
		make_dir(work("/host/b/y"), 0755);
		make_dir(work("/host/c"), 0755);
		make_dir(work("/host/c/z"), 0755);
		assert_int_equal(symlink("b", work("/host/link-b")), 0);
		make_dir(work("/rootfs/plain"), 0755);
		make_file(work("/rootfs/plain/file"), "plain");
		c = create_well(&spec);
		assert_content(inside(&c, "/copy/file"), "plain");
		assert_int_equal(count_mounts(&c, "/final/x/y/z/x/y"), 1);
		assert_true(exists(inside(&c, "/final/x/y/z/x/y/z")));
		destroy(&c);
	}
}

/* A bind of a whole tree of the host that holds the container's root doesn't show its mounts. */
static void tree_is_not_part_of_itself(void **state)
{
	const uint64_t propagations[] = { 0, MS_SLAVE | MS_REC };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(propagations) * 2; i++) {
		const struct spec_mount m[] = {
			{ .fstype = "proc", .target = "/proc" },
			{ .kind = MOUNT_BIND, .source = work_dir, .target = "/t", .recursive = 1 },
			{ .kind = MOUNT_MASK, .target = "/proc/kcore" },
		};
		struct spec spec = tree_spec(i % 2, m, 3);
		struct container c;

		work_reset();
		spec.rootfs.propagation = propagations[i / 2];
		c = create_well(&spec);
		assert_int_equal(count_mounts(&c, "/t"), 1);
		assert_int_equal(count_mounts(&c, "/t/rootfs"), 0);
		assert_int_equal(count_mounts(&c, "/t/rootfs/proc"), 0);
		assert_false(exists(inside(&c, "/t/rootfs/proc/kcore")));
		destroy(&c);
	}
}

static void special_files(void **state)
{
	const struct spec_mount m = {
		.kind = MOUNT_BIND,
		.source = work("/host/fifo"),
		.target = "/fifo",
		.attributes = MOUNT_ATTR_RDONLY,
	};
	struct spec_mount own = m;
	struct spec spec = tree_spec(1, &own, 1);
	struct container c;
	struct stat st;

	(void)state;
	work_reset();
	own.source = work("/host/fifo");
	assert_int_equal(mkfifo(own.source, 0644), 0);
	c = create_well(&spec);
	assert_int_equal(lstat(inside(&c, "/fifo"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	destroy(&c);
}

static void links_themselves(void **state)
{
	struct spec_mount m = { .kind = MOUNT_BIND, .target = "/target" };
	struct spec spec = tree_spec(0, &m, 1);
	struct container c;
	char link[64];

	(void)state;
	work_reset();
	make_file(work("/host/file"), "of the host");
	assert_int_equal(symlink("file", work("/host/link")), 0);
	assert_int_equal(symlink("nowhere", work("/rootfs/target")), 0);
	m.source = work("/host/link");
	m.target_nofollow = 1;
	c = create_well(&spec);
	assert_content(inside(&c, "/target"), "of the host");
	destroy(&c);

	m.source_nofollow = 1;
	c = create_well(&spec);
	memset(link, 0, sizeof link);
	assert_true(readlink(inside(&c, "/target"), link, sizeof link - 1) > 0);
	assert_string_equal(link, "file");
	destroy(&c);

	work_reset();
	assert_int_equal(symlink("some/where", work("/host/link")), 0);
	m = (struct spec_mount){ .kind = MOUNT_BIND,
				 .source = work("/host/link"),
				 .target = "/a/link",
				 .copy_symlink = 1 };
	for (int again = 0; again < 2; again++) {
		c = create_well(&spec);
		memset(link, 0, sizeof link);
		assert_true(readlink(inside(&c, "/a/link"), link, sizeof link - 1) > 0);
		assert_string_equal(link, "some/where");
		destroy(&c);
	}
}

static void mount_on_the_root(void **state)
{
	const struct spec_mount m[] = {
		{ .kind = MOUNT_BIND, .source = work("/host"), .target = "/" },
		{ .fstype = "tmpfs", .target = "/t", .attributes = MOUNT_ATTR_NOEXEC },
	};

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec_mount own[2] = { m[0], m[1] };
		struct spec spec = tree_spec(users, own, 2);
		struct container c;

		work_reset();
		own[0].source = work("/host");
		make_file(work("/host/file"), "the root");
		spec.rootfs.readonly = 1;
		c = create_well(&spec);
		assert_content(inside(&c, "/file"), "the root");
		assert_mount(&c, "/t", "noexec");
		assert_mount(&c, "/", "ro");
		destroy(&c);
	}
}

/* More in one option than fsconfig(2) takes. */
static void overlay_of_long_names(void **state)
{
	char lower[600], upper[160], workdir[160], name[200];
	const char *const options[] = { lower, upper, workdir, NULL };
	const struct spec_mount m = {
		.fstype = "overlay",
		.source = "overlay",
		.target = "/t",
		.options = options,
		.attributes = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID,
		.propagation = MS_SHARED,
	};
	struct spec spec = tree_spec(1, &m, 1);
	struct container c;

	(void)state;
	work_reset();
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	make_dir(work("/host/%s", name), 0755);
	make_dir(work("/host/b"), 0755);
	make_file(work("/host/b/file"), "below");
	make_dir(work("/host/upper"), 0755);
	make_dir(work("/host/work"), 0755);
	snprintf(lower, sizeof lower, "lowerdir=%s:%s", work("/host/%s", name), work("/host/b"));
	snprintf(upper, sizeof upper, "upperdir=%s", work("/host/upper"));
	snprintf(workdir, sizeof workdir, "workdir=%s", work("/host/work"));
	assert_true(strlen(lower) > 256);
	c = create_well(&spec);
	assert_mount(&c, "/t", "nodev nosuid overlay shared");
	assert_content(inside(&c, "/t/file"), "below");
	make_file(inside(&c, "/t/new"), "x");
	destroy(&c);
	assert_true(exists(work("/host/upper/new")));
}

static int set_up(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return -1;
	work_open();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	work_close();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_targets),
		cmocka_unit_test(made_by_containers_root),
		cmocka_unit_test(links_stay_inside),
		cmocka_unit_test(links_to_nowhere_end),
		cmocka_unit_test(refused_targets),
		cmocka_unit_test(harmless_files_of_proc),
		cmocka_unit_test(hosts_proc_may_be_bound),
		cmocka_unit_test(tmpfs_is_like_what_it_covers),
		cmocka_unit_test(tmpfs_starts_with_what_it_covers),
		cmocka_unit_test(order),
		cmocka_unit_test(tree_is_not_part_of_itself),
		cmocka_unit_test(special_files),
		cmocka_unit_test(links_themselves),
		cmocka_unit_test(mount_on_the_root),
		cmocka_unit_test(overlay_of_long_names),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
