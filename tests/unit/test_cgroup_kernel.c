/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/cgroup.h on this machine's kernel: groups are made, limits bind on real
 * processes, all of a group is killed, nothing is left behind. What this user can't have is skipped.
 */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "cgroup_kernel.h"
#include "runtime/cgroup_host.h"

#define COMMON_RESOURCES                                                                           \
	(1U << RESOURCE_MEMORY | 1U << RESOURCE_SWAP | 1U << RESOURCE_CPU |                        \
	 1U << RESOURCE_CPUSET | 1U << RESOURCE_PIDS)

static char path[64];

static struct cgroup *create(const struct resources *r)
{
	struct err e = {};
	struct cgroup *c = cgroup_create(path, r, &e);

	if (!c)
		print_message("# %s (%s)\n", e.text, e.hint);
	assert_non_null(c);
	return c;
}

/* Is there a folder of our group in any hierarchy? */
static int left_behind(void)
{
	struct err e = {};
	cleanup_cgroup struct cgroup *c = cgroup_open(path, &e);

	return c != NULL || e.code != ERR_NOT_FOUND;
}

static void end(struct cgroup *c)
{
	struct err e = {};

	if (cgroup_kill(c, &e) < 0 || cgroup_remove(c, &e) < 0)
		print_message("# %s\n", e.text);
	cgroup_close(c);
	assert_false(left_behind());
}

static void pids_bind_and_all_are_killed(void **state)
{
	struct resources r = { .pids_max = 5, .required = 1U << RESOURCE_PIDS };
	struct cgroup *c;
	int pipe_fds[2], forked = 0;
	pid_t pid;

	(void)state;
	need(RESOURCE_PIDS);
	c = create(&r);
	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork_into(c);
	if (pid == 0) {
		while (forked < 20) {
			pid_t child = fork();

			if (child == 0)
				pause();
			if (child < 0)
				break;
			forked++;
		}
		if (write(pipe_fds[1], &forked, sizeof(forked)) != sizeof(forked))
			_exit(112);
		pause();
	}
	assert_int_equal(read(pipe_fds[0], &forked, sizeof(forked)), sizeof(forked));
	assert_int_equal(forked, 4);
	struct err e = {};
	assert_int_equal(cgroup_kill(c, &e), 0);
	/* All of them held the pipe's other end. */
	close(pipe_fds[1]);
	assert_int_equal(read(pipe_fds[0], &forked, sizeof(forked)), 0);
	close(pipe_fds[0]);
	assert_int_equal(wait_for(pid), SIGKILL);
	end(c);
}

static void touch_memory(size_t bytes)
{
	volatile char *p = xcalloc(1, bytes);

	for (size_t i = 0; i < bytes; i += 4096)
		p[i] = 1;
	_exit(0);
}

static void a_memory_hog_is_killed_and_counted(void **state)
{
	struct resources r = { .memory_bytes = 16 << 20,
			       .memory_swap_bytes = 16 << 20,
			       .required = 1U << RESOURCE_MEMORY | 1U << RESOURCE_SWAP };
	struct err e = {};
	uint64_t kills;
	struct cgroup *c;
	pid_t pid;

	(void)state;
	need(RESOURCE_MEMORY);
	need(RESOURCE_SWAP);
	c = create(&r);
	assert_int_equal(cgroup_oom_kills(c, &kills, &e), 0);
	assert_int_equal(kills, 0);
	pid = fork_into(c);
	if (pid == 0)
		touch_memory(4 << 20);
	assert_int_equal(wait_for(pid), 0);
	pid = fork_into(c);
	if (pid == 0)
		touch_memory(64 << 20);
	assert_int_equal(wait_for(pid), SIGKILL);
	assert_int_equal(cgroup_oom_kills(c, &kills, &e), 0);
	assert_int_equal(kills, 1);
	end(c);
}

static void a_cpuset_binds(void **state)
{
	struct resources r = { .cpuset_cpus = "0", .required = 1U << RESOURCE_CPUSET };
	struct cgroup *c;
	pid_t pid;

	(void)state;
	need(RESOURCE_CPUSET);
	c = create(&r);
	pid = fork_into(c);
	if (pid == 0) {
		cpu_set_t set;

		sched_getaffinity(0, sizeof(set), &set);
		_exit(CPU_COUNT(&set) == 1 && CPU_ISSET(0, &set) ? 0 : 1);
	}
	assert_int_equal(wait_for(pid), 0);
	end(c);
}

static void every_limit_is_taken(void **state)
{
	struct resources r = {
		.memory_bytes = 64 << 20,
		.memory_swap_bytes = 128 << 20,
		.memory_reservation_bytes = 32 << 20,
		.cpu_quota_usec = 150000,
		.cpu_period_usec = 100000,
		.cpu_shares = 512,
		.cpuset_cpus = "0",
		.cpuset_mems = "0",
		.pids_max = 77,
		.required = COMMON_RESOURCES,
	};

	(void)state;
	for (int i = 0; i < RESOURCE_COUNT; i++)
		if (COMMON_RESOURCES & 1U << i)
			need((enum resource)i);
	end(create(&r));
}

static void an_impossible_limit_is_refused_without_leftovers(void **state)
{
	struct resources r = { .cpuset_cpus = "8000", .required = 1U << RESOURCE_CPUSET };
	struct err e = {};

	(void)state;
	need(RESOURCE_CPUSET);
	assert_null(cgroup_create(path, &r, &e));
	assert_int_equal(e.code, ERR_UNENFORCED);
	assert_non_null(strstr(e.text, "cpuset limit"));
	assert_false(left_behind());
	/* As a default it is left out instead. */
	r.required = 0;
	end(create(&r));
}

static void a_group_in_use_is_not_shared(void **state)
{
	struct resources r = {};
	struct err e = {};
	struct cgroup *c;
	int pipe_fds[2];
	pid_t pid, pid_read;

	(void)state;
	need(RESOURCE_PIDS);
	c = create(&r);
	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork_into(c);
	if (pid == 0) {
		close(pipe_fds[1]);
		pause();
	}
	/* Not before it has joined. */
	close(pipe_fds[1]);
	assert_int_equal(read(pipe_fds[0], &pid_read, sizeof(pid_read)), 0);
	close(pipe_fds[0]);
	assert_null(cgroup_create(path, &r, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	kill(pid, SIGKILL);
	wait_for(pid);
	/* Now it is a leftover, and is made anew. */
	struct cgroup *again = create(&r);
	cgroup_close(c);
	end(again);
}

static void groups_made_inside_are_removed_too(void **state)
{
	struct resources r = {};
	struct cgroup_view views[CGROUP_HIERARCHIES_MAX];
	struct cgroup *c;

	(void)state;
	need(RESOURCE_PIDS);
	c = create(&r);
	assert_int_not_equal(cgroup_views(c, views, ARRAY_SIZE(views)), 0);
	assert_int_equal(mkdirat(views[0].fd, "a", 0755), 0);
	assert_int_equal(mkdirat(views[0].fd, "a/b", 0755), 0);
	end(c);
}

static void opening_finds_what_was_created(void **state)
{
	struct resources r = { .memory_bytes = 64 << 20, .pids_max = 9 };
	struct cgroup_view a[CGROUP_HIERARCHIES_MAX], b[CGROUP_HIERARCHIES_MAX];
	struct err e = {};
	struct cgroup *c, *same;

	(void)state;
	need(RESOURCE_PIDS);
	need(RESOURCE_MEMORY);
	assert_false(left_behind());
	c = create(&r);
	same = cgroup_open(path, &e);
	assert_non_null(same);
	size_t n = cgroup_views(c, a, ARRAY_SIZE(a));
	assert_int_equal(cgroup_views(same, b, ARRAY_SIZE(b)), n);
	for (size_t i = 0; i < n; i++) {
		struct stat s, t;

		fstat(a[i].fd, &s);
		fstat(b[i].fd, &t);
		assert_true(s.st_dev == t.st_dev && s.st_ino == t.st_ino);
		assert_string_equal(a[i].name, b[i].name);
	}
	cgroup_close(c);
	end(same);
}

/* The folder above, which Cale keeps for the next container. */
static int remove_parents(void **state)
{
	struct err e = {};
	struct cgroup *c;

	(void)state;
	path[strcspn(path, "/")] = '\0';
	c = cgroup_open(path, &e);
	if (c)
		cgroup_remove(c, &e);
	cgroup_close(c);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pids_bind_and_all_are_killed),
		cmocka_unit_test(a_memory_hog_is_killed_and_counted),
		cmocka_unit_test(a_cpuset_binds),
		cmocka_unit_test(every_limit_is_taken),
		cmocka_unit_test(an_impossible_limit_is_refused_without_leftovers),
		cmocka_unit_test(a_group_in_use_is_not_shared),
		cmocka_unit_test(groups_made_inside_are_removed_too),
		cmocka_unit_test(opening_finds_what_was_created),
	};

	snprintf(path, sizeof(path), "cale-test-%d/one", (int)getpid());
	return cmocka_run_group_tests(tests, NULL, remove_parents);
}
