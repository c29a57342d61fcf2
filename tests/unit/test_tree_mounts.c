/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts of a spec, as tables: what is asked for and what the kernel says is there. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "tree_cases.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define ATIME	  ((uint64_t)MOUNT_ATTR__ATIME)

enum users { WITH = 1, WITHOUT = 2, BOTH = 3 };

/* One new file system at /t. */
static const struct {
	const char *name;
	struct spec_mount m;
	enum users users;
	const char *words, *error;
} filesystems[] = {
	{ "plain",
	  { .fstype = "tmpfs", .source = "tmpfs" },
	  BOTH,
	  "rw relatime tmpfs super:rw !nosuid !nodev !noexec",
	  NULL },
	{ "attributes",
	  { .fstype = "tmpfs",
	    .source = "name",
	    .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |
			  MOUNT_ATTR_NOSYMFOLLOW },
	  BOTH,
	  "name nosuid nodev noexec nosymfollow",
	  NULL },
	{ "noatime",
	  { .fstype = "tmpfs", .attributes = MOUNT_ATTR_NOATIME },
	  BOTH,
	  "noatime",
	  NULL },
	{ "strictatime",
	  { .fstype = "tmpfs", .attributes = MOUNT_ATTR_STRICTATIME },
	  BOTH,
	  "!noatime !relatime",
	  NULL },
	{ "nodiratime",
	  { .fstype = "tmpfs", .attributes = MOUNT_ATTR_NODIRATIME },
	  BOTH,
	  "nodiratime relatime",
	  NULL },
	{ "read-only tmpfs: the mount, not its file system",
	  { .fstype = "tmpfs", .attributes = MOUNT_ATTR_RDONLY },
	  BOTH,
	  "ro super:rw",
	  NULL },
	{ "rro",
	  { .fstype = "tmpfs", .recursive_attributes = MOUNT_ATTR_RDONLY },
	  BOTH,
	  "ro",
	  NULL },
	{ "read-only, of another kind: the file system, too",
	  { .fstype = "ramfs", .attributes = MOUNT_ATTR_RDONLY },
	  BOTH,
	  "ro super:ro",
	  NULL },
	{ "superblock flags",
	  { .fstype = "tmpfs", .options = LIST("sync", "dirsync", "lazytime") },
	  BOTH,
	  "super:sync super:dirsync super:lazytime",
	  NULL },
	{ "their opposites",
	  { .fstype = "tmpfs", .options = LIST("sync", "async", "nolazytime") },
	  BOTH,
	  "!super:sync !super:lazytime",
	  NULL },
	{ "options",
	  { .fstype = "tmpfs", .options = LIST("size=64k", "mode=1500", "nr_inodes=9") },
	  BOTH,
	  "super:size=64k super:mode=1500 super:nr_inodes=9",
	  NULL },
	{ "ids are the container's",
	  { .fstype = "tmpfs", .options = LIST("uid=7", "gid=8") },
	  WITH,
	  "super:uid=100007 super:gid=100008",
	  NULL },
	{ "an id that isn't in the map",
	  { .fstype = "tmpfs", .options = LIST("gid=70000") },
	  WITH,
	  NULL,
	  "gid=70000: no such id in the container" },
	{ "an unknown option",
	  { .fstype = "tmpfs", .options = LIST("colour=blue") },
	  BOTH,
	  NULL,
	  "mount option \"colour=blue\": tmpfs: Unknown parameter 'colour'" },
	{ "an unknown file system", { .fstype = "nosuchfs" }, BOTH, NULL, "file system nosuchfs" },
	{ "mqueue", { .fstype = "mqueue", .source = "mqueue" }, BOTH, "mqueue", NULL },
	{ "sysfs read-only: the network's other mounts stay as they are",
	  { .fstype = "sysfs", .attributes = MOUNT_ATTR_RDONLY },
	  BOTH,
	  "ro sysfs super:rw",
	  NULL },
	{ "proc hidepid",
	  { .fstype = "proc", .source = "proc", .options = LIST("hidepid=2") },
	  BOTH,
	  "proc super:hidepid=invisible",
	  NULL },
	{ "devpts with a mapped group",
	  { .fstype = "devpts", .options = LIST("newinstance", "gid=5", "mode=0620") },
	  WITH,
	  "devpts super:gid=100005 super:mode=620",
	  NULL },
	{ "shared", { .fstype = "tmpfs", .propagation = MS_SHARED }, BOTH, "shared", NULL },
	{ "unbindable",
	  { .fstype = "tmpfs", .propagation = MS_UNBINDABLE },
	  BOTH,
	  "unbindable",
	  NULL },
	{ "private",
	  { .fstype = "tmpfs", .propagation = MS_PRIVATE | MS_REC },
	  BOTH,
	  "!shared !master",
	  NULL },
};

static void assert_error(const struct container *c, const char *error)
{
	assert_true(c->failed);
	if (!strstr(c->e.text, error))
		print_message("# %s\n", c->e.text);
	assert_non_null(strstr(c->e.text, error));
}

static void new_filesystems(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(filesystems); i++) {
		struct spec_mount m = filesystems[i].m;

		m.target = "/t";
		for (int users = 0; users < 2; users++) {
			struct spec spec = tree_spec(users, &m, 1);
			struct container c;

			if (!(filesystems[i].users & (users ? WITH : WITHOUT)))
				continue;
			work_reset();
			c = filesystems[i].error ? create(&spec) : create_well(&spec);
			if (filesystems[i].error)
				assert_error(&c, filesystems[i].error);
			else
				assert_mount(&c, "/t", filesystems[i].words);
			destroy(&c);
		}
	}
}

/* What the source has, what is asked of its bind, what comes of it; as runc has it. */
static const struct {
	const char *name;
	uint64_t source;
	uint64_t set, cleared;
	int exact;
	const char *without, *with; /* a user namespace; NULL: refused */
} binds[] = {
	{ "nothing asked: as the source",
	  MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW, 0,
	  0, 0, "ro noexec nodiratime nosymfollow", "ro noexec nodiratime nosymfollow" },
	{ "added", MOUNT_ATTR_NODEV, MOUNT_ATTR_RDONLY, 0, 0, "ro nodev", "ro nodev" },
	{ "one flag alone, all others go but the locked",
	  MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW | MOUNT_ATTR_NODIRATIME, 0,
	  MOUNT_ATTR_NODEV, 1, "rw !noexec !nosymfollow nodiratime",
	  "ro noexec !nosymfollow nodiratime" },
	{ "rw is implied", MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0, 1,
	  "rw nosuid nodev", "ro nosuid nodev" },
	{ "rw is asked for", MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY, 1,
	  "rw nosuid", NULL },
	{ "suid, dev and exec are asked for",
	  MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, 0,
	  MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, 1, "!nosuid !nodev !noexec",
	  NULL },
	{ "ro of a source with more", MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
	  MOUNT_ATTR_RDONLY, 0, 1, "ro !nodev !nosuid !noexec", "ro nodev nosuid noexec" },
	{ "exec where it isn't locked", MOUNT_ATTR_NODEV, MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOEXEC, 1,
	  "ro !nodev !noexec", "ro nodev !noexec" },
	{ "symfollow is never locked", MOUNT_ATTR_NOSYMFOLLOW, 0, MOUNT_ATTR_NOSYMFOLLOW, 0,
	  "!nosymfollow", "!nosymfollow" },
	{ "relatime of noatime", MOUNT_ATTR_NOATIME, 0, ATIME, 1, "relatime !noatime", NULL },
	{ "strictatime of nodiratime", MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_STRICTATIME, ATIME, 1,
	  "!relatime !nodiratime !noatime", NULL },
	{ "nodiratime of noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR_NODIRATIME, ATIME, 1,
	  "relatime nodiratime !noatime", NULL },
	{ "noatime of noatime", MOUNT_ATTR_NOATIME | MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOATIME, ATIME,
	  1, "rw noatime", "ro noatime" },
	{ "nodev alone keeps the time", MOUNT_ATTR_NOATIME, MOUNT_ATTR_NODEV, 0, 1, "noatime nodev",
	  "noatime nodev" },
};

/* A tmpfs with these flags at `host`, a file and a further tmpfs in it. */
static void mount_source(uint64_t attributes)
{
	struct mount_attr attr = { .attr_set = attributes, .attr_clr = ATIME };

	work_reset();
	assert_int_equal(mount("tmpfs", work("/host"), "tmpfs", 0, "mode=755"), 0);
	make_file(work("/host/file"), "x");
	make_dir(work("/host/mounted"), 0755);
	assert_int_equal(mount("tmpfs", work("/host/mounted"), "tmpfs", 0, "mode=755"), 0);
	assert_int_equal(mount_setattr(AT_FDCWD, work("/host"), 0, &attr, sizeof attr), 0);
}

static void bind_flags(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(binds) * 2; i++) {
		int users = i >= ARRAY_SIZE(binds);
		size_t k = i % ARRAY_SIZE(binds);
		const char *words = users ? binds[k].with : binds[k].without;
		struct spec_mount m = {
			.kind = MOUNT_BIND,
			.source = work("/host"),
			.target = "/t",
			.attributes = binds[k].set,
			.attributes_cleared = binds[k].cleared,
			.attributes_exact = binds[k].exact,
		};
		struct spec spec = tree_spec(users, &m, 1);
		struct container c;

		mount_source(binds[k].source);
		m.source = work("/host");
		c = words ? create_well(&spec) : create(&spec);
		if (words)
			assert_mount(&c, "/t", words);
		else
			assert_error(&c, "operation not permitted");
		destroy(&c);
	}
}

/* rw of a file system that is read-only as a whole is no flag that could be locked. */
static void readonly_superblock_is_not_locked(void **state)
{
	struct spec_mount m = {
		.kind = MOUNT_BIND,
		.source = work("/host"),
		.target = "/t",
		.attributes_cleared = MOUNT_ATTR_RDONLY,
	};
	struct spec spec = tree_spec(1, &m, 1);
	struct container c;

	(void)state;
	mount_source(0);
	assert_int_equal(mount(NULL, work("/host"), NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(mount(NULL, work("/host"), NULL, MS_REMOUNT | MS_BIND, NULL), 0);
	c = create_well(&spec);
	assert_mount(&c, "/t", "rw super:ro");
	destroy(&c);
}

static void recursive_flags(void **state)
{
	static const struct {
		struct spec_mount m;
		const char *top, *below;
	} rows[] = {
		{ { .attributes = MOUNT_ATTR_RDONLY, .attributes_exact = 1 }, "ro", "rw" },
		{ { .recursive_attributes = MOUNT_ATTR_RDONLY }, "ro", "ro" },
		{ { .attributes = MOUNT_ATTR_RDONLY, .attributes_recursive = 1 }, "ro", "ro" },
		{ { .recursive_attributes =
			    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC },
		  "nosuid nodev noexec",
		  "nosuid nodev noexec" },
		{ { .recursive_attributes = MOUNT_ATTR_NOATIME,
		    .recursive_attributes_cleared = ATIME },
		  "noatime",
		  "noatime" },
		{ { .recursive_attributes = MOUNT_ATTR_STRICTATIME,
		    .recursive_attributes_cleared = ATIME },
		  "!relatime",
		  "!relatime" },
		{ { .recursive_attributes = MOUNT_ATTR_NOSYMFOLLOW },
		  "nosymfollow",
		  "nosymfollow" },
		{ { .attributes = MOUNT_ATTR_RDONLY,
		    .recursive_attributes_cleared = MOUNT_ATTR_RDONLY },
		  "rw",
		  "rw" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		struct spec_mount m = rows[i / 2].m;
		struct spec spec = tree_spec(i % 2, &m, 1);
		struct container c;

		mount_source(0);
		m.kind = MOUNT_BIND;
		m.recursive = 1;
		m.source = work("/host");
		m.target = "/t";
		c = create_well(&spec);
		assert_mount(&c, "/t", rows[i / 2].top);
		assert_mount(&c, "/t/mounted", rows[i / 2].below);
		destroy(&c);
	}
}

static int clear_flags(const void *target)
{
	struct mount_attr attr = { .attr_clr = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
					       MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

	return mount_setattr(AT_FDCWD, target, 0, &attr, sizeof attr) < 0 ? errno : 0;
}

/* What the container got is locked against its root; without a user namespace it has the right. */
static void flags_are_locked(void **state)
{
	struct spec_mount m[] = {
		{ .kind = MOUNT_BIND,
		  .source = work("/host"),
		  .target = "/t",
		  .attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID },
		{ .fstype = "tmpfs", .target = "/fs", .attributes = MOUNT_ATTR_NOEXEC },
	};

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, m, 2);
		struct container c;

		mount_source(0);
		m[0].source = work("/host");
		c = create_well(&spec);
		assert_int_equal(run_inside(&c, clear_flags, "/t"), users ? EPERM : 0);
		assert_int_equal(run_inside(&c, clear_flags, "/fs"), users ? EPERM : 0);
		destroy(&c);
	}
}

/* Propagation of a bind, seen from a source that the host shares. */
static void propagation(void **state)
{
	static const struct {
		uint64_t propagation, root;
		const char *words;
	} rows[] = {
		{ 0, 0, "!shared !master" },
		{ MS_PRIVATE | MS_REC, 0, "!shared !master" },
		{ MS_PRIVATE, MS_SLAVE | MS_REC, "!shared !master" },
		{ MS_SLAVE | MS_REC, 0, "master !shared" },
		{ MS_SLAVE, MS_SLAVE, "master !shared" },
		{ MS_SHARED | MS_REC, 0, "shared" },
		{ MS_UNBINDABLE, 0, "unbindable" },
		{ MS_SLAVE | MS_SHARED, 0, "shared master" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		struct spec_mount m = {
			.kind = MOUNT_BIND,
			.target = "/t",
			.recursive = 1,
			.propagation = rows[i / 2].propagation,
		};
		struct spec spec = tree_spec(i % 2, &m, 1);
		struct container c;

		mount_source(0);
		assert_int_equal(mount(NULL, work("/host"), NULL, MS_REC | MS_SHARED, NULL), 0);
		m.source = work("/host");
		spec.rootfs.propagation = rows[i / 2].root;
		c = create_well(&spec);
		assert_mount(&c, "/t", rows[i / 2].words);
		/* Events of the host arrive where they should. */
		make_dir(work("/host/later"), 0755);
		assert_int_equal(mount("tmpfs", work("/host/later"), "tmpfs", 0, NULL), 0);
		assert_int_equal(count_mounts(&c, "/t/later") > 0,
				 (m.propagation & (MS_SLAVE | MS_SHARED)) != 0);
		destroy(&c);
	}
}

static int mount_below(const void *target)
{
	return mount("tmpfs", target, "tmpfs", 0, NULL) < 0 ? errno : 0;
}

static int mounts_here(const char *path)
{
	struct container self = { .process.pid = getpid() };

	return count_mounts(&self, path);
}

/* A shared bind is in the host's own group: without a user namespace it goes both ways. */
static void shared_reaches_the_host(void **state)
{
	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec_mount m = {
			.kind = MOUNT_BIND,
			.target = "/t",
			.recursive = 1,
			.propagation = MS_SHARED | MS_REC,
		};
		struct spec spec = tree_spec(users, &m, 1);
		struct container c;

		mount_source(0);
		make_dir(work("/host/inner"), 0755);
		assert_int_equal(mount(NULL, work("/host"), NULL, MS_REC | MS_SHARED, NULL), 0);
		m.source = work("/host");
		c = create_well(&spec);
		assert_int_equal(run_inside(&c, mount_below, "/t/inner"), 0);
		assert_int_equal(mounts_here(work("/host/inner")), !users);
		destroy(&c);
	}
}

static void root_propagation(void **state)
{
	static const struct {
		uint64_t propagation;
		const char *words;
	} rows[] = {
		{ 0, "!shared !master !unbindable" },
		{ MS_PRIVATE | MS_REC, "!shared !master !unbindable" },
		{ MS_SLAVE | MS_REC, "master !shared" },
		{ MS_SLAVE, "master !shared" },
		{ MS_SHARED, "shared !master" },
		{ MS_SHARED | MS_REC, "shared !master" },
		{ MS_UNBINDABLE, "unbindable" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		struct spec_mount m = { .fstype = "tmpfs", .target = "/t" };
		struct spec spec = tree_spec(i % 2, &m, 1);
		struct container c;

		work_reset();
		assert_int_equal(mount(NULL, work_dir, NULL, MS_SHARED, NULL), 0);
		spec.rootfs.propagation = rows[i / 2].propagation;
		c = create_well(&spec);
		assert_mount(&c, "/", rows[i / 2].words);
		assert_mount(&c, "/t",
			     rows[i / 2].propagation == (MS_SHARED | MS_REC) ? "shared"
									     : "!shared");
		destroy(&c);
		/* Nothing of the container came to the host. */
		assert_int_equal(mounts_here(work("/rootfs")), 0);
		assert_int_equal(mounts_here(work("/rootfs/t")), 0);
		assert_int_equal(mount(NULL, work_dir, NULL, MS_PRIVATE, NULL), 0);
	}
}

static void remount(void **state)
{
	(void)state;
	for (int users = 0; users < 2; users++) {
		const struct spec_mount m[] = {
			{ .fstype = "tmpfs", .target = "/a", .options = LIST("size=64k") },
			{ .kind = MOUNT_REMOUNT,
			  .target = "/a",
			  .attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC,
			  .attributes_exact = 1 },
			{ .fstype = "tmpfs", .target = "/b", .options = LIST("size=64k") },
			{ .kind = MOUNT_REMOUNT,
			  .target = "/b",
			  .fstype = "tmpfs",
			  .attributes = MOUNT_ATTR_RDONLY,
			  .options = LIST("size=128k") },
		};
		struct spec spec = tree_spec(users, m, ARRAY_SIZE(m));
		struct container c;

		work_reset();
		c = create_well(&spec);
		assert_mount(&c, "/a", "ro noexec super:rw super:size=64k");
		assert_mount(&c, "/b", "ro super:ro super:size=128k");
		destroy(&c);
	}
}

static void remount_of_no_mount(void **state)
{
	const struct spec_mount m = { .kind = MOUNT_REMOUNT,
				      .target = "/plain",
				      .attributes = MOUNT_ATTR_RDONLY };
	struct spec spec = tree_spec(0, &m, 1);
	struct container c;

	(void)state;
	work_reset();
	make_dir(work("/rootfs/plain"), 0755);
	c = create(&spec);
	assert_error(&c, "Invalid argument");
}

/* For the process of run_as_user(), where cmocka can't count. */
static void expect(const struct container *c, const char *target, const char *words)
{
	const char *line = c->failed ? "" : mount_line(c, target);

	if (strstr(line, words))
		return;
	fprintf(stderr, "# %s: %s: %s\n", target, words, c->failed ? c->e.text : line);
	_exit(1);
}

/* What only the host's root may mount anew is the host's, when it is the host's namespace. */
static void mount_as_user(void)
{
	static const struct {
		struct spec_mount m;
		enum namespace_kind space;
		const char *words;
	} rows[] = {
		{ { .fstype = "sysfs", .attributes = MOUNT_ATTR_RDONLY }, NS_NETWORK, "sysfs" },
		{ { .fstype = "proc" }, NS_PID, "proc" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct spec_mount m = rows[i].m;
		struct spec spec = tree_spec(0, &m, 1);
		struct container c;

		m.target = i ? "/proc" : "/sys";
		spec.namespaces[rows[i].space].mode = NS_MODE_HOST;
		c = create(&spec);
		expect(&c, m.target, rows[i].words);
		if (!i && count_mounts(&c, "/sys/fs/cgroup"))
			expect(&c, "/sys/fs/cgroup", "ro");
		destroy(&c);
	}
}

static void hosts_kernel_filesystems(void **state)
{
	(void)state;
	work_reset();
	run_as_user(mount_as_user);
}

/* Here it is the kernel that keeps the flags of the source. */
static void bind_as_user(void)
{
	struct spec_mount m = { .kind = MOUNT_BIND,
				.source = work("/host"),
				.target = "/t",
				.recursive = 1,
				.attributes = MOUNT_ATTR_NOSUID,
				.attributes_exact = 1 };

	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, &m, 1);
		struct container c;

		m.attributes_cleared = 0;
		c = create(&spec);
		expect(&c, "/t", "ro nosuid nodev");
		destroy(&c);
		m.attributes_cleared = MOUNT_ATTR_RDONLY;
		c = create(&spec);
		if (!c.failed || !strstr(c.e.text, "locked flags ro: operation not permitted"))
			_exit(2);
		destroy(&c);
	}
}

static void locked_by_the_kernel(void **state)
{
	(void)state;
	mount_source(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV);
	run_as_user(bind_as_user);
}

static void devices_as_user(void)
{
	const struct spec_mount m = { .fstype = "tmpfs", .target = "/dev" };

	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, &m, 1);
		struct container c;

		spec.default_devices = 1;
		c = create(&spec);
		expect(&c, "/dev/null", "nosuid noexec");
		expect(&c, "/dev/tty", "nosuid noexec");
		destroy(&c);
	}
}

static void devices_are_bound(void **state)
{
	(void)state;
	work_reset();
	run_as_user(devices_as_user);
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
		cmocka_unit_test(new_filesystems),
		cmocka_unit_test(bind_flags),
		cmocka_unit_test(readonly_superblock_is_not_locked),
		cmocka_unit_test(recursive_flags),
		cmocka_unit_test(flags_are_locked),
		cmocka_unit_test(propagation),
		cmocka_unit_test(shared_reaches_the_host),
		cmocka_unit_test(root_propagation),
		cmocka_unit_test(remount),
		cmocka_unit_test(remount_of_no_mount),
		cmocka_unit_test(hosts_kernel_filesystems),
		cmocka_unit_test(locked_by_the_kernel),
		cmocka_unit_test(devices_are_bound),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
