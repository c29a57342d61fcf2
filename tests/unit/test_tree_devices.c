/* SPDX-License-Identifier: Apache-2.0 */
/* Devices, masks, control groups, id maps, and the ways to become "/". */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "tree_cases.h"
#include "runtime/cgroup_control.h"

static const char *const dev_options[] = { "mode=755", "size=65536k", NULL };
static const char *const pts_options[] = { "newinstance", "ptmxmode=0666", "mode=0620", NULL };

static const struct spec_mount dev_tmpfs = {
	.fstype = "tmpfs",
	.source = "tmpfs",
	.target = "/dev",
	.attributes = MOUNT_ATTR_NOSUID,
	.options = dev_options,
};
static const struct spec_mount dev_pts = {
	.fstype = "devpts",
	.source = "devpts",
	.target = "/dev/pts",
	.options = pts_options,
};

static void assert_error(const struct container *c, const char *error)
{
	if (!c->failed || !strstr(c->e.text, error))
		print_message("# %s\n", c->failed ? c->e.text : "no error");
	assert_true(c->failed);
	assert_non_null(strstr(c->e.text, error));
}

static struct stat stat_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st;
}

static void assert_device(const char *path, unsigned mode, dev_t device)
{
	struct stat st = stat_of(path);

	assert_int_equal(st.st_mode, mode);
	assert_int_equal(st.st_rdev, device);
}

static void assert_link(const char *path, const char *target)
{
	char found[64] = "";

	assert_true(readlink(path, found, sizeof found - 1) > 0);
	assert_string_equal(found, target);
}

static void assert_default_devices(const struct container *c)
{
	static const struct {
		const char *path;
		unsigned major, minor;
	} nodes[] = {
		{ "/dev/null", 1, 3 },	 { "/dev/zero", 1, 5 },	   { "/dev/full", 1, 7 },
		{ "/dev/random", 1, 8 }, { "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
		assert_device(inside(c, nodes[i].path), S_IFCHR | 0666,
			      makedev(nodes[i].major, nodes[i].minor));
	assert_link(inside(c, "/dev/fd"), "/proc/self/fd");
	assert_link(inside(c, "/dev/stdin"), "/proc/self/fd/0");
	assert_link(inside(c, "/dev/stderr"), "/proc/self/fd/2");
	assert_link(inside(c, "/dev/ptmx"), "pts/ptmx");
}

static void default_devices(void **state)
{
	(void)state;
	umask(0077); /* is nobody's business */
	/* In a tmpfs, in a folder of the root, and where there is none. */
	for (int kind = 0; kind < 6; kind++) {
		struct spec spec = tree_spec(kind % 2, &dev_tmpfs, kind / 2 == 0);
		struct container c;

		work_reset();
		if (kind / 2 == 1)
			make_dir(work("/rootfs/dev"), 0755);
		spec.default_devices = 1;
		c = create_well(&spec);
		assert_default_devices(&c);
		destroy(&c);
		/* What is there is kept when it is the same. */
		c = create_well(&spec);
		assert_default_devices(&c);
		destroy(&c);
	}
	umask(0022);
}

static int open_zero(const void *path)
{
	char byte = 1;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	return read(fd, &byte, 1) == 1 && !byte ? 0 : 255;
}

static void devices_work(void **state)
{
	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, &dev_tmpfs, 1);
		struct container c;

		work_reset();
		spec.default_devices = 1;
		c = create_well(&spec);
		assert_int_equal(run_inside(&c, open_zero, "/dev/zero"), 0);
		destroy(&c);
	}
}

static void devices_of_the_spec(void **state)
{
	static const struct spec_device devices[] = {
		{ "/dev/foo", S_IFBLK, 1, 5, 0157, 10, 11 },
		{ "/dev/sub/folder/bar", S_IFCHR, 1, 3, 0640, 3, 4 },
		{ "/dev/fifo", S_IFIFO, 0, 0, 0660, 1, 2 },
		{ "/elsewhere/deep/", S_IFBLK, 10, 229, 0666, 0, 0 },
		{ "/top", S_IFCHR, 1, 5, 0666, 0, 0 },
		{ "/dev/tty", S_IFCHR, 5, 0, 0600, 0, 0 },  /* instead of the default one */
		{ "/dev/ptmx", S_IFCHR, 5, 2, 0666, 0, 0 }, /* stays the link */
	};

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, &dev_tmpfs, 1);
		unsigned root = users ? MAPPED_ROOT : 0;
		struct container c;

		work_reset();
		spec.default_devices = 1;
		spec.devices = devices;
		spec.n_devices = ARRAY_SIZE(devices);
		c = create_well(&spec);
		assert_device(inside(&c, "/dev/foo"), S_IFBLK | 0157, makedev(1, 5));
		assert_int_equal(stat_of(inside(&c, "/dev/foo")).st_uid, root + 10);
		assert_int_equal(stat_of(inside(&c, "/dev/foo")).st_gid, root + 11);
		assert_device(inside(&c, "/dev/sub/folder/bar"), S_IFCHR | 0640, makedev(1, 3));
		assert_int_equal(stat_of(inside(&c, "/dev/fifo")).st_mode, S_IFIFO | 0660);
		assert_int_equal(stat_of(inside(&c, "/dev/fifo")).st_gid, root + 2);
		assert_device(inside(&c, "/elsewhere/deep"), S_IFBLK | 0666, makedev(10, 229));
		assert_device(inside(&c, "/top"), S_IFCHR | 0666, makedev(1, 5));
		assert_device(inside(&c, "/dev/tty"), S_IFCHR | 0600, makedev(5, 0));
		assert_link(inside(&c, "/dev/ptmx"), "pts/ptmx");
		destroy(&c);
	}
}

/* Owned by who isn't in the container: the host's node, as it is there. */
static void device_of_a_stranger_is_bound(void **state)
{
	static const struct spec_device device = { "/dev/null", S_IFCHR, 1, 3, 0666, 70000, 0 };
	struct spec spec = tree_spec(1, &dev_tmpfs, 1);
	struct container c;

	(void)state;
	work_reset();
	spec.devices = &device;
	spec.n_devices = 1;
	c = create_well(&spec);
	assert_mount(&c, "/dev/null", "nosuid noexec");
	assert_device(inside(&c, "/dev/null"), stat_of("/dev/null").st_mode, makedev(1, 3));
	destroy(&c);
}

/* An image's own /dev: placeholders are covered, lies refused. */
static void what_the_image_has_in_dev(void **state)
{
	struct spec spec = tree_spec(0, NULL, 0);
	struct container c;

	(void)state;
	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	make_file(work("/rootfs/dev/null"), "placeholder");
	make_file(work("/rootfs/dev/ptmx"), "placeholder");
	spec.default_devices = 1;
	c = create_well(&spec);
	assert_default_devices(&c);
	destroy(&c);

	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	assert_int_equal(mknod(work("/rootfs/dev/null"), S_IFCHR | 0666, makedev(1, 1)), 0);
	c = create(&spec);
	assert_error(&c, "/dev/null is something else already");

	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	make_file(work("/host/victim"), "untouched");
	assert_int_equal(symlink(work("/host/victim"), work("/rootfs/dev/null")), 0);
	c = create(&spec);
	assert_error(&c, "/dev/null");
	assert_int_equal(stat_of(work("/host/victim")).st_size, 9);
}

/* CVE-2026-41579, CVE-2026-47766: /dev leads out of the root. */
static void dev_is_a_link(void **state)
{
	static const struct spec_mount mounts[] = { { .fstype = "proc", .target = "/proc" },
						    { .kind = MOUNT_DEV, .target = "/dev" } };

	(void)state;
	for (size_t n = 0; n <= ARRAY_SIZE(mounts); n++) {
		struct spec spec = tree_spec(n % 2, mounts, n);
		struct container c;

		work_reset();
		make_file(work("/host/ptmx"), "outside");
		assert_int_equal(symlink(work("/host"), work("/rootfs/dev")), 0);
		spec.default_devices = n < 2;
		c = create(&spec);
		assert_error(&c, "ordinary directory");
		assert_true(S_ISREG(stat_of(work("/host/ptmx")).st_mode));
		assert_false(exists(work("/host/null")) || exists(work("/host/fd")));
		/* Nor does the same path inside of the root. */
		assert_false(exists(work("/rootfs%s", work("/host"))));
	}
}

static void readonly_dev(void **state)
{
	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec_mount m[] = { dev_tmpfs, dev_pts };
		struct spec spec = tree_spec(users, m, 2);
		struct container c;

		work_reset();
		m[0].attributes |= MOUNT_ATTR_RDONLY;
		spec.default_devices = 1;
		spec.process.terminal = 1;
		c = create_well(&spec);
		assert_default_devices(&c);
		assert_mount(&c, "/dev", "ro nosuid tmpfs");
		assert_true(S_ISCHR(stat_of(inside(&c, "/dev/console")).st_mode));
		destroy(&c);
	}
}

/* CVE-2026-88264, CVE-2025-52565: the terminal goes onto a file of /dev, or nowhere. */
static void console(void **state)
{
	struct spec spec = tree_spec(0, &dev_pts, 1);
	struct container c;

	(void)state;
	spec.process.terminal = 1;
	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	make_file(work("/rootfs/dev/console"), "");
	c = create_well(&spec);
	assert_true(S_ISCHR(stat_of(inside(&c, "/dev/console")).st_mode));
	assert_int_equal(major(stat_of(inside(&c, "/dev/console")).st_rdev), 136);
	destroy(&c);

	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	assert_int_equal(symlink(work("/host/console"), work("/rootfs/dev/console")), 0);
	c = create(&spec);
	assert_error(&c, "/dev/console is no file and no terminal");
	assert_false(exists(work("/host/console")));
}

static void masks(void **state)
{
	static const struct spec_mount m[] = {
		{ .fstype = "proc", .target = "/proc" },
		{ .kind = MOUNT_MASK, .target = "/proc/interrupts" },
		{ .kind = MOUNT_MASK, .target = "/proc/fs" },
		{ .kind = MOUNT_MASK, .target = "/one" },
		{ .kind = MOUNT_MASK, .target = "/one" },
		{ .kind = MOUNT_MASK, .target = "/file" },
		{ .kind = MOUNT_MASK, .target = "/by/link" },
		{ .kind = MOUNT_MASK, .target = "/not/there" },
		{ .kind = MOUNT_READONLY, .target = "/proc/sys" },
		{ .kind = MOUNT_READONLY, .target = "/kept" },
		{ .kind = MOUNT_READONLY, .target = "/proc/nothing" },
	};

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, m, ARRAY_SIZE(m));
		struct container c;

		work_reset();
		make_dir(work("/rootfs/one"), 0755);
		make_file(work("/rootfs/one/secret"), "x");
		make_file(work("/rootfs/file"), "secret");
		make_file(work("/rootfs/kept"), "kept");
		make_dir(work("/rootfs/real"), 0755);
		make_dir(work("/rootfs/real/link"), 0755);
		make_file(work("/rootfs/real/link/secret"), "x");
		assert_int_equal(symlink("real", work("/rootfs/by")), 0);
		c = create_well(&spec);
		assert_device(inside(&c, "/proc/interrupts"), stat_of("/dev/null").st_mode,
			      makedev(1, 3));
		assert_device(inside(&c, "/file"), stat_of("/dev/null").st_mode, makedev(1, 3));
		assert_mount(&c, "/file", "ro nosuid noexec");
		assert_false(exists(inside(&c, "/one/secret")));
		assert_false(exists(inside(&c, "/by/link/secret")));
		assert_int_equal(count_mounts(&c, "/one"), 1);
		assert_mount(&c, "/one", "ro nosuid nodev noexec");
		/* One empty file system for all folders. */
		assert_int_equal(stat_of(inside(&c, "/one")).st_dev,
				 stat_of(inside(&c, "/proc/fs")).st_dev);
		assert_mount(&c, "/proc/sys", "ro proc");
		assert_mount(&c, "/kept", "ro");
		destroy(&c);
	}
}

/* CVE-2025-31133, on the host's side: what a mask is made of is proved to be the null device. */
static void masks_are_made_of_the_null_device(void **state)
{
	static const struct spec_mount m = { .kind = MOUNT_MASK, .target = "/file" };
	struct spec spec = tree_spec(0, &m, 1);
	struct container c;

	(void)state;
	work_reset();
	make_file(work("/rootfs/file"), "secret");
	make_file(work("/host/false"), "");
	assert_int_equal(mount(work("/host/false"), "/dev/null", NULL, MS_BIND, NULL), 0);
	c = create(&spec);
	umount2("/dev/null", MNT_DETACH);
	assert_error(&c, "/dev/null of the host isn't the null device");
}

static void readonly_paths_keep_other_flags(void **state)
{
	static const struct spec_mount m[] = {
		{ .fstype = "proc",
		  .target = "/proc",
		  .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV },
		{ .kind = MOUNT_READONLY, .target = "/proc/bus" },
	};
	struct spec spec = tree_spec(0, m, 2);
	struct container c;

	(void)state;
	work_reset();
	c = create_well(&spec);
	assert_mount(&c, "/proc/bus", "ro nosuid nodev noexec relatime");
	destroy(&c);
}

static void readonly_root(void **state)
{
	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec_mount m = { .fstype = "tmpfs", .target = "/t" };
		struct spec spec = tree_spec(users, &m, 1);
		struct container c;

		work_reset();
		spec.rootfs.readonly = 1;
		c = create_well(&spec);
		assert_mount(&c, "/", "ro");
		assert_mount(&c, "/t", "rw");
		destroy(&c);
	}
}

static const struct id_range disk_map[] = { { 100, 101000, 3 }, { 200, 102000, 3 } };
static const struct id_range other_map[] = { { 0, 105000, 1000 } };

static void id_maps(void **state)
{
	static const struct {
		const char *name;
		int users, idmapped, recursive;
		const struct id_range *map;
		size_t n;
		int64_t top, below; /* owner of a file that 100 owns, as the host sees it */
	} rows[] = {
		{ "the container's map", 1, 1, 0, NULL, 0, MAPPED_ROOT + 100, 100 },
		{ "also below", 1, 1, 1, NULL, 0, MAPPED_ROOT + 100, MAPPED_ROOT + 100 },
		{ "its own", 1, 0, 0, disk_map, 2, 101000, 100 },
		{ "its own without users", 0, 0, 0, disk_map, 2, 101000, 100 },
		{ "its own, also below", 0, 0, 1, disk_map, 2, 101000, 101000 },
		{ "another", 0, 0, 1, other_map, 1, 105100, 105100 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct spec_mount m[] = { { .kind = MOUNT_BIND,
					    .target = "/a",
					    .recursive = 1,
					    .idmapped = rows[i].idmapped,
					    .idmap = { rows[i].map, rows[i].map, rows[i].n,
						       rows[i].n, rows[i].recursive } },
					  { .kind = MOUNT_BIND, .target = "/plain" } };
		struct spec spec = tree_spec(rows[i].users, m, 2);
		struct container c;

		work_reset();
		make_file(work("/host/file"), "x");
		make_dir(work("/host/mounted"), 0755);
		assert_int_equal(mount("tmpfs", work("/host/mounted"), "tmpfs", 0, NULL), 0);
		make_file(work("/host/mounted/file"), "x");
		assert_int_equal(chown(work("/host/file"), 100, 100), 0);
		assert_int_equal(chown(work("/host/mounted/file"), 100, 100), 0);
		m[0].source = m[1].source = work("/host");
		c = create(&spec);
		if (c.failed && c.e.code == ERR_UNENFORCED)
			skip(); /* tmpfs learned it in 6.3 */
		assert_false(c.failed);
		assert_int_equal(stat_of(inside(&c, "/a/file")).st_uid, rows[i].top);
		assert_int_equal(stat_of(inside(&c, "/a/mounted/file")).st_uid, rows[i].below);
		assert_int_equal(stat_of(inside(&c, "/plain/file")).st_uid, 100);
		destroy(&c);
	}
}

static void id_map_of_what_has_none(void **state)
{
	struct spec_mount m = { .kind = MOUNT_BIND,
				.source = "/proc",
				.target = "/t",
				.idmap = { disk_map, disk_map, 2, 2, 0 } };
	struct spec spec = tree_spec(0, &m, 1);
	struct container c;

	(void)state;
	work_reset();
	c = create(&spec);
	assert_error(&c, "its file system can't show its files through an id map");
	m.idmap.n_gid = 0;
	c = create(&spec);
	assert_error(&c, "for users and groups");
}

/* A container that has no group never sees the host's. */
static void no_cgroup(void **state)
{
	static const struct spec_mount m[] = {
		{ .kind = MOUNT_BIND,
		  .source = "/sys",
		  .target = "/sys",
		  .recursive = 1,
		  .attributes = MOUNT_ATTR_RDONLY,
		  .attributes_exact = 1 },
		{ .kind = MOUNT_CGROUP, .target = "/sys/fs/cgroup" },
	};
	struct spec spec = tree_spec(1, m, 2);
	struct container c;

	(void)state;
	work_reset();
	c = create_well(&spec);
	assert_mount(&c, "/sys/fs/cgroup", "ro tmpfs");
	assert_false(exists(inside(&c, "/sys/fs/cgroup/cgroup.procs")) ||
		     exists(inside(&c, "/sys/fs/cgroup/memory")) ||
		     exists(inside(&c, "/sys/fs/cgroup/unified")));
	destroy(&c);
}

/* CVE-2023-25809: the groups below a bound read-only /sys are read-only, too. */
static void readonly_sys_has_no_writable_groups(void **state)
{
	static const struct spec_mount m = { .kind = MOUNT_BIND,
					     .source = "/sys",
					     .target = "/sys",
					     .recursive = 1,
					     .attributes = MOUNT_ATTR_RDONLY };
	struct spec spec = tree_spec(0, &m, 1);
	struct container c, self = { .process.pid = getpid() };

	(void)state;
	work_reset();
	if (!count_mounts(&self, "/sys/fs/cgroup"))
		skip();
	c = create_well(&spec);
	assert_mount(&c, "/sys/fs/cgroup", "ro");
	destroy(&c);
}

static int can_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void own_cgroup(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		const struct spec_mount m = { .kind = MOUNT_CGROUP,
					      .target = "/sys/fs/cgroup",
					      .attributes = MOUNT_ATTR_NOSUID |
							    (i & 1 ? MOUNT_ATTR_RDONLY : 0) };
		struct spec spec = tree_spec((i & 2) != 0, &m, 1);
		const struct runtime_io io = { .stdio = { -1, -1, -1 } };
		const struct resources none = {};
		struct container c = {};
		struct cgroup *group;
		struct cgroup_view views[16];
		size_t n;
		char path[128];

		work_reset();
		spec.namespaces[NS_CGROUP].mode = i & 4 ? NS_MODE_NEW : NS_MODE_HOST;
		group = cgroup_create("cale-test-tree/one", &none, &c.e);
		if (!group)
			skip();
		n = cgroup_views(group, views, ARRAY_SIZE(views));
		c.failed = runtime_create(&(struct runtime_request){ .spec = &spec,
								     .cgroup = group,
								     .io = &io,
								     .start_fd = -1 },
					  &c.process, &c.e) < 0;
		if (c.failed)
			print_message("# %s\n", c.e.text);
		assert_false(c.failed);
		for (size_t k = 0; k < n; k++) {
			snprintf(path, sizeof path, "/sys/fs/cgroup%s%s", *views[k].name ? "/" : "",
				 views[k].name);
			assert_mount(&c, path, i & 1 ? "ro nosuid" : "rw nosuid");
			snprintf(path + strlen(path), sizeof path - strlen(path), "/cgroup.procs");
			assert_int_equal(can_write(inside(&c, path)), !(i & 1));
		}
		if (n > 1)
			assert_mount(&c, "/sys/fs/cgroup", i & 1 ? "ro tmpfs" : "rw tmpfs");
		destroy(&c);
		cgroup_kill(group, &c.e);
		cgroup_remove(group, &c.e);
		cgroup_close(group);
	}
}

/* The process has the tree as its root and none of the host's mounts. */
static void pivoted(void **state)
{
	(void)state;
	for (int users = 0; users < 2; users++) {
		static const struct spec_mount m = { .fstype = "proc", .target = "/proc" };
		struct spec spec = tree_spec(users, &m, 1);
		struct container c;

		work_reset();
		make_file(work("/rootfs/marker"), "");
		c = create_well(&spec);
		assert_true(exists(inside(&c, "/marker")));
		assert_int_equal(count_mounts(&c, "/"), 1);
		assert_int_equal(count_mounts(&c, "/dev"), 0);
		destroy(&c);
	}
}

static int mount_proc(const void *unused)
{
	pid_t pid;
	int status;

	(void)unused;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) < 0)
		return 200;
	pid = fork();
	if (pid == 0)
		_exit(mount("proc", "/proc", "proc", 0, NULL) < 0 ? errno : 0);
	return waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : 201;
}

/*
 * Moved over the host's root: the host's whole /proc is gone from below, else the container could
 * mount one anew without what is masked in its own.
 */
static void no_pivot(void **state)
{
	static const struct spec_mount m[] = { { .fstype = "proc", .target = "/proc" },
					       { .kind = MOUNT_MASK, .target = "/proc/interrupts" },
					       { .kind = MOUNT_READONLY, .target = "/proc/sys" } };

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, m, ARRAY_SIZE(m));
		struct container c;

		work_reset();
		make_file(work("/rootfs/marker"), "");
		spec.rootfs.no_pivot = 1;
		c = create_well(&spec);
		assert_true(exists(inside(&c, "/marker")));
		assert_mount(&c, "/proc", "proc");
		assert_int_equal(count_mounts(&c, "/proc"), 1);
		assert_int_equal(run_inside(&c, mount_proc, NULL), EPERM);
		destroy(&c);
		/* The host keeps its own. */
		assert_true(exists("/proc/self/status") && exists("/sys/kernel"));
	}
}

/* Without a mount namespace of its own the host's mounts stay as they are. */
static void hosts_mount_namespace(void **state)
{
	struct spec_mount m[] = {
		{ .fstype = "proc", .target = "/proc" },
		dev_tmpfs,
		{ .kind = MOUNT_BIND, .source = work("/host"), .target = "/t" },
		{ .kind = MOUNT_MASK, .target = "/proc/interrupts" },
	};
	struct container self = { .process.pid = getpid() };

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, m, ARRAY_SIZE(m));
		char mine[64] = "", theirs[64] = "", path[64];
		struct container c;

		work_reset();
		m[2].source = work("/host");
		m[1].attributes |= MOUNT_ATTR_RDONLY;
		assert_int_equal(mount(NULL, work_dir, NULL, MS_SHARED, NULL), 0);
		make_file(work("/host/file"), "x");
		spec.namespaces[NS_MOUNT].mode = NS_MODE_HOST;
		spec.default_devices = 1;
		spec.rootfs.readonly = 1;
		c = create(&spec);
		if (c.failed && c.e.code == ERR_UNENFORCED)
			skip(); /* Linux 6.15 */
		assert_false(c.failed);
		snprintf(path, sizeof path, "/proc/%d/ns/mnt", c.process.pid);
		assert_true(readlink("/proc/self/ns/mnt", mine, sizeof mine - 1) > 0);
		assert_true(readlink(path, theirs, sizeof theirs - 1) > 0);
		assert_string_equal(mine, theirs);
		assert_true(exists(inside(&c, "/t/file")));
		assert_default_devices(&c);
		assert_device(inside(&c, "/proc/interrupts"), stat_of("/dev/null").st_mode,
			      makedev(1, 3));
		assert_int_equal(open(inside(&c, "/new"), O_CREAT | O_WRONLY | O_CLOEXEC, 0644),
				 -1);
		assert_int_equal(open(inside(&c, "/dev/new"), O_CREAT | O_WRONLY | O_CLOEXEC, 0644),
				 -1);
		destroy(&c);
		assert_int_equal(count_mounts(&self, work("/rootfs")), 0);
		assert_int_equal(count_mounts(&self, work("/rootfs/t")), 0);
		assert_mount(&self, work_dir, "shared");
		assert_int_equal(mount(NULL, work_dir, NULL, MS_PRIVATE, NULL), 0);
	}
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
		cmocka_unit_test(default_devices),
		cmocka_unit_test(devices_work),
		cmocka_unit_test(devices_of_the_spec),
		cmocka_unit_test(device_of_a_stranger_is_bound),
		cmocka_unit_test(what_the_image_has_in_dev),
		cmocka_unit_test(dev_is_a_link),
		cmocka_unit_test(readonly_dev),
		cmocka_unit_test(console),
		cmocka_unit_test(masks),
		cmocka_unit_test(masks_are_made_of_the_null_device),
		cmocka_unit_test(readonly_paths_keep_other_flags),
		cmocka_unit_test(readonly_root),
		cmocka_unit_test(id_maps),
		cmocka_unit_test(id_map_of_what_has_none),
		cmocka_unit_test(no_cgroup),
		cmocka_unit_test(readonly_sys_has_no_writable_groups),
		cmocka_unit_test(own_cgroup),
		cmocka_unit_test(pivoted),
		cmocka_unit_test(no_pivot),
		cmocka_unit_test(hosts_mount_namespace),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
