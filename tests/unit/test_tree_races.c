/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container that shares the root with the one that is being made swaps a name in it against a link
 * out, as fast as it can. Whatever comes of it, nothing outside is touched and nothing is unmasked.
 * CALE_RACE_ROUNDS says how often; the default finds what is careless, not what is unlucky.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "tree_cases.h"

#define ROUNDS 200

static const char *const pts_options[] = { "newinstance", "ptmxmode=0666", NULL };

static int rounds(void)
{
	const char *wanted = getenv("CALE_RACE_ROUNDS");

	return wanted ? atoi(wanted) : ROUNDS;
}

static pid_t swapper_start(const char *a, const char *b)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
	}
	return pid;
}

static void swapper_pause(pid_t pid)
{
	int status;

	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
}

static void swapper_end(pid_t pid)
{
	kill(pid, SIGKILL);
	kill(pid, SIGCONT);
	waitpid(pid, NULL, 0);
}

/* Only "sentinel", as it was. */
static void assert_outside_untouched(void)
{
	DIR *dir = opendir(work("/host"));
	struct dirent *entry;
	struct stat st;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		assert_string_equal(entry->d_name, "sentinel");
	}
	closedir(dir);
	assert_int_equal(stat(work("/host/sentinel"), &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(st.st_size, 9);
	assert_int_equal(st.st_uid, 0);
}

struct race {
	const char *name;	    /* in the root: swapped against … */
	const char *other;	    /* … this one */
	void (*make)(const char *); /* makes what it is at first */
	const char *leads_to;	    /* where the link leads, below the work folder */
	struct spec spec;
	void (*check)(const struct container *c);
};

static void make_folder(const char *path)
{
	make_dir(path, 0755);
}

static void make_empty(const char *path)
{
	make_file(path, "");
}

/* Runs it; how often a container came of it. */
static int run(const struct race *r)
{
	char name[128], other[128];
	int made = 0;
	pid_t swapper;

	snprintf(name, sizeof name, "%s/rootfs%s", work_dir, r->name);
	snprintf(other, sizeof other, "%s/rootfs%s", work_dir, r->other);
	make_file(work("/host/sentinel"), "untouched");
	r->make(name);
	assert_int_equal(symlink(work("%s", r->leads_to), other), 0);
	swapper = swapper_start(name, other);
	for (int i = 0; i < rounds(); i++) {
		struct container c = create(&r->spec);

		swapper_pause(swapper);
		made += !c.failed;
		if (!c.failed && r->check)
			r->check(&c);
		destroy(&c);
		assert_outside_untouched();
		kill(swapper, SIGCONT);
	}
	swapper_end(swapper);
	return made;
}

/* CVE-2021-30465, CVE-2024-45310: a mount, and folders made for one, through what was a folder. */
static void target_is_swapped(void **state)
{
	static const char *const targets[] = { "/vol/t", "/vol/t/below", "/vol/t/a/b/c" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct spec_mount m[] = {
			{ .fstype = "tmpfs", .target = targets[i] },
			{ .kind = MOUNT_BIND, .source = "/etc/passwd", .target = "/vol/t/file" },
		};
		struct race r = {
			.name = "/vol/t",
			.other = "/vol/u",
			.make = make_folder,
			.leads_to = "/host",
			.spec = tree_spec(i % 2, m, 2),
		};

		work_reset();
		make_dir(work("/rootfs/vol"), 0755);
		assert_true(run(&r) > 0);
	}
}

static void assert_masked_everywhere(const struct container *c)
{
	char path[64], line[1024], at[512], root[512], below[600];
	FILE *f;
	int n = 0;

	snprintf(path, sizeof path, "/proc/%d/mountinfo", c->process.pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (!strstr(line, " - proc ") ||
		    sscanf(line, "%*d %*d %*s %511s %511s", root, at) != 2 ||
		    strcmp(root, "/") != 0)
			continue;
		n++;
		snprintf(below, sizeof below, "%s/interrupts", at);
		assert_int_equal(count_mounts(c, below), 1);
		snprintf(below, sizeof below, "%s/sys", at);
		assert_int_equal(count_mounts(c, below), 1);
	}
	fclose(f);
	assert_int_equal(n, 1);
}

/* CVE-2019-19921, CVE-2023-27561: masks must be where procfs is, not where its name leads. */
static void proc_is_swapped(void **state)
{
	static const struct spec_mount m[] = {
		{ .fstype = "proc", .target = "/proc" },
		{ .fstype = "tmpfs", .target = "/a" },
		{ .fstype = "tmpfs", .target = "/b" },
		{ .kind = MOUNT_MASK, .target = "/proc/interrupts" },
		{ .kind = MOUNT_READONLY, .target = "/proc/sys" },
	};
	struct race r = {
		.name = "/proc",
		.other = "/fake",
		.make = make_folder,
		.leads_to = "/host",
		.check = assert_masked_everywhere,
	};

	(void)state;
	work_reset();
	r.spec = tree_spec(1, m, ARRAY_SIZE(m));
	assert_true(run(&r) > 0);
}

static void assert_mask_is_null(const struct container *c)
{
	struct stat st;

	assert_int_equal(lstat(inside(c, "/secret"), &st), 0);
	assert_true(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
}

/* CVE-2025-31133: the container's null device isn't what masks are made of. */
static void null_is_swapped(void **state)
{
	static const struct spec_mount m = { .kind = MOUNT_MASK, .target = "/secret" };
	struct race r = {
		.name = "/dev/null",
		.other = "/dev/other",
		.make = make_empty,
		.leads_to = "/host/sentinel",
		.check = assert_mask_is_null,
	};

	(void)state;
	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	make_file(work("/rootfs/secret"), "secret");
	r.spec = tree_spec(0, &m, 1);
	r.spec.default_devices = 0;
	assert_true(run(&r) > 0);
}

/* CVE-2026-41579, CVE-2026-47766: nodes and links are only made in a folder of the root. */
static void dev_is_swapped(void **state)
{
	static const struct spec_device devices[] = {
		{ "/dev/sub/one", S_IFCHR, 1, 5, 0666, 1, 1 },
		{ "/dev/two", S_IFIFO, 0, 0, 0666, 1, 1 },
	};
	struct race r = {
		.name = "/dev", .other = "/other", .make = make_folder, .leads_to = "/host"
	};

	(void)state;
	work_reset();
	r.spec = tree_spec(0, NULL, 0);
	r.spec.default_devices = 1;
	r.spec.devices = devices;
	r.spec.n_devices = ARRAY_SIZE(devices);
	assert_true(run(&r) > 0);
}

/* A node that is made and its owner changed, while its name leads to a file of the host. */
static void node_is_swapped(void **state)
{
	static const struct spec_device device = { "/dev/one", S_IFCHR, 1, 5, 0666, 7, 7 };
	struct race r = { .name = "/dev/one",
			  .other = "/dev/two",
			  .make = make_empty,
			  .leads_to = "/host/sentinel" };

	(void)state;
	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	r.spec = tree_spec(0, NULL, 0);
	r.spec.devices = &device;
	r.spec.n_devices = 1;
	/* A placeholder that isn't the host's device either: it never becomes a container. */
	assert_int_equal(run(&r), 0);
}

/* CVE-2026-88264, CVE-2025-52565 */
static void console_is_swapped(void **state)
{
	static const struct spec_mount m = { .fstype = "devpts",
					     .target = "/dev/pts",
					     .options = pts_options };
	struct race r = {
		.name = "/dev/console",
		.other = "/dev/other",
		.make = make_empty,
		.leads_to = "/host/sentinel",
	};

	(void)state;
	work_reset();
	make_dir(work("/rootfs/dev"), 0755);
	r.spec = tree_spec(0, &m, 1);
	r.spec.process.terminal = 1;
	assert_true(run(&r) > 0);
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
		cmocka_unit_test(target_is_swapped), cmocka_unit_test(proc_is_swapped),
		cmocka_unit_test(null_is_swapped),   cmocka_unit_test(dev_is_swapped),
		cmocka_unit_test(node_is_swapped),   cmocka_unit_test(console_is_swapped),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
