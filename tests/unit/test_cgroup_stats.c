/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/cgroup_stats_parts.h: the kernel's text as numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "runtime/cgroup_stats_parts.h"

static void pressure(void **state)
{
	struct cgroup_pressure p = {};

	(void)state;
	cgroup_pressure_parse("some avg10=1.50 avg60=0.25 avg300=100.00 total=123456\n"
			      "full avg10=0.00 avg60=0.00 avg300=0.01 total=7\n",
			      &p);
	assert_true(p.there);
	assert_true(p.some.avg10 == 1.5 && p.some.avg60 == 0.25 && p.some.avg300 == 100);
	assert_int_equal(p.some.total_usec, 123456);
	assert_true(p.full.avg300 == 0.01);
	assert_int_equal(p.full.total_usec, 7);
	p = (struct cgroup_pressure){};
	cgroup_pressure_parse("some other=1\n", &p);
	assert_int_equal(p.some.total_usec, 0);
	p = (struct cgroup_pressure){};
	cgroup_pressure_parse("", &p);
	assert_false(p.there);
}

static void lists(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		uint64_t last;
	} cases[] = {
		{ "0-2,5\n", 4, 5 }, { "\n", 0, 0 },	  { "", 0, 0 },
		{ "7", 1, 7 },	     { "3-1,4\n", 1, 4 }, { "0-99999999\n", 8192, 8191 },
		{ "1;2\n", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct cgroup_numbers n = {};

		cgroup_list_expand(cases[i].text, a, &n);
		assert_int_equal(n.n, cases[i].n);
		if (n.n)
			assert_int_equal(n.items[n.n - 1], cases[i].last);
	}
}

static void time_of_each_cpu(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_cpu_stats s = {};

	(void)state;
	cgroup_usage_all_parse("cpu user system\n0 100 20\n1 300 40\n", a, &s);
	assert_int_equal(s.percpu_user_nsec.n, 2);
	assert_int_equal(s.percpu_kernel_nsec.n, 2);
	assert_int_equal(s.percpu_user_nsec.items[1], 300);
	assert_int_equal(s.percpu_kernel_nsec.items[0], 20);
	cgroup_usage_all_parse("something else\n0 1 2\n", a, &s);
	assert_int_equal(s.percpu_user_nsec.n, 2);
}

static void io_v1(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_io_entries e = {};

	(void)state;
	cgroup_io_parse_v1("8:0 Read 1282048\n8:0 Total 3477504\n259:1 6792\nTotal 9\n", a, &e);
	assert_int_equal(e.n, 3);
	assert_int_equal(e.items[0].major, 8);
	assert_string_equal(e.items[0].operation, "Read");
	assert_int_equal(e.items[1].value, 3477504);
	assert_int_equal(e.items[2].minor, 1);
	assert_string_equal(e.items[2].operation, "");
	assert_int_equal(e.items[2].value, 6792);
}

static void io_v2(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_io_stats s = {};

	(void)state;
	cgroup_io_parse_v2("8:16 rbytes=1459200 wbytes=314 rios=192 wios=353 dbytes=0 dios=0\n"
			   "8:0\nnonsense rbytes=1\n",
			   a, &s);
	assert_int_equal(s.kinds[CGROUP_IO_SERVICE_BYTES].n, 2);
	assert_int_equal(s.kinds[CGROUP_IO_SERVICED].n, 2);
	assert_int_equal(s.kinds[CGROUP_IO_SERVICE_BYTES].items[1].value, 314);
	assert_string_equal(s.kinds[CGROUP_IO_SERVICED].items[1].operation, "Write");
	assert_int_equal(s.kinds[CGROUP_IO_SERVICED].items[0].minor, 16);
}

static void memory_and_rdma(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_memory_stats m = {};
	struct cgroup_stats s = {};

	(void)state;
	cgroup_memory_stat_parse("cache 12\nrss 18446744073709551615\nbroken\n", a, &m);
	assert_int_equal(m.n_raw, 2);
	assert_string_equal(m.raw[1].name, "rss");
	assert_int_equal(m.raw[1].value, UINT64_MAX);
	cgroup_rdma_parse(
		"mlx4_0 hca_handle=2 hca_object=2000\nocrdma1 hca_handle=3 hca_object=max\n", 0, a,
		&s);
	cgroup_rdma_parse("mlx4_0 hca_handle=max hca_object=5000\n", 1, a, &s);
	assert_int_equal(s.n_rdma, 2);
	assert_int_equal(s.rdma[0].objects, 2000);
	assert_int_equal(s.rdma[0].handles_limit, CGROUP_NO_LIMIT);
	assert_int_equal(s.rdma[0].objects_limit, 5000);
	assert_int_equal(s.rdma[1].handles, 3);
}

static void a_value_by_its_whole_name(void **state)
{
	(void)state;
	assert_int_equal(cgroup_text_value("oom 1\noom_kill 5\noom_kill_disable 0\n", "oom_kill"),
			 5);
	assert_int_equal(cgroup_text_value("oom_kill_disable 1\n", "oom_kill"), 0);
	assert_int_equal(cgroup_text_value("", "x"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pressure),
		cmocka_unit_test(lists),
		cmocka_unit_test(time_of_each_cpu),
		cmocka_unit_test(io_v1),
		cmocka_unit_test(io_v2),
		cmocka_unit_test(memory_and_rdma),
		cmocka_unit_test(a_value_by_its_whole_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
