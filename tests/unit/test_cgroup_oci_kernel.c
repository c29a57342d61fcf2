/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups of OCI containers on this machine's kernel: where they are made, in what order limits are
 * changed, freezing, listing, joining, delegation. What this host can't have is skipped.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "cgroup_kernel.h"
#include "runtime/cgroup_devices.h"
#include "runtime/cgroup_host.h"

#define MIB (1LL << 20)
#define ALL (~0U)

static char folder[64], path[96];

static struct cgroup *try_create(const struct resources *r, struct err *e)
{
	const struct cgroup_request q = {
		.path = path, .id = "x", .strict = *path == '/', .resources = r
	};

	return cgroup_create_oci(&q, e);
}

static struct cgroup *create(const struct resources *r)
{
	struct err e = {};
	struct cgroup *c = try_create(r, &e);

	if (!c)
		fail_msg("%s (%s)", e.text, e.hint);
	return c;
}

static void update(const struct cgroup *c, const struct resources *r)
{
	struct err e = {};

	if (cgroup_update(c, r, &e) < 0)
		fail_msg("%s (%s)", e.text, e.hint);
}

static void msleep(long ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* ---- where ---- */

/* In how many of the process's hierarchies is it in a group whose path ends so; `all`: of how many. */
static int count_groups(pid_t pid, const char *end, int *all)
{
	char file[64], line[4096];
	int n = 0;
	FILE *f;

	snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)pid);
	f = fopen(file, "re");
	assert_non_null(f);
	for (*all = 0; fgets(line, sizeof(line), f); ++*all) {
		size_t have = strcspn(line, "\n"), want = strlen(end);

		line[have] = '\0';
		n += have >= want && !strcmp(line + have - want, end);
	}
	fclose(f);
	return n;
}

static void a_container_is_in_every_hierarchy(void **state)
{
	const struct resources r = {};
	static const struct {
		const char *path, *end;
	} cases[] = { { NULL, "cale-oci/cale-test-id" },
		      { "cale-test-relative/x", "cale-oci/cale-test-relative/x" },
		      { "/cale-test-absolute/x", ":/cale-test-absolute/x" } };

	(void)state;
	need_that(geteuid() == 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct cgroup_request q = {
			.path = cases[i].path, .id = "cale-test-id", .strict = 1, .resources = &r
		};
		struct err e = {};
		struct cgroup *c = cgroup_create_oci(&q, &e);
		int all, in;
		pid_t pid;

		print_message("# %s %s\n", cases[i].end, e.text);
		assert_non_null(c);
		pid = sleeper_in(c);
		in = count_groups(pid, cases[i].end, &all);
		finish(c);
		wait_for(pid);
		assert_int_equal(in, all);
	}
	for (int i = 1; i < 3; i++) {
		struct err e = {};
		cleanup_arena struct arena *a = arena_new();
		struct cgroup_host h;

		assert_int_equal(cgroup_host_read(a, &h, &e), 0);
		for (size_t k = 0; k < h.n; k++)
			rmdir(arena_printf(a,
					   i == 1 ? "%s/cale-oci/cale-test-relative"
						  : "%s/cale-test-absolute",
					   h.list[k].point));
	}
}

static void others_groups_are_used_and_left(void **state)
{
	const struct resources r = {};
	struct cgroup *mine, *again;
	cleanup_free char *record = NULL;
	struct err e = {};
	pid_t pid;

	(void)state;
	mine = create(&r);
	record = cgroup_record(mine);
	/* Empty: used. */
	again = create(&r);
	finish(again);
	again = cgroup_open_record(record, &e);
	assert_non_null(again);
	cgroup_close(again);
	/* In use. */
	pid = sleeper_in(mine);
	again = try_create(&r, &e);
	assert_null(again);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_non_null(strstr(e.text, "container's cgroup is not empty: 1 process(es) found"));
	finish(mine);
	wait_for(pid);
	assert_null(cgroup_open_record(record, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
}

/* Cloned into a group that was killed once the child would die. */
static void a_group_that_was_killed_once_can_be_used(void **state)
{
	const struct resources r = {};
	struct cgroup *mine = create(&r), *again;
	struct err e = {};
	pid_t pid = sleeper_in(mine);

	(void)state;
	assert_int_equal(cgroup_kill(mine, &e), 0);
	assert_int_equal(wait_for(pid), SIGKILL);
	again = create(&r);
	pid = fork_into(again);
	if (pid == 0)
		_exit(7);
	assert_int_equal(WEXITSTATUS(wait_for(pid)), 7);
	cgroup_close(again);
	finish(mine);
}

static void a_frozen_group_is_refused(void **state)
{
	const struct resources r = {};
	struct cgroup *mine;
	struct err e = {};

	(void)state;
	mine = create(&r);
	assert_int_equal(cgroup_freeze(mine, &e), 0);
	assert_null(try_create(&r, &e));
	assert_non_null(strstr(e.text, "container's cgroup unexpectedly frozen"));
	assert_int_equal(cgroup_thaw(mine, &e), 0);
	finish(mine);
}

/* What systemd does: the process is in the group before we come. */
static void a_group_with_the_container_in_it_is_adopted(void **state)
{
	const struct resources r = { .pids_max = 55, .required = ALL };
	const struct cgroup_request q = { .manager = CGROUP_MANAGER_ADOPT,
					  .path = path,
					  .id = "x",
					  .strict = 1,
					  .resources = &r };
	const struct resources none = {};
	struct cgroup *theirs, *c;
	struct err e = {};
	pid_t pid;

	(void)state;
	need_that(geteuid() == 0);
	theirs = create(&none);
	pid = sleeper_in(theirs);
	c = cgroup_create_oci(&q, &e);
	print_message("# %s\n", e.text);
	assert_non_null(c);
	assert_string_equal(file_of(c, "pids.max"), "55");
	cgroup_close(c);
	finish(theirs);
	wait_for(pid);
}

static void without_groups_nothing_is_limited(void **state)
{
	const struct resources none = {}, some = { .pids_max = 5, .required = ALL };
	struct cgroup_request q = { .manager = CGROUP_MANAGER_DISABLED,
				    .id = "x",
				    .resources = &none };
	struct err e = {};
	struct cgroup *c = cgroup_create_oci(&q, &e);
	cleanup_free char *record = NULL;

	(void)state;
	assert_non_null(c);
	record = cgroup_record(c);
	assert_string_equal(record, "");
	finish(c);
	c = cgroup_open_record("", &e);
	assert_non_null(c);
	assert_int_equal(cgroup_freeze(c, &e), -1);
	finish(c);
	q.resources = &some;
	assert_null(cgroup_create_oci(&q, &e));
	assert_int_equal(e.code, ERR_UNENFORCED);
	assert_non_null(strstr(e.text, "control groups are disabled"));
}

/* A user who may write nowhere: an error where a path or a limit was asked for. */
static void without_permission(void **state)
{
	const struct resources none = {}, some = { .pids_max = 5, .required = ALL };
	pid_t pid;

	(void)state;
	need_that(geteuid() == 0);
	pid = fork();
	if (pid == 0) {
		struct cgroup_request q = { .id = "x", .resources = &none };
		struct err e = {};

		if (setresuid(65534, 65534, 65534) < 0)
			_exit(1);
		cgroup_close(cgroup_create_oci(&q, &e) ?: (_exit(2), NULL));
		q.path = path;
		q.strict = 1;
		if (cgroup_create_oci(&q, &e) || !strstr(e.text, "unable to apply cgroup") ||
		    !strstr(e.text, "permission denied"))
			_exit(3);
		q = (struct cgroup_request){ .id = "x", .resources = &some };
		if (cgroup_create_oci(&q, &e) || e.code != ERR_UNENFORCED ||
		    !strstr(e.text, "cannot set pids limit: container could not join or create"))
			_exit(4);
		_exit(0);
	}
	assert_int_equal(wait_for(pid), 0);
}

/* ---- limits ---- */

static void memory_goes_up_and_down(void **state)
{
	static const struct {
		int64_t memory, swap;
	} steps[] = { { 64 * MIB, 64 * MIB }, { 256 * MIB, 512 * MIB }, { 300 * MIB, 300 * MIB },
		      { 32 * MIB, 48 * MIB }, { 48 * MIB, -1 },		{ -1, 0 },
		      { 40 * MIB, 80 * MIB } };
	const struct resources r = {};
	struct cgroup *c;

	(void)state;
	need(RESOURCE_MEMORY);
	need(RESOURCE_SWAP);
	c = create(&r);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		const struct resources u = { .memory_bytes = steps[i].memory,
					     .memory_swap_bytes = steps[i].swap,
					     .required = ALL };
		char wanted[32];

		update(c, &u);
		snprintf(wanted, sizeof(wanted), "%jd", (intmax_t)steps[i].memory);
		if (steps[i].memory > 0)
			assert_string_equal(value_of(c, "memory.limit_in_bytes", "memory.max"),
					    wanted);
	}
	assert_string_equal(value_of(c, "memory.memsw.limit_in_bytes", "memory.swap.max"),
			    host_has_v1() ? "83886080" : "41943040");
	finish(c);
}

static void a_limit_below_the_use_is_refused(void **state)
{
	const struct resources r = { .memory_bytes = 64 * MIB, .required = 1U << RESOURCE_MEMORY };
	const struct resources u = { .memory_bytes = 1 * MIB,
				     .memory_check_update = 1,
				     .required = 1U << RESOURCE_MEMORY };
	struct err e = {};
	struct cgroup *c;
	int fds[2];
	char byte;
	pid_t pid;

	(void)state;
	need(RESOURCE_MEMORY);
	c = create(&r);
	assert_int_equal(pipe(fds), 0);
	pid = fork_into(c);
	if (pid == 0) {
		/* Locked, so that v1's kernel can't write it out for the limit. */
		int lock = host_has_v1() ? MAP_LOCKED : 0;
		char *p = mmap(NULL, 16 * MIB, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | lock, -1, 0);

		if (write(fds[1], p == MAP_FAILED ? "n" : "y", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	assert_int_equal(byte, 'y');
	assert_int_equal(cgroup_update(c, &u, &e), -1);
	print_message("# %s\n", e.text);
	assert_non_null(strstr(e.text, host_has_v1() ? "unable to set memory limit"
						     : "rejecting memory limit"));
	assert_string_equal(value_of(c, "memory.limit_in_bytes", "memory.max"), "67108864");
	finish(c);
	assert_int_equal(wait_for(pid), SIGKILL);
}

static void quota_period_and_burst(void **state)
{
	const struct resources r = { .cpu_quota_usec = 50000, .required = ALL };
	const struct resources period = { .cpu_period_usec = 200000, .required = ALL };
	const struct resources quota = { .cpu_quota_usec = 100000, .required = ALL };
	const struct resources burst = { .cpu_quota_usec = 300000,
					 .cpu_period_usec = 150000,
					 .cpu_burst_usec = { 1, 200000 },
					 .required = ALL };
	const struct resources none = { .cpu_quota_usec = -1,
					.cpu_burst_usec = { 1, 0 },
					.required = ALL };
	struct cgroup *c;

	(void)state;
	need(RESOURCE_CPU);
	need(RESOURCE_CPU_BURST);
	c = create(&r);
	update(c, &period);
	assert_string_equal(value_of(c, "cpu.cfs_quota_us", "cpu.max"),
			    host_has_v1() ? "50000" : "50000 200000");
	update(c, &quota);
	assert_string_equal(value_of(c, "cpu.cfs_period_us", "cpu.max"),
			    host_has_v1() ? "200000" : "100000 200000");
	update(c, &burst);
	assert_string_equal(value_of(c, "cpu.cfs_burst_us", "cpu.max.burst"), "200000");
	update(c, &none);
	assert_string_equal(value_of(c, "cpu.cfs_quota_us", "cpu.max"),
			    host_has_v1() ? "-1" : "max 150000");
	finish(c);
}

static void idleness_and_shares(void **state)
{
	const struct resources r = { .cpu_idle = { 1, 1 }, .cpu_shares = 512, .required = ALL };
	const struct resources busy = { .cpu_idle = { 1, 0 }, .cpu_shares = 1024, .required = ALL };
	const struct resources wrong = { .cpu_idle = { 1, 2 }, .required = ALL };
	struct err e = {};
	struct cgroup *c;

	(void)state;
	need(RESOURCE_CPU_IDLE);
	c = create(&r);
	assert_string_equal(file_of(c, "cpu.idle"), "1");
	assert_int_equal(cgroup_update(c, &wrong, &e), -1);
	assert_int_equal(e.code, ERR_UNENFORCED);
	update(c, &busy);
	assert_string_equal(file_of(c, "cpu.idle"), "0");
	assert_string_equal(value_of(c, "cpu.shares", "cpu.weight"),
			    host_has_v1() ? "1024" : "100");
	finish(c);
}

static void pids_and_cpuset_change(void **state)
{
	const struct resources r = { .pids_max = 20, .cpuset_cpus = "0", .required = ALL };
	const struct resources u = { .pids_max = -1, .required = ALL };
	const struct resources wrong = { .cpuset_cpus = "4000", .required = ALL };
	struct err e = {};
	struct cgroup *c;

	(void)state;
	need(RESOURCE_PIDS);
	need(RESOURCE_CPUSET);
	c = create(&r);
	assert_string_equal(file_of(c, "pids.max"), "20");
	update(c, &u);
	assert_string_equal(file_of(c, "pids.max"), "max");
	assert_string_equal(file_of(c, "cpuset.cpus"), "0");
	assert_int_equal(cgroup_update(c, &wrong, &e), -1);
	finish(c);
}

static void what_a_version_has_not_is_refused(void **state)
{
	static const struct resource_file file = { "memory.high", "1000000" };
	const struct resources unified = { .unified = &file, .n_unified = 1, .required = ALL };
	const struct resources v1[] = {
		{ .network_class = { 1, 5 }, .required = ALL },
		{ .memory_swappiness = { 1, 10 }, .required = ALL },
		{ .memory_no_oom_kill = { 1, 1 }, .required = ALL },
		{ .cpu_realtime_runtime_usec = 1000, .required = ALL },
		{ .memory_kernel_bytes = 64 * MIB, .required = ALL },
	};
	struct err e = {};
	struct cgroup *c = try_create(&unified, &e);

	(void)state;
	if (host_has_v1()) {
		print_message("# %s\n", e.text);
		assert_null(c);
		assert_non_null(strstr(e.text, "cannot use unified on cgroup v1"));
		return;
	}
	assert_non_null(c);
	finish(c);
	for (size_t i = 0; i < ARRAY_SIZE(v1); i++) {
		c = try_create(&v1[i], &e);
		print_message("# %s (%s)\n", e.text, e.hint);
		assert_null(c);
		assert_int_equal(e.code, ERR_UNENFORCED);
		assert_non_null(strstr(e.text, "control groups v2 have no such limit"));
		assert_string_not_equal(e.hint, "");
	}
}

static void kernel_memory_is_not_pretended(void **state)
{
	const struct resources r = { .memory_kernel_bytes = 64 * MIB,
				     .required = 1U << RESOURCE_KERNEL_MEMORY };
	const struct resources wish = { .memory_kernel_bytes = 64 * MIB };
	struct err e = {};
	struct cgroup *c = try_create(&r, &e);

	(void)state;
	if (c) /* an old kernel: it holds */
		assert_string_equal(file_of(c, "memory.kmem.limit_in_bytes"), "67108864");
	else
		assert_int_equal(e.code, ERR_UNENFORCED);
	if (!c)
		assert_non_null(strstr(e.hint, "limit the memory"));
	if (c)
		finish(c);
	finish(create(&wish));
}

/* A block device of this host, any. */
static int find_disk(struct resource_throttle *ret)
{
	char text[64] = "";
	FILE *f = popen("cat /sys/block/*/dev 2>/dev/null", "re");
	int ok = f && fgets(text, sizeof(text), f) &&
		 sscanf(text, "%u:%u", &ret->major, &ret->minor) == 2;

	if (f)
		pclose(f);
	return ok;
}

static void disks_are_slowed_down(void **state)
{
	struct resource_throttle t = { .rate = 1048576 };
	struct resources r = { .io = { .throttles = { [RESOURCE_WRITE_BYTES] = { &t, 1 } } },
			       .required = ALL };
	char wanted[64];
	struct cgroup *c;

	(void)state;
	need(RESOURCE_IO_RATE);
	need_that(find_disk(&t));
	c = create(&r);
	snprintf(wanted, sizeof(wanted),
		 host_has_v1() ? "%u:%u 1048576" : "%u:%u rbps=max wbps=1048576", t.major, t.minor);
	assert_int_equal(strncmp(value_of(c, "blkio.throttle.write_bps_device", "io.max"), wanted,
				 strlen(wanted)),
			 0);
	t.rate = 0;
	update(c, &r);
	assert_string_equal(value_of(c, "blkio.throttle.write_bps_device", "io.max"), "");
	finish(c);
}

static void disks_have_weights(void **state)
{
	const struct resources r = { .io = { .weight = 500 }, .required = ALL };
	struct err e = {};
	struct cgroup *c = try_create(&r, &e);

	(void)state;
	if (!c) {
		/* Neither scheduler is there; that must be what is said. */
		assert_int_equal(e.code, ERR_UNENFORCED);
		return;
	}
	if (file_of(c, "blkio.bfq.weight") || file_of(c, "io.bfq.weight"))
		assert_non_null(strstr(value_of(c, "blkio.bfq.weight", "io.bfq.weight"), "500"));
	else
		assert_string_equal(file_of(c, "io.weight"), "default 4950");
	finish(c);
}

static void huge_pages_are_limited(void **state)
{
	static const struct resource_hugepage pages = { "2MB", 8 << 20 };
	const struct resources r = { .hugepages = &pages, .n_hugepages = 1, .required = ALL };
	struct cgroup *c;

	(void)state;
	need(RESOURCE_HUGEPAGES);
	need_that(access("/sys/kernel/mm/hugepages/hugepages-2048kB", F_OK) == 0);
	c = create(&r);
	assert_string_equal(value_of(c, "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max"),
			    "8388608");
	assert_string_equal(value_of(c, "hugetlb.2MB.rsvd.limit_in_bytes", "hugetlb.2MB.rsvd.max"),
			    "8388608");
	finish(c);
}

static void v2_files_are_written_by_name(void **state)
{
	static const struct resource_file files[] = { { "pids.max", "77" },
						      { "memory.high", "33554432" },
						      { "cgroup.max.depth", "3" } };
	static const struct resource_file missing = { "nothing.like", "1" };
	const struct resources r = {
		.pids_max = 5, .unified = files, .n_unified = 3, .required = ALL
	};
	const struct resources bad = { .unified = &missing, .n_unified = 1, .required = ALL };
	struct err e = {};
	struct cgroup *c;

	(void)state;
	need_that(!host_has_v1());
	c = create(&r);
	assert_string_equal(file_of(c, "pids.max"), "77");
	assert_string_equal(file_of(c, "memory.high"), "33554432");
	assert_string_equal(file_of(c, "cgroup.max.depth"), "3");
	finish(c);
	assert_null(try_create(&bad, &e));
	print_message("# %s\n", e.text);
	assert_int_equal(e.code, ERR_UNENFORCED);
}

/* Opened in the group: 0, or errno. */
static int open_in(const struct cgroup *c, const char *file)
{
	pid_t pid = fork_into(c);

	if (pid == 0)
		_exit(open(file, O_RDWR | O_CLOEXEC) < 0 ? errno : 0);
	return WEXITSTATUS(wait_for(pid));
}

static void devices_are_refused_but_for_those_allowed(void **state)
{
	const struct resource_device_rule rules[] = {
		{ 0, 'a', -1, -1, 7 },
		{ 1, 'c', 1, 3, RESOURCE_ACCESS_READ | RESOURCE_ACCESS_WRITE },
	};
	const struct resources r = { .devices = rules,
				     .n_devices = 2,
				     .devices_limited = 1,
				     .required = 1U << RESOURCE_DEVICES };
	const struct resources free_ones = {};
	struct cgroup *c;

	(void)state;
	need(RESOURCE_DEVICES);
	c = create(&r);
	assert_int_equal(open_in(c, "/dev/null"), 0);
	assert_int_equal(open_in(c, "/dev/zero"), EPERM);
	if (host_has_v1())
		assert_string_equal(file_of(c, "devices.list"), "c 1:3 rw");
	finish(c);
	/* Without the limit it is open. */
	c = create(&free_ones);
	assert_int_equal(open_in(c, "/dev/zero"), 0);
	finish(c);
}

static void the_default_devices_are_enough(void **state)
{
	struct resources r = { .devices_limited = 1, .required = 1U << RESOURCE_DEVICES };
	struct cgroup *c;

	(void)state;
	need(RESOURCE_DEVICES);
	r.devices = cgroup_default_devices(&r.n_devices);
	c = create(&r);
	assert_int_equal(open_in(c, "/dev/zero"), 0);
	assert_int_equal(open_in(c, "/dev/full"), 0);
	assert_int_equal(open_in(c, "/dev/urandom"), 0);
	assert_int_equal(open_in(c, "/dev/ptmx"), 0);
	if (access("/dev/kmsg", F_OK) == 0)
		assert_int_equal(open_in(c, "/dev/kmsg"), EPERM);
	finish(c);
}

/* ---- processes ---- */

static void frozen_processes_stand_still_until_thawed(void **state)
{
	const struct resources r = {};
	volatile unsigned *counter =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct cgroup *c = create(&r);
	struct err e = {};
	unsigned before;
	pid_t pid;

	(void)state;
	assert_ptr_not_equal(counter, MAP_FAILED);
	pid = fork_into(c);
	if (pid == 0)
		for (;;)
			++*counter;
	assert_int_equal(cgroup_is_frozen(c, &e), 0);
	if (cgroup_freeze(c, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(cgroup_is_frozen(c, &e), 1);
	before = *counter;
	msleep(100);
	assert_int_equal(*counter, before);
	assert_int_equal(cgroup_thaw(c, &e), 0);
	assert_int_equal(cgroup_is_frozen(c, &e), 0);
	for (int i = 0; i < 6000 && *counter == before; i++)
		msleep(10);
	assert_int_not_equal(*counter, before);
	/* Killed while frozen. */
	assert_int_equal(cgroup_freeze(c, &e), 0);
	finish(c);
	assert_int_equal(wait_for(pid), SIGKILL);
}

static void what_forks_all_the_time_is_frozen_and_killed(void **state)
{
	const struct resources r = { .pids_max = 200, .required = 1U << RESOURCE_PIDS };
	struct err e = {};
	struct cgroup *c;
	pid_t pid;

	(void)state;
	need(RESOURCE_PIDS);
	c = create(&r);
	pid = fork_into(c);
	if (pid == 0) {
		/* Children of children, all of which do the same. */
		signal(SIGCHLD, SIG_IGN);
		for (;;)
			if (fork() < 0)
				usleep(100);
	}
	msleep(50);
	assert_int_equal(cgroup_freeze(c, &e), 0);
	assert_int_equal(cgroup_thaw(c, &e), 0);
	finish(c);
	assert_int_equal(wait_for(pid), SIGKILL);
}

/* A group below the container's, in every hierarchy or in those with a file; as its root would. */
static void make_below(const struct cgroup *c, const char *name, const char *with_file)
{
	struct cgroup_view views[CGROUP_HIERARCHIES_MAX];
	size_t n = cgroup_views(c, views, ARRAY_SIZE(views));

	for (size_t i = 0; i < n; i++) {
		cleanup_free char *sub = xprintf("%s/cpuset.", name);

		if (with_file && faccessat(views[i].fd, with_file, F_OK, 0) < 0)
			continue;
		assert_int_equal(mkdirat(views[i].fd, name, 0755), 0);
		for (int k = 0; k < 2; k++) {
			cleanup_free char *file = xprintf("%s%s", sub, k ? "cpus" : "mems");
			struct err e;
			cleanup_free char *value =
				fd_read_file(views[i].fd, file + strlen(name) + 1, 4096, &e);

			if (value && *value != '\n')
				fd_write_file(views[i].fd, file, value, &e);
		}
	}
}

static pid_t sleeper_below(const struct cgroup *c, const char *name)
{
	const char *const paths[] = { name };
	const struct cgroup_join j = { .paths = paths, .n = 1 };
	struct err e = {};
	struct cgroup *sub = cgroup_open_join(c, &j, &e);
	pid_t pid;

	if (!sub)
		fail_msg("%s", e.text);
	pid = sleeper_in(sub);
	cgroup_close(sub);
	return pid;
}

static void all_processes_are_listed_and_killed(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	const struct resources r = {};
	struct cgroup *c = create(&r);
	pid_t top = sleeper_in(c), below, *pids;
	struct err e = {};
	ssize_t n;

	(void)state;
	make_below(c, "sub", NULL);
	make_below(c, "sub/deeper", NULL);
	below = sleeper_below(c, "/sub/deeper");
	n = cgroup_pids(c, a, &pids, &e);
	assert_int_equal(n, 2);
	assert_true((pids[0] == top && pids[1] == below) || (pids[0] == below && pids[1] == top));
	finish(c);
	assert_int_equal(wait_for(top), SIGKILL);
	assert_int_equal(wait_for(below), SIGKILL);
}

static void joining_stays_in_the_container(void **state)
{
	static const char *const bad[] = { "..", "../x", "a/../..", "/..", "sub/../../x" };
	static const char *const parts[] = { "memory:sub", "cpu:/", NULL };
	static const char *const unknown[] = { "whaaat:/" }, *const twice[] = { "cpu:/", "cpu:/" };
	static const char *const missing[] = { "nonexistent" }, *const empty[] = { ":/x" };
	const struct resources r = {};
	struct cgroup *c = create(&r), *sub;
	struct cgroup_join j = { .n = 1 };
	struct err e = {};
	pid_t pid;
	int all;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		j.paths = &bad[i];
		assert_null(cgroup_open_join(c, &j, &e));
		assert_non_null(strstr(e.text, "bad sub cgroup path"));
	}
	j.paths = missing;
	assert_null(cgroup_open_join(c, &j, &e));
	print_message("# %s\n", e.text);
	assert_non_null(strstr(e.text, " adding pid "));
	assert_non_null(strstr(e.text, " cgroup"));
	assert_non_null(strstr(e.text, "o such file or directory"));
	j.paths = unknown;
	assert_null(cgroup_open_join(c, &j, &e));
	assert_non_null(strstr(e.text, "unknown controller"));
	j.paths = empty;
	assert_null(cgroup_open_join(c, &j, &e));
	assert_non_null(strstr(e.text, "empty <controller>"));
	if (host_has_v1()) {
		j = (struct cgroup_join){ .paths = twice, .n = 2 };
		assert_null(cgroup_open_join(c, &j, &e));
		assert_non_null(strstr(e.text, "specified multiple times"));
		make_below(c, "sub", "memory.limit_in_bytes");
		j = (struct cgroup_join){ .paths = parts, .n = 2 };
		sub = cgroup_open_join(c, &j, &e);
		assert_non_null(sub);
		pid = sleeper_in(sub);
		assert_int_equal(count_groups(pid, "/sub", &all), 1);
		cgroup_close(sub);
		finish(c);
		wait_for(pid);
		return;
	}
	finish(c);
}

/* A container that has made its group an inner one can still be joined: where its init is. */
static void an_inner_group_is_joined_where_init_is(void **state)
{
	const struct resources r = {};
	struct cgroup *c, *sub;
	struct cgroup_join j = {};
	struct err e = {};
	char file[64];
	pid_t pid;
	int all;

	(void)state;
	need_that(!host_has_v1());
	c = create(&r);
	make_below(c, "init", NULL);
	j.init = sleeper_below(c, "init");
	sub = cgroup_open_join(c, &j, &e);
	assert_non_null(sub);
	pid = sleeper_in(sub);
	assert_int_equal(count_groups(pid, "/init", &all), 0);
	cgroup_close(sub);
	kill(pid, SIGKILL);
	wait_for(pid);
	for (int i = 0; i < 6000 && write_to(c, "cgroup.subtree_control", "+memory") < 0; i++)
		msleep(10);
	sub = cgroup_open_join(c, &j, &e);
	assert_non_null(sub);
	pid = sleeper_in(sub);
	assert_int_equal(count_groups(pid, "/init", &all), 1);
	cgroup_close(sub);
	snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)pid);
	finish(c);
	wait_for(pid);
	wait_for(j.init);
}

static void a_groups_files_are_given_away(void **state)
{
	const struct resources r = {};
	struct cgroup *c = create(&r);
	struct cgroup_view views[CGROUP_HIERARCHIES_MAX];
	struct err e = {};
	struct stat st;
	size_t n;

	(void)state;
	need_that(geteuid() == 0);
	assert_int_equal(cgroup_delegate(c, 100000, 100000, &e), 0);
	n = cgroup_views(c, views, ARRAY_SIZE(views));
	for (size_t i = 0; i < n; i++) {
		fstat(views[i].fd, &st);
		assert_int_equal(st.st_uid, host_has_v1() ? 0 : 100000);
	}
	if (!host_has_v1()) {
		assert_int_equal(fstatat(views[0].fd, "cgroup.procs", &st, 0), 0);
		assert_int_equal(st.st_uid, 100000);
		assert_int_equal(fstatat(views[0].fd, "cgroup.subtree_control", &st, 0), 0);
		assert_int_equal(st.st_uid, 100000);
		/* The limits stay ours. */
		assert_int_equal(fstatat(views[0].fd, "pids.max", &st, 0), 0);
		assert_int_equal(st.st_uid, 0);
	}
	finish(c);
}

static int remove_folder(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_host h;
	struct err e;

	(void)state;
	if (*folder != '/') {
		struct cgroup *c = cgroup_open(arena_printf(a, "cale-oci/%s", folder), &e);

		if (c)
			cgroup_remove(c, &e);
		cgroup_close(c);
		return 0;
	}
	if (cgroup_host_read(a, &h, &e) < 0)
		return 0;
	for (size_t i = 0; i < h.n; i++)
		rmdir(arena_printf(a, "%s%s", h.list[i].point, folder));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_container_is_in_every_hierarchy),
		cmocka_unit_test(others_groups_are_used_and_left),
		cmocka_unit_test(a_group_that_was_killed_once_can_be_used),
		cmocka_unit_test(a_frozen_group_is_refused),
		cmocka_unit_test(a_group_with_the_container_in_it_is_adopted),
		cmocka_unit_test(without_groups_nothing_is_limited),
		cmocka_unit_test(without_permission),
		cmocka_unit_test(memory_goes_up_and_down),
		cmocka_unit_test(a_limit_below_the_use_is_refused),
		cmocka_unit_test(quota_period_and_burst),
		cmocka_unit_test(idleness_and_shares),
		cmocka_unit_test(pids_and_cpuset_change),
		cmocka_unit_test(what_a_version_has_not_is_refused),
		cmocka_unit_test(kernel_memory_is_not_pretended),
		cmocka_unit_test(disks_are_slowed_down),
		cmocka_unit_test(disks_have_weights),
		cmocka_unit_test(huge_pages_are_limited),
		cmocka_unit_test(v2_files_are_written_by_name),
		cmocka_unit_test(devices_are_refused_but_for_those_allowed),
		cmocka_unit_test(the_default_devices_are_enough),
		cmocka_unit_test(frozen_processes_stand_still_until_thawed),
		cmocka_unit_test(what_forks_all_the_time_is_frozen_and_killed),
		cmocka_unit_test(all_processes_are_listed_and_killed),
		cmocka_unit_test(joining_stays_in_the_container),
		cmocka_unit_test(an_inner_group_is_joined_where_init_is),
		cmocka_unit_test(a_groups_files_are_given_away),
	};

	/* A user's groups are below what is delegated to him. */
	snprintf(folder, sizeof(folder), "%scale-test-%d", geteuid() == 0 ? "/" : "",
		 (int)getpid());
	snprintf(path, sizeof(path), "%s/one", folder);
	return cmocka_run_group_tests(tests, NULL, remove_folder);
}
