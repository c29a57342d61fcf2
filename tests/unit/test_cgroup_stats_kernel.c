/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/cgroup_stats.h and cgroup_watch.h on this machine's kernel. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "cgroup_kernel.h"
#include "runtime/cgroup_stats.h"
#include "runtime/cgroup_watch.h"

#define MIB	   (1LL << 20)
#define TIMEOUT_MS 60000

static struct cgroup *create(const struct resources *r)
{
	char path[64];
	const struct cgroup_request q = { .path = path, .id = "x", .strict = 1, .resources = r };
	struct err e = {};
	struct cgroup *c;

	snprintf(path, sizeof(path), "/cale-test-stats-%d", (int)getpid());
	c = cgroup_create_oci(&q, &e);
	if (!c)
		fail_msg("%s (%s)", e.text, e.hint);
	return c;
}

/* Uses 20 MiB and a tenth of a second of CPU, then tells and waits. */
static pid_t busy_in(const struct cgroup *c)
{
	int fds[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork_into(c);
	if (pid == 0) {
		char *p = mmap(NULL, 20 * MIB, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		clock_t end = clock() + CLOCKS_PER_SEC / 10;

		while (p != MAP_FAILED && clock() < end)
			p[0]++;
		if (write(fds[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	return pid;
}

static uint64_t raw(const struct cgroup_stats *s, const char *name)
{
	for (size_t i = 0; i < s->memory.n_raw; i++)
		if (!strcmp(s->memory.raw[i].name, name))
			return s->memory.raw[i].value;
	return 0;
}

static void what_is_used_is_counted(void **state)
{
	const struct resources r = {
		.pids_max = 50, .memory_bytes = 100 * MIB, .cpuset_cpus = "0", .required = ~0U
	};
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_stats s;
	struct cgroup *c;
	struct err e = {};
	pid_t pid;

	(void)state;
	need(RESOURCE_PIDS);
	need(RESOURCE_MEMORY);
	need(RESOURCE_CPUSET);
	c = create(&r);
	pid = busy_in(c);
	assert_int_equal(cgroup_stats_read(c, a, &s, &e), 0);
	assert_int_equal(s.pids, 1);
	assert_int_equal(s.pids_limit, 50);
	assert_in_range(s.memory.memory.usage, 20 * MIB, 100 * MIB);
	assert_int_equal(s.memory.memory.limit, 100 * MIB);
	assert_true(raw(&s, host_has_v1() ? "rss" : "anon") >= 19 * MIB);
	assert_in_range(s.cpu.total_nsec, 90000000, 60000000000);
	assert_true(s.cpu.user_nsec + s.cpu.kernel_nsec > 0);
	if (host_has_v1()) {
		uint64_t sum = 0;

		for (size_t i = 0; i < s.cpu.percpu_nsec.n; i++)
			sum += s.cpu.percpu_nsec.items[i];
		assert_true(sum >= s.cpu.total_nsec / 2);
		assert_int_equal(s.cpu.percpu_user_nsec.n, s.cpu.percpu_nsec.n);
		assert_int_equal(s.cpuset.cpus.n, 1);
		assert_int_equal(s.cpuset.cpus.items[0], 0);
		assert_int_equal(s.cpuset.sched_relax_domain_level, -1);
	}
	finish(c);
	wait_for(pid);
}

static void throttling_is_counted(void **state)
{
	const struct resources r = { .cpu_quota_usec = 2000, .required = 1U << RESOURCE_CPU };
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_stats s;
	struct cgroup *c;
	struct err e = {};
	pid_t pid;

	(void)state;
	need(RESOURCE_CPU);
	c = create(&r);
	pid = busy_in(c);
	assert_int_equal(cgroup_stats_read(c, a, &s, &e), 0);
	assert_true(s.cpu.periods > 1);
	assert_true(s.cpu.throttled_periods > 0);
	assert_true(s.cpu.throttled_nsec > 0);
	finish(c);
	wait_for(pid);
}

/* Waits for news that isn't nothing. */
static int await(struct cgroup_watch *w)
{
	struct err e = {};
	struct timespec begin, now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		struct pollfd p = { .fd = w->fd, .events = POLLIN };
		int news;

		poll(&p, 1, 100);
		news = cgroup_watch_read(w, &e);
		if (news)
			return news;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - begin.tv_sec) * 1000 < TIMEOUT_MS);
	return CGROUP_WATCH_NOTHING;
}

static void lack_of_memory_and_the_end_are_told(void **state)
{
	const struct resources r = { .memory_bytes = 16 * MIB,
				     .memory_swap_bytes = 16 * MIB,
				     .required = 1U << RESOURCE_MEMORY };
	struct cgroup_watch w;
	struct err e = {};
	struct cgroup *c;
	pid_t init, hog;

	(void)state;
	need(RESOURCE_MEMORY);
	need(RESOURCE_SWAP);
	c = create(&r);
	init = sleeper_in(c);
	assert_int_equal(cgroup_watch_open(c, &w, &e), 0);
	assert_int_equal(cgroup_watch_read(&w, &e), CGROUP_WATCH_NOTHING);
	hog = fork_into(c);
	if (hog == 0) {
		volatile char *p = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (long i = 0; i < 64 * MIB; i += 4096)
			p[i] = 1;
		_exit(0);
	}
	assert_int_equal(await(&w), CGROUP_WATCH_OOM);
	/* Whichever of the two it was. */
	finish(c);
	wait_for(hog);
	wait_for(init);
	for (int i = 0; i < 10; i++)
		if (await(&w) == CGROUP_WATCH_END) {
			cgroup_watch_close(&w);
			return;
		}
	fail_msg("the end wasn't told");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_used_is_counted),
		cmocka_unit_test(throttling_is_counted),
		cmocka_unit_test(lack_of_memory_and_the_end_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
