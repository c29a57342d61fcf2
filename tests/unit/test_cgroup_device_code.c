/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/cgroup_device_code.h against a second, plain reading of the rules: every list of up to
 * two rules over a small world of devices, and longer ones by chance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "ebpf_sim.h"
#include "runtime/cgroup_device_code.h"

#define R RESOURCE_ACCESS_READ
#define W RESOURCE_ACCESS_WRITE
#define M RESOURCE_ACCESS_MKNOD

/* The world: devices 0 … 2 : 0 … 2; rules name any, 1 or 2. */
#define NUMBERS 3
#define RULES	(2 * 3 * NUMBERS * NUMBERS * 7)

static struct resource_device_rule rules_of_world[RULES];

static void make_world(void)
{
	static const int64_t numbers[NUMBERS] = { RESOURCE_DEVICE_ANY, 1, 2 };
	size_t n = 0;

	for (int allow = 0; allow < 2; allow++)
		for (const char *type = "abc"; *type; type++)
			for (int major = 0; major < NUMBERS; major++)
				for (int minor = 0; minor < NUMBERS; minor++)
					for (unsigned access = 1; access < 8; access++)
						rules_of_world[n++] = (struct resource_device_rule){
							.allow = allow,
							.type = *type,
							.major = numbers[major],
							.minor = numbers[minor],
							.access = access,
						};
	assert_int_equal(n, RULES);
}

struct request {
	char type;
	uint32_t major, minor;
	unsigned access;
};

static int names(const struct resource_device_rule *r, const struct request *q)
{
	return (r->type == 'a' || r->type == q->type) &&
	       (r->major == RESOURCE_DEVICE_ANY || (uint64_t)r->major == q->major) &&
	       (r->minor == RESOURCE_DEVICE_ANY || (uint64_t)r->minor == q->minor);
}

/* What the header says, forwards: each rule overwrites what earlier ones said. */
static int is_allowed(const struct resource_device_rule *rules, size_t n, const struct request *q)
{
	unsigned allowed = 0;
	int anything = 0;

	for (size_t i = 0; i < n; i++) {
		if (!names(&rules[i], q))
			continue;
		if (rules[i].allow)
			allowed |= rules[i].access;
		else
			allowed &= ~rules[i].access;
		if (rules[i].allow && rules[i].access)
			anything = 1;
		else if (rules[i].access == (R | W | M))
			anything = 0;
	}
	return q->access ? !(q->access & ~allowed) : anything;
}

static struct bpf_cgroup_dev_ctx context(const struct request *q)
{
	unsigned access = (q->access & R ? BPF_DEVCG_ACC_READ : 0) |
			  (q->access & W ? BPF_DEVCG_ACC_WRITE : 0) |
			  (q->access & M ? BPF_DEVCG_ACC_MKNOD : 0);

	return (struct bpf_cgroup_dev_ctx){
		.access_type =
			access << 16 | (q->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR),
		.major = q->major,
		.minor = q->minor,
	};
}

static void check_all_requests(const struct resource_device_rule *rules, size_t n)
{
	struct bpf_insn code[CGROUP_DEVICE_CODE_ROOM(16)];
	struct err e = {};
	size_t length;

	assert_int_equal(cgroup_device_code(rules, n, code, &length, &e), 0);
	if (length > CGROUP_DEVICE_CODE_ROOM(n) || !ebpf_sim_valid(code, length))
		fail_msg("an invalid program of %zu instructions", length);
	for (unsigned i = 0; i < 2 * NUMBERS * NUMBERS * 8; i++) {
		struct request q = { .type = i % 2 ? 'b' : 'c',
				     .major = i / 2 % NUMBERS,
				     .minor = i / 2 / NUMBERS % NUMBERS,
				     .access = i / 2 / NUMBERS / NUMBERS };
		struct bpf_cgroup_dev_ctx ctx = context(&q);

		if (ebpf_sim_run(code, length, &ctx) != is_allowed(rules, n, &q))
			fail_msg("%c %u:%u access %u is decided wrongly", q.type, q.major, q.minor,
				 q.access);
	}
}

static void every_list_of_up_to_two_rules(void **state)
{
	(void)state;
	make_world();
	check_all_requests(NULL, 0);
	for (size_t i = 0; i < RULES; i++) {
		check_all_requests(&rules_of_world[i], 1);
		for (size_t k = 0; k < RULES; k++) {
			struct resource_device_rule two[] = { rules_of_world[i],
							      rules_of_world[k] };

			check_all_requests(two, 2);
		}
	}
}

static void longer_lists_by_chance(void **state)
{
	(void)state;
	make_world();
	srandom(20251125);
	for (int round = 0; round < 50000; round++) {
		struct resource_device_rule list[16];
		size_t n = 3 + (size_t)random() % 14;

		for (size_t i = 0; i < n; i++)
			list[i] = rules_of_world[random() % RULES];
		check_all_requests(list, n);
	}
}

static int decide(const struct resource_device_rule *rules, size_t n, const struct request *q)
{
	struct bpf_insn code[CGROUP_DEVICE_CODE_ROOM(16)];
	struct bpf_cgroup_dev_ctx ctx = context(q);
	struct err e = {};
	size_t length;

	assert_int_equal(cgroup_device_code(rules, n, code, &length, &e), 0);
	assert_true(ebpf_sim_valid(code, length));
	return (int)ebpf_sim_run(code, length, &ctx);
}

static void read_and_write_in_two_rules_are_both(void **state)
{
	static const struct resource_device_rule rules[] = {
		{ .allow = 1, .type = 'c', .major = 1, .minor = 3, .access = R },
		{ .allow = 1, .type = 'c', .major = 1, .minor = 3, .access = W },
	};
	struct request both = { .type = 'c', .major = 1, .minor = 3, .access = R | W };

	(void)state;
	assert_int_equal(decide(rules, 2, &both), 1);
	both.access = M;
	assert_int_equal(decide(rules, 2, &both), 0);
}

/* Passing over a rule that covers a part of the request only would let writing through. */
static void a_part_that_is_refused_refuses_the_whole(void **state)
{
	static const struct resource_device_rule rules[] = {
		{ .allow = 1, .type = 'b', .major = 8, .minor = RESOURCE_DEVICE_ANY, .access = 7 },
		{ .allow = 0, .type = 'b', .major = 8, .minor = 0, .access = W },
	};
	struct request q = { .type = 'b', .major = 8, .minor = 0, .access = R | W };

	(void)state;
	assert_int_equal(decide(rules, 2, &q), 0);
	q.access = R;
	assert_int_equal(decide(rules, 2, &q), 1);
}

static void numbers_that_no_device_has_match_nothing(void **state)
{
	static const struct resource_device_rule rules[] = {
		{ .allow = 1, .type = 'c', .major = 4096, .minor = 3, .access = 7 },
		{ .allow = 1, .type = 'c', .major = 1, .minor = INT64_C(1) << 32, .access = 7 },
		{ .allow = 1, .type = 'c', .major = INT64_MAX, .minor = -1, .access = 7 },
	};
	struct request q = { .type = 'c', .major = 1, .minor = 0, .access = R };

	(void)state;
	assert_int_equal(decide(rules, ARRAY_SIZE(rules), &q), 0);
}

static void nonsense_is_refused(void **state)
{
	static const struct resource_device_rule wrong[] = {
		{ .type = 'p', .major = 1, .minor = 1, .access = R },
		{ .type = 'c', .major = -2, .minor = 1, .access = R },
		{ .type = 'c', .major = 1, .minor = -2, .access = R },
		{ .type = 'c', .major = 1, .minor = 1, .access = 8 },
	};
	struct bpf_insn code[CGROUP_DEVICE_CODE_ROOM(1)];
	struct err e = {};
	size_t length;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(cgroup_device_code(&wrong[i], 1, code, &length, &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
	}
	assert_int_equal(cgroup_device_code(wrong, CGROUP_DEVICE_RULES_MAX + 1, code, &length, &e),
			 -1);
	assert_int_equal(e.code, ERR_LIMIT);
}

/* What Docker and the runtimes start from. */
static void the_usual_list(void **state)
{
	static const struct resource_device_rule rules[] = {
		{ .allow = 0, .type = 'a', .major = -1, .minor = -1, .access = R | W | M },
		{ .allow = 1, .type = 'c', .major = -1, .minor = -1, .access = M },
		{ .allow = 1, .type = 'b', .major = -1, .minor = -1, .access = M },
		{ .allow = 1, .type = 'c', .major = 1, .minor = 3, .access = R | W | M },
		{ .allow = 1, .type = 'c', .major = 136, .minor = -1, .access = R | W | M },
	};
	static const struct {
		struct request q;
		int answer;
	} cases[] = {
		{ { 'c', 1, 3, R | W }, 1 }, { { 'c', 136, 7, R | W }, 1 },
		{ { 'b', 8, 0, M }, 1 },     { { 'b', 8, 0, R }, 0 },
		{ { 'c', 1, 1, R }, 0 },     { { 'c', 10, 229, R | W }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(decide(rules, ARRAY_SIZE(rules), &cases[i].q), cases[i].answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_of_up_to_two_rules),
		cmocka_unit_test(longer_lists_by_chance),
		cmocka_unit_test(read_and_write_in_two_rules_are_both),
		cmocka_unit_test(a_part_that_is_refused_refuses_the_whole),
		cmocka_unit_test(numbers_that_no_device_has_match_nothing),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(the_usual_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
