/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/cgroup_host.h: the kernel's lists of mounts and groups, as they look on different hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "runtime/cgroup_host.h"

#define CPU    (1U << CGROUP_CPU)
#define CPUSET (1U << CGROUP_CPUSET)
#define MEMORY (1U << CGROUP_MEMORY)
#define PIDS   (1U << CGROUP_PIDS)

struct expected {
	int version;
	uint32_t controllers;
	const char *point, *own, *name;
};

static const struct row {
	const char *what, *mountinfo, *groups;
	size_t n;
	struct expected list[CGROUP_HIERARCHIES_MAX];
} rows[] = {
	{ "nothing", "22 1 0:21 / /proc rw - proc proc rw\n", "", 0, {} },
	{ "v1, two controllers in one hierarchy; blkio is v2's io; one without controllers",
	  "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
	  "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup "
	  "rw,cpu,cpuacct\n"
	  "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	  "34 31 0:31 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n"
	  "35 31 0:32 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n",
	  "9:name=systemd:/x\n4:memory:/user/1000\n1:cpu,cpuacct:/\n",
	  4,
	  { { 1, CPU | CGROUP_BIT(CGROUP_CPUACCT), "/sys/fs/cgroup/cpu,cpuacct", "",
	      "cpu,cpuacct" },
	    { 1, MEMORY, "/sys/fs/cgroup/memory", "user/1000", "memory" },
	    { 1, CGROUP_BIT(CGROUP_IO), "/sys/fs/cgroup/blkio", NULL, "blkio" },
	    { 1, CGROUP_BIT(CGROUP_SYSTEMD), "/sys/fs/cgroup/systemd", "x", "systemd" } } },
	{ "a controller and a named hierarchy of others are left out",
	  "32 31 0:29 / /sys/fs/cgroup/elogind rw - cgroup cgroup rw,name=elogind\n"
	  "33 31 0:30 / /sys/fs/cgroup/x rw - cgroup cgroup rw,debug\n",
	  "9:name=elogind:/x\n4:debug:/\n",
	  0,
	  {} },
	{ "hybrid: v2 comes last and has what v1 has not",
	  "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	  "39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
	  "34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n",
	  "8:pids:/\n3:cpuset:/\n0::/session\n",
	  3,
	  { { 1, PIDS, "/sys/fs/cgroup/pids", "", "pids" },
	    { 1, CPUSET, "/sys/fs/cgroup/cpuset", "", "cpuset" },
	    { 2, CGROUP_V2_ALL & ~(PIDS | CPUSET), "/sys/fs/cgroup/unified", "session", "" } } },
	{ "v2",
	  "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 "
	  "rw,nsdelegate,memory_recursiveprot\n",
	  "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope\n",
	  1,
	  { { 2, CGROUP_V2_ALL, "/sys/fs/cgroup",
	      "user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope", "" } } },
	{ "in a container with the host's cgroup namespace: paths begin at the host's top",
	  "600 599 0:33 /docker/abc /sys/fs/cgroup/memory ro master:17 - cgroup cgroup rw,memory\n",
	  "4:memory:/docker/abc/inner\n",
	  1,
	  { { 1, MEMORY, "/sys/fs/cgroup/memory", "inner", "memory" } } },
	{ "the own group isn't below what is mounted",
	  "600 599 0:33 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
	  "0::/docker/abcdef\n",
	  1,
	  { { 2, CGROUP_V2_ALL, "/sys/fs/cgroup", NULL, "" } } },
	{ "another container's view of the tree, mounted later, isn't taken",
	  "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
	  "90 80 0:26 /cale/1 /var/lib/c/1/sys/fs/cgroup ro - cgroup2 cgroup2 rw\n"
	  "91 80 0:26 /init /var/lib/c/2/sys/fs/cgroup ro - cgroup2 cgroup2 rw\n",
	  "0::/init/x\n",
	  1,
	  { { 2, CGROUP_V2_ALL, "/sys/fs/cgroup", "init/x", "" } } },
	{ "a mount over another one, and a path with a space",
	  "30 23 0:26 / /sys\\040fs/c\\134g rw - cgroup2 cgroup2 rw\n"
	  "31 23 0:26 /a /sys\\040fs/c\\134g rw - cgroup2 cgroup2 rw\n",
	  "0::/a/b\n",
	  1,
	  { { 2, CGROUP_V2_ALL, "/sys fs/c\\g", "b", "" } } },
	{ "broken lines",
	  " - cgroup\n - cgroup2 \nx - cgroup cgroup rw,pids",
	  "0:\n::::\n8:pids",
	  0,
	  {} },
};

static void same_string(const char *a, const char *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (a)
		assert_string_equal(a, b);
}

static void hosts_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct cgroup_host h;

		print_message("# %s\n", rows[i].what);
		cgroup_host_parse(rows[i].mountinfo, rows[i].groups, a, &h);
		assert_int_equal(h.n, rows[i].n);
		for (size_t k = 0; k < h.n; k++) {
			const struct expected *x = &rows[i].list[k];

			assert_int_equal(h.list[k].version, x->version);
			assert_int_equal(h.list[k].controllers, x->controllers);
			assert_string_equal(h.list[k].point, x->point);
			assert_string_equal(h.list[k].name, x->name);
			same_string(h.list[k].own, x->own);
		}
	}
}

static void a_controller_is_found_in_one_hierarchy(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_host h;

	(void)state;
	cgroup_host_parse(rows[3].mountinfo, rows[3].groups, a, &h);
	assert_ptr_equal(cgroup_host_find(&h, CGROUP_PIDS), &h.list[0]);
	assert_ptr_equal(cgroup_host_find(&h, CGROUP_MEMORY), &h.list[2]);
	cgroup_host_parse(rows[1].mountinfo, rows[1].groups, a, &h);
	assert_null(cgroup_host_find(&h, CGROUP_PIDS));
}

static void a_list_is_complete_when_all_hierarchies_are_in_it(void **state)
{
	static const char groups[] = "4:memory:/\n1:cpu,cpuacct:/\n", hybrid[] = "0::/\n1:pids:/\n";
	static const char all[] = "1 1 0:1 / /m rw - cgroup cgroup rw,memory\n"
				  "2 1 0:2 / /c rw - cgroup cgroup rw,cpu,cpuacct\n";
	static const char part[] = "1 1 0:1 / /m rw - cgroup cgroup rw,memory\n";
	static const char v2[] = "1 1 0:1 / /m rw - cgroup2 cgroup2 rw\n";
	static const struct {
		const char *mounts, *groups;
		int complete;
	} cases[] = {
		{ all, groups, 1 }, { part, groups, 0 },  { "", groups, 0 },
		{ "", "", 1 },	    { v2, "0::/x\n", 1 }, { v2, hybrid, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct cgroup_host h;

		cgroup_host_parse(cases[i].mounts, cases[i].groups, a, &h);
		assert_int_equal(cgroup_host_is_complete(&h, cases[i].groups), cases[i].complete);
	}
}

static void a_name_is_of_a_version(void **state)
{
	(void)state;
	assert_string_equal(cgroup_controller_name(CGROUP_IO, 1), "blkio");
	assert_string_equal(cgroup_controller_name(CGROUP_IO, 2), "io");
	assert_null(cgroup_controller_name(CGROUP_NET_CLS, 2));
	assert_int_equal(cgroup_controllers_parse("io,memory", 9, 2),
			 CGROUP_BIT(CGROUP_IO) | MEMORY);
	assert_int_equal(cgroup_controllers_parse("io,memoryx,,blkio", 17, 1),
			 CGROUP_BIT(CGROUP_IO));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_understood),
		cmocka_unit_test(a_controller_is_found_in_one_hierarchy),
		cmocka_unit_test(a_list_is_complete_when_all_hierarchies_are_in_it),
		cmocka_unit_test(a_name_is_of_a_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
