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
#include "runtime/cgroup_undo.h"

#define MIB (1LL << 20)

/*
 * A row for each text: FILE=VALUE; "|" before what is used when there is no such file, "?" for what
 * may be missing, "~" for what may be refused at first, "+" for a value behind the present first
 * word, "!" for what this version has not, or why not.
 */
struct row {
	const char *what;
	struct resources r;
	const char *v1, *v2;
};

static const struct resource_weight weights[] = { { 8, 0, 500, 300 }, { 8, 16, 10, 0 } };
static const struct resource_throttle slow[] = { { 8, 0, 1048576 }, { 8, 16, 0 } };
static const struct resource_hugepage pages[] = { { "2MB", 209715200 } };
static const struct resource_hugepage evil_pages[] = { { "2MB/../x", 1 } };
static const struct resource_rdma rdma[] = { { "mlx5_1", 3, 10000 }, { "rxe3", -1, 1000 } };
static const struct resource_priority priorities[] = { { "eth0", 500 }, { "eth1", 1000 } };
static const struct resource_file unified[] = {
	{ "memory.high", "1000000" }, { "io.max", "8:0 rbps=1\n8:16 rbps=2" },
	{ "cgroup.max.depth", "5" },  { "dmem.max", "x 1" },
	{ "pids.max", "" },
};

static const struct row fresh[] = {
	{ "nothing asked", {}, "", "" },
	{ "unlimited is what a new group has",
	  { .pids_max = -1,
	    .memory_bytes = -1,
	    .memory_swap_bytes = -1,
	    .memory_reservation_bytes = -1,
	    .cpu_quota_usec = -1,
	    .cpu_idle = { 1, 0 },
	    .cpu_burst_usec = { 1, 0 } },
	  "",
	  "" },
	{ "memory before memory and swap, which v2 counts apart",
	  { .memory_bytes = 512 * MIB, .memory_swap_bytes = 768 * MIB },
	  "~memory.limit_in_bytes=536870912\nmemory.memsw.limit_in_bytes=805306368\n",
	  "memory.swap.max=268435456\nmemory.max=536870912\n" },
	{ "no swap at all",
	  { .memory_bytes = 64 * MIB, .memory_swap_bytes = 64 * MIB },
	  "~memory.limit_in_bytes=67108864\nmemory.memsw.limit_in_bytes=67108864\n",
	  "?memory.swap.max=0\nmemory.max=67108864\n" },
	{ "swap that can't be told apart from memory",
	  { .memory_swap_bytes = 64 * MIB },
	  "memory.memsw.limit_in_bytes=67108864\n",
	  "!unable to set swap limit without memory limit\n" },
	{ "less swap and memory than memory",
	  { .memory_bytes = 64 * MIB, .memory_swap_bytes = 32 * MIB },
	  "~memory.limit_in_bytes=67108864\nmemory.memsw.limit_in_bytes=33554432\n",
	  "!memory+swap limit should be >= memory limit\nmemory.max=67108864\n" },
	{ "a swap limit beside unlimited memory is v2's own",
	  { .memory_bytes = -1, .memory_swap_bytes = 32 * MIB },
	  "memory.memsw.limit_in_bytes=33554432\n",
	  "memory.swap.max=33554432\n" },
	{ "reservation",
	  { .memory_reservation_bytes = 32 * MIB },
	  "memory.soft_limit_in_bytes=33554432\n",
	  "memory.low=33554432\n" },
	{ "what only v1 has of memory",
	  { .memory_kernel_bytes = 8192,
	    .memory_kernel_tcp_bytes = 4096,
	    .memory_no_oom_kill = { 1, 1 },
	    .memory_swappiness = { 1, 0 } },
	  "memory.kmem.limit_in_bytes=8192\nmemory.kmem.tcp.limit_in_bytes=4096\n"
	  "memory.oom_control=1\nmemory.swappiness=0\n",
	  "!kernel memory\n!OOM killer\n!swappiness\n" },
	{ "a swappiness that isn't one",
	  { .memory_swappiness = { 1, 101 } },
	  "!invalid memory swappiness value (valid range is 0-100)\n",
	  "!swappiness\n" },
	{ "a swappiness of -1", { .memory_swappiness = { 1, -1 } }, "", "" },
	{ "one and a half CPUs",
	  { .cpu_quota_usec = 75000, .cpu_period_usec = 50000 },
	  "~cpu.cfs_period_us=50000\ncpu.cfs_quota_us=75000\n",
	  "cpu.max=75000 50000\n" },
	{ "a quota in the default period, said or not",
	  { .cpu_quota_usec = 20000, .cpu_period_usec = 100000 },
	  "cpu.cfs_quota_us=20000\n",
	  "cpu.max=20000 100000\n" },
	{ "a quota in the default period",
	  { .cpu_quota_usec = 20000 },
	  "cpu.cfs_quota_us=20000\n",
	  "cpu.max=20000 100000\n" },
	{ "a period without quota",
	  { .cpu_period_usec = 50000 },
	  "~cpu.cfs_period_us=50000\n",
	  "cpu.max=max 50000\n" },
	{ "a burst",
	  { .cpu_quota_usec = 20000, .cpu_burst_usec = { 1, 10000 } },
	  "~cpu.cfs_burst_us=10000\ncpu.cfs_quota_us=20000\n",
	  "~cpu.max.burst=10000\ncpu.max=20000 100000\n" },
	{ "idle: shares don't count",
	  { .cpu_idle = { 1, 1 }, .cpu_shares = 512 },
	  "cpu.idle=1\n",
	  "cpu.idle=1\n" },
	{ "real-time",
	  { .cpu_realtime_period_usec = 1000000, .cpu_realtime_runtime_usec = 950000 },
	  "~cpu.rt_period_us=1000000\ncpu.rt_runtime_us=950000\n",
	  "!real-time cpu\n" },
	{ "shares", { .cpu_shares = 1024 }, "cpu.shares=1024\n", "cpu.weight=100\n" },
	{ "cpuset and pids",
	  { .cpuset_cpus = "0-1", .cpuset_mems = "0", .pids_max = 100 },
	  "cpuset.mems=0\ncpuset.cpus=0-1\npids.max=100\n",
	  "cpuset.mems=0\ncpuset.cpus=0-1\npids.max=100\n" },
	{ "block I/O weight",
	  { .io = { .weight = 1000, .leaf_weight = 10 } },
	  "blkio.bfq.weight=1000|blkio.weight=1000\nblkio.leaf_weight=10\n",
	  "io.bfq.weight=1000|io.weight=10000\n!block I/O leaf weight\n" },
	{ "block I/O weights of devices",
	  { .io = { .weights = weights, .n_weights = 2 } },
	  "blkio.bfq.weight_device=8:0 500|blkio.weight_device=8:0 500\n"
	  "blkio.leaf_weight_device=8:0 300\n"
	  "blkio.bfq.weight_device=8:16 10|blkio.weight_device=8:16 10\n",
	  "io.bfq.weight=8:0 500|io.weight=8:0 4950\n!block I/O leaf weight\n"
	  "io.bfq.weight=8:16 10|io.weight=8:16 1\n" },
	{ "block I/O rates",
	  { .io = { .throttles = { { slow, 2 }, { slow, 1 }, { slow, 1 }, { slow, 1 } } } },
	  "blkio.throttle.read_bps_device=8:0 1048576\nblkio.throttle.read_bps_device=8:16 0\n"
	  "blkio.throttle.write_bps_device=8:0 1048576\n"
	  "blkio.throttle.read_iops_device=8:0 1048576\n"
	  "blkio.throttle.write_iops_device=8:0 1048576\n",
	  "io.max=8:0 rbps=1048576\nio.max=8:16 rbps=max\nio.max=8:0 wbps=1048576\n"
	  "io.max=8:0 riops=1048576\nio.max=8:0 wiops=1048576\n" },
	{ "huge pages, and reservations of them",
	  { .hugepages = pages, .n_hugepages = 1 },
	  "hugetlb.2MB.limit_in_bytes=209715200\n?hugetlb.2MB.rsvd.limit_in_bytes=209715200\n",
	  "hugetlb.2MB.max=209715200\n?hugetlb.2MB.rsvd.max=209715200\n" },
	{ "RDMA",
	  { .rdma = rdma, .n_rdma = 2 },
	  "rdma.max=mlx5_1 hca_handle=3 hca_object=10000\nrdma.max=rxe3 hca_object=1000\n",
	  "rdma.max=mlx5_1 hca_handle=3 hca_object=10000\nrdma.max=rxe3 hca_object=1000\n" },
	{ "network",
	  { .network_class = { 1, 1048577 },
	    .network_priorities = priorities,
	    .n_network_priorities = 2 },
	  "net_cls.classid=1048577\nnet_prio.ifpriomap=eth0 500\nnet_prio.ifpriomap=eth1 1000\n",
	  "!network class\n!network priority\n" },
	{ "v2's own files, last, each line by itself, an empty value not at all",
	  { .pids_max = 5, .unified = unified, .n_unified = 5 },
	  "pids.max=5\n",
	  "pids.max=5\nmemory.high=1000000\nio.max=8:0 rbps=1\n8:16 rbps=2\ncgroup.max.depth=5\n"
	  "dmem.max=x 1\n" },
	{ "no device at all", { .devices_limited = 1 }, "devices.deny=a\n", "!device\n" },
};

static const struct row updates[] = {
	{ "nothing asked", {}, "", "" },
	{ "limits are taken away",
	  { .pids_max = -1,
	    .memory_swap_bytes = -1,
	    .memory_reservation_bytes = -1,
	    .cpu_quota_usec = -1,
	    .cpu_idle = { 1, 0 },
	    .cpu_burst_usec = { 1, 0 } },
	  "?memory.memsw.limit_in_bytes=-1\nmemory.soft_limit_in_bytes=-1\ncpu.idle=0\n"
	  "~cpu.cfs_burst_us=0\ncpu.cfs_quota_us=-1\npids.max=max\n",
	  "?memory.swap.max=max\nmemory.low=max\ncpu.idle=0\n~cpu.max.burst=0\ncpu.max=max\n"
	  "pids.max=max\n" },
	{ "unlimited memory needs unlimited swap",
	  { .memory_bytes = -1 },
	  "~memory.limit_in_bytes=-1\n?memory.memsw.limit_in_bytes=-1\n",
	  "?memory.swap.max=max\nmemory.max=max\n" },
	{ "a quota leaves the period",
	  { .cpu_quota_usec = 20000 },
	  "cpu.cfs_quota_us=20000\n",
	  "cpu.max=20000\n" },
	{ "a period leaves the quota",
	  { .cpu_period_usec = 100000 },
	  "~cpu.cfs_period_us=100000\n",
	  "+cpu.max=100000\n" },
	{ "both",
	  { .cpu_period_usec = 100000, .cpu_quota_usec = 1000 },
	  "~cpu.cfs_period_us=100000\ncpu.cfs_quota_us=1000\n",
	  "cpu.max=1000 100000\n" },
	{ "idleness ends before shares are set",
	  { .cpu_idle = { 1, 0 }, .cpu_shares = 2 },
	  "cpu.idle=0\ncpu.shares=2\n",
	  "cpu.idle=0\ncpu.weight=1\n" },
};

static void print(struct text *t, const struct cgroup_setting *s)
{
	if (!s->file) {
		text_add(t, "!%s\n", s->value ?: cgroup_resource_name(s->resource));
		return;
	}
	text_add(t, "%s%s%s%s=%s", s->flags & (CGROUP_MAY_LACK | CGROUP_MAY_LACK_SWAP) ? "?" : "",
		 s->flags & CGROUP_MAY_WAIT ? "~" : "", s->flags & CGROUP_KEEP_FIRST ? "+" : "",
		 s->file, s->value);
	if (s->otherwise)
		text_add(t, "|%s=%s", s->otherwise->file, s->otherwise->value);
	text_add(t, "\n");
}

static void expect(struct cgroup_settings s, const char *wanted)
{
	cleanup_by(text_free) struct text t = {};
	cleanup_arena struct arena *a = arena_new();
	struct err e;

	assert_int_equal(cgroup_settings_plan(&s, a, &e), 0);
	for (size_t i = 0; i < s.n; i++)
		print(&t, &s.rows[i]);
	assert_string_equal(t.s ? t.s : "", wanted);
}

static void expect_rows(const struct row *rows, size_t n, int is_fresh)
{
	for (size_t i = 0; i < n; i++) {
		struct cgroup_settings s = { .resources = &rows[i].r, .fresh = is_fresh };

		print_message("# %s\n", rows[i].what);
		s.version = 1;
		expect(s, rows[i].v1);
		s.version = 2;
		expect(s, rows[i].v2);
	}
}

static void limits_become_lines(void **state)
{
	(void)state;
	expect_rows(fresh, ARRAY_SIZE(fresh), 1);
}

static void changes_become_lines(void **state)
{
	(void)state;
	expect_rows(updates, ARRAY_SIZE(updates), 0);
}

static void what_no_kernel_takes_is_invalid(void **state)
{
	static const struct resource_file slash = { "../memory.max", "1" },
					  no_dot = { "cgroup", "1" }, dots = { "..", "1" };
	static const struct resource_rdma evil_rdma = { "a b", 1, 1 };
	static const struct resource_priority evil_interface = { "a\nb", 1 };
	static const struct {
		struct resources r;
		const char *message;
	} cases[] = {
		{ { .unified = &slash, .n_unified = 1 }, "must be a file name (no slashes)" },
		{ { .unified = &no_dot, .n_unified = 1 }, "must be in the form" },
		{ { .unified = &dots, .n_unified = 1 }, "must be in the form" },
		{ { .hugepages = evil_pages, .n_hugepages = 1 }, "huge page size" },
		{ { .rdma = &evil_rdma, .n_rdma = 1 }, "RDMA device" },
		{ { .network_priorities = &evil_interface, .n_network_priorities = 1 },
		  "network interface" },
		{ { .io = { .weight = 9 } }, "block I/O weight 9" },
		{ { .io = { .leaf_weight = 1001 } }, "block I/O weight 1001" },
		{ { .cpu_burst_usec = { 1, -5 } }, "burst" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct cgroup_settings one = { .resources = &cases[i].r, .version = 1 }, two = one;
		struct err e = {};
		int failed;

		two.version = 2;
		failed = cgroup_settings_plan(&one, a, &e) < 0 || cgroup_settings_plan(&two, a, &e);
		print_message("# %s\n", e.text);
		assert_int_not_equal(failed, 0);
		assert_int_equal(e.code, ERR_INVALID);
		assert_non_null(strstr(e.text, cases[i].message));
	}
}

static void a_unified_file_knows_its_controller(void **state)
{
	const struct resources r = { .unified = unified, .n_unified = 4 };
	struct cgroup_settings s = { .resources = &r, .version = 2 };
	cleanup_arena struct arena *a = arena_new();
	struct err e;

	(void)state;
	assert_int_equal(cgroup_settings_plan(&s, a, &e), 0);
	assert_int_equal(s.rows[0].controller, CGROUP_MEMORY);
	assert_int_equal(s.rows[1].controller, CGROUP_IO);
	assert_int_equal(s.rows[2].controller, CGROUP_CORE);
	assert_null(s.rows[2].foreign_controller);
	assert_int_equal(s.rows[3].controller, CGROUP_CORE);
	assert_string_equal(s.rows[3].foreign_controller, "dmem");
	assert_int_equal(cgroup_settings_controllers(&s), CGROUP_BIT(CGROUP_MEMORY) |
								  CGROUP_BIT(CGROUP_IO) |
								  CGROUP_BIT(CGROUP_CORE));
}

/* The ends, the default, and points of the curve worked out elsewhere. */
static void weights_follow_the_curve(void **state)
{
	static const struct {
		uint64_t shares, weight;
	} cases[] = {
		{ 0, 1 },	   { 1, 1 },
		{ 2, 1 },	   { 3, 2 },
		{ 512, 59 },	   { 1024, 100 },
		{ 2048, 174 },	   { 5120, 363 },
		{ 10240, 639 },	   { 131072, 5478 },
		{ 262143, 10000 }, { 262144, 10000 },
		{ 262145, 10000 }, { UINT64_MAX, 10000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		print_message("# %ju\n", (uintmax_t)cases[i].shares);
		assert_int_equal(cgroup_weight_of_shares(cases[i].shares), cases[i].weight);
	}
	assert_int_equal(cgroup_io_weight(10), 1);
	assert_int_equal(cgroup_io_weight(1000), 10000);
	assert_int_equal(cgroup_io_weight(500), 4950);
}

static void what_is_read_back_is_compared(void **state)
{
	static const struct {
		enum cgroup_echo echo;
		const char *asked, *got;
		int holds;
	} cases[] = {
		{ CGROUP_ECHO_NONE, "1", "2\n", 1 },
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
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cgroup_setting s = { .echo = cases[i].echo, .value = cases[i].asked };

		print_message("# %s as %s", cases[i].asked, cases[i].got);
		assert_int_equal(cgroup_setting_holds(&s, cases[i].got), cases[i].holds);
	}
}

static void what_was_there_is_written_again(void **state)
{
	static const struct {
		const char *file, *set, *before, *again;
		unsigned flags;
	} cases[] = {
		{ "memory.max", "4096", "max\n", "max" },
		{ "cpu.max", "200", "max 100000\n", "max 100000", CGROUP_KEEP_FIRST },
		{ "cpuset.cpus", "0-3", "\n", "\n" },
		{ "memory.oom_control", "1", "oom_kill_disable 0\nunder_oom 0\n", "0" },
		{ "io.max", "8:0 rbps=5", "8:16 rbps=max\n8:0 rbps=7 wbps=max\n",
		  "8:0 rbps=7 wbps=max" },
		{ "io.max", "8:0 rbps=5", "", "8:0 rbps=max wbps=max riops=max wiops=max" },
		{ "io.max", "8:0 rbps=5\n8:1 rbps=5\n", "8:1 rbps=9\n",
		  "8:0 rbps=max wbps=max riops=max wiops=max\n8:1 rbps=9", CGROUP_BY_LINE },
		{ "io.weight", "200", "default 100\n8:0 300\n", "default 100" },
		{ "io.weight", "8:0 200", "default 100\n", "8:0 default" },
		{ "blkio.throttle.read_bps_device", "8:0 200", "8:1 5\n", "8:0 0" },
		{ "net_prio.ifpriomap", "eth0 2", "lo 0\neth0 5\n", "eth0 5" },
		{ "rdma.max", "m hca_handle=2", "m hca_handle=3 hca_object=max\n",
		  "m hca_handle=3 hca_object=max" },
		{ "memory.high", "5", "7\n", "7\n", CGROUP_BY_LINE },
	};
	cleanup_arena struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct cgroup_setting s = { .file = cases[i].file,
						  .value = cases[i].set,
						  .flags = cases[i].flags };

		print_message("# %s=%s\n", s.file, s.value);
		assert_string_equal(cgroup_undo_text(&s, cases[i].before, a), cases[i].again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_become_lines),
		cmocka_unit_test(changes_become_lines),
		cmocka_unit_test(what_no_kernel_takes_is_invalid),
		cmocka_unit_test(a_unified_file_knows_its_controller),
		cmocka_unit_test(weights_follow_the_curve),
		cmocka_unit_test(what_is_read_back_is_compared),
		cmocka_unit_test(what_was_there_is_written_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
