/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/cgroup_settings.h: from limits to what is written into which file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "runtime/cgroup_settings.h"

#define MIB (1LL << 20)

static const struct row {
	const char *what;
	struct resources r;
	const char *v1, *v2;
} rows[] = {
	{ "nothing asked", {}, "", "" },
	{ "unlimited is what a new group has",
	  { .pids_max = -1, .memory_swap_bytes = -1, .cpu_quota_usec = -1 },
	  "",
	  "" },
	{ "memory before memory and swap, which v2 counts apart",
	  { .memory_bytes = 512 * MIB, .memory_swap_bytes = 768 * MIB },
	  "memory.limit_in_bytes=536870912\nmemory.memsw.limit_in_bytes=805306368\n",
	  "memory.max=536870912\nmemory.swap.max=268435456\n" },
	{ "no swap at all",
	  { .memory_bytes = 64 * MIB, .memory_swap_bytes = 64 * MIB },
	  "memory.limit_in_bytes=67108864\nmemory.memsw.limit_in_bytes=67108864\n",
	  "memory.max=67108864\nmemory.swap.max=0\n" },
	{ "reservation",
	  { .memory_reservation_bytes = 32 * MIB },
	  "memory.soft_limit_in_bytes=33554432\n",
	  "memory.low=33554432\n" },
	{ "one and a half CPUs",
	  { .cpu_quota_usec = 150000, .cpu_period_usec = 100000 },
	  "cpu.cfs_period_us=100000\ncpu.cfs_quota_us=150000\n",
	  "cpu.max=150000 100000\n" },
	{ "a quota in the default period, a period without quota",
	  { .cpu_quota_usec = 20000 },
	  "cpu.cfs_quota_us=20000\n",
	  "cpu.max=20000 100000\n" },
	{ "a period without quota",
	  { .cpu_period_usec = 50000 },
	  "cpu.cfs_period_us=50000\n",
	  "cpu.max=max 50000\n" },
	{ "shares: the default", { .cpu_shares = 1024 }, "cpu.shares=1024\n", "cpu.weight=39\n" },
	{ "shares: the least", { .cpu_shares = 2 }, "cpu.shares=2\n", "cpu.weight=1\n" },
	{ "shares: below the least", { .cpu_shares = 1 }, "cpu.shares=1\n", "cpu.weight=1\n" },
	{ "shares: the most",
	  { .cpu_shares = 262144 },
	  "cpu.shares=262144\n",
	  "cpu.weight=10000\n" },
	{ "cpuset and pids",
	  { .cpuset_cpus = "0-1", .cpuset_mems = "0", .pids_max = 100 },
	  "cpuset.mems=0\ncpuset.cpus=0-1\npids.max=100\n",
	  "cpuset.mems=0\ncpuset.cpus=0-1\npids.max=100\n" },
};

static void expect(int version, const struct resources *r, const char *wanted)
{
	struct cgroup_setting s[CGROUP_SETTINGS_MAX];
	cleanup_by(text_free) struct text t = {};
	size_t n = cgroup_settings(version, r, s);

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s=%s\n", s[i].file, cgroup_setting_value(&s[i]));
	assert_string_equal(t.s ? t.s : "", wanted);
}

static void limits_become_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("# %s\n", rows[i].what);
		expect(1, &rows[i].r, rows[i].v1);
		expect(2, &rows[i].r, rows[i].v2);
	}
}

static void all_limits_at_once_fit(void **state)
{
	struct resources r = {
		.memory_bytes = 1,
		.memory_swap_bytes = 1,
		.memory_reservation_bytes = 1,
		.cpu_quota_usec = 1,
		.cpu_period_usec = 1,
		.cpu_shares = 1,
		.cpuset_cpus = "0",
		.cpuset_mems = "0",
		.pids_max = 1,
	};
	struct cgroup_setting s[CGROUP_SETTINGS_MAX];

	(void)state;
	assert_in_range(cgroup_settings(1, &r, s), 1, CGROUP_SETTINGS_MAX);
	assert_in_range(cgroup_settings(2, &r, s), 1, CGROUP_SETTINGS_MAX);
}

static void only_needed_controllers_get_groups(void **state)
{
	struct resources none = {}, some = { .memory_swap_bytes = 1, .cpu_shares = 5 };

	(void)state;
	assert_int_equal(cgroup_settings_controllers(&none), 1U << CGROUP_PIDS);
	assert_int_equal(cgroup_settings_controllers(&some),
			 1U << CGROUP_PIDS | 1U << CGROUP_MEMORY | 1U << CGROUP_CPU);
}

static void what_is_read_back_is_compared(void **state)
{
	static const struct {
		enum cgroup_echo echo;
		const char *asked, *got;
		int holds;
	} cases[] = {
		{ CGROUP_ECHO_SAME, "100", "100\n", 1 },
		{ CGROUP_ECHO_SAME, "100", "1000\n", 0 },
		{ CGROUP_ECHO_SAME, "100", "max\n", 0 },
		{ CGROUP_ECHO_SAME, "150000 100000", "150000 100000\n", 1 },
		{ CGROUP_ECHO_PAGES, "10000", "8192\n", 1 },
		{ CGROUP_ECHO_PAGES, "10000", "12288\n", 0 },
		{ CGROUP_ECHO_PAGES, "67108864", "max\n", 0 },
		{ CGROUP_ECHO_PAGES, "67108864", "9223372036854771712\n", 0 },
		{ CGROUP_ECHO_LIST, "0,1,2,5", "0-2,5\n", 1 },
		{ CGROUP_ECHO_LIST, "0-3", "0-1\n", 0 },
		{ CGROUP_ECHO_LIST, "0", "\n", 0 },
		{ CGROUP_ECHO_LIST, "0,", "x\n", 0 },
		{ CGROUP_ECHO_LIST, "3-1", "1-3\n", 0 },
		{ CGROUP_ECHO_LIST, "99999", "99999\n", 0 },
		{ CGROUP_ECHO_CLAMPED, "1", "2\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cgroup_setting s = { .echo = cases[i].echo };

		if (cases[i].echo == CGROUP_ECHO_LIST)
			s.list = cases[i].asked;
		else
			strcpy(s.text, cases[i].asked);
		print_message("# %s as %s", cases[i].asked, cases[i].got);
		assert_int_equal(cgroup_setting_holds(&s, cases[i].got), cases[i].holds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_become_lines),
		cmocka_unit_test(all_limits_at_once_fit),
		cmocka_unit_test(only_needed_controllers_get_groups),
		cmocka_unit_test(what_is_read_back_is_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
