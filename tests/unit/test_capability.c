/* SPDX-License-Identifier: Apache-2.0 */
/* confine/capability.h and confine/defaults.h: names, sets, and the table of defaults. */
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "confine/capability.h"
#include "confine/defaults.h"

static void names_are_the_kernels(void **state)
{
	(void)state;
	assert_string_equal(capability_name(CAP_CHOWN), "CAP_CHOWN");
	assert_string_equal(capability_name(CAP_LINUX_IMMUTABLE), "CAP_LINUX_IMMUTABLE");
	assert_string_equal(capability_name(CAP_SYS_CHROOT), "CAP_SYS_CHROOT");
	assert_string_equal(capability_name(CAP_SETFCAP), "CAP_SETFCAP");
	assert_string_equal(capability_name(CAP_CHECKPOINT_RESTORE), "CAP_CHECKPOINT_RESTORE");
	assert_null(capability_name(CAP_LAST_CAP + 1));
	assert_int_equal(CAPABILITY_COUNT, CAP_LAST_CAP + 1);
}

static void any_spelling_is_understood(void **state)
{
	struct err e;

	(void)state;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		assert_int_equal(capability_number(capability_name(i), &e), i);
		assert_int_equal(capability_number(capability_name(i) + 4, &e), i);
	}
	assert_int_equal(capability_number("net_Raw", &e), CAP_NET_RAW);
	assert_string_equal(capability_canonical("cap_all", &e), "ALL");
	assert_string_equal(capability_canonical("kill", &e), "CAP_KILL");
}

static void unknown_names_are_refused(void **state)
{
	static const char *const bad[] = { "", "CAP_", "NET", "NET_RAW ", "CAP_CAP_KILL", "5" };
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(capability_number(bad[i], &e), -1);
		assert_int_equal(e.code, ERR_USAGE);
		assert_null(capability_canonical(bad[i], &e));
	}
	assert_int_equal(capability_number("ALL", &e), -1);
}

#define BIT(name) (1ULL << CAP_##name)

static const struct row {
	const char *add[3], *drop[3];
	uint64_t expected;
} rows[] = {
	{ {}, {}, BIT(CHOWN) | BIT(KILL) },
	{ { "NET_RAW" }, {}, BIT(CHOWN) | BIT(KILL) | BIT(NET_RAW) },
	{ {}, { "cap_kill" }, BIT(CHOWN) },
	{ {}, { "all" }, 0 },
	{ { "CHOWN" }, { "all" }, BIT(CHOWN) },
	{ { "ALL" }, {}, CAPABILITY_ALL },
	{ { "ALL" }, { "SYS_ADMIN" }, CAPABILITY_ALL & ~BIT(SYS_ADMIN) },
	{ { "KILL" }, { "KILL" }, BIT(CHOWN) | BIT(KILL) },
};

static size_t count(const char *const *list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static void adding_and_dropping_combine_as_in_docker(void **state)
{
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct capability_request r = { .base = BIT(CHOWN) | BIT(KILL),
						.add = (char *const *)rows[i].add,
						.drop = (char *const *)rows[i].drop,
						.n_add = count(rows[i].add),
						.n_drop = count(rows[i].drop) };
		uint64_t got = 77;

		assert_int_equal(capability_combine(&r, &got, &e), 0);
		assert_int_equal(got, rows[i].expected);
	}
}

static void contradictions_are_refused(void **state)
{
	char all_word[] = "ALL", bad_word[] = "X", *all[] = { all_word }, *bad[] = { bad_word };
	struct capability_request r = { .add = all, .drop = all, .n_add = 1, .n_drop = 1 };
	uint64_t got;
	struct err e;

	(void)state;
	assert_int_equal(capability_combine(&r, &got, &e), -1);
	r.drop = bad;
	assert_int_equal(capability_combine(&r, &got, &e), -1);
	assert_string_equal(e.text, "--cap-drop: unknown capability \"X\"");
}

static void sets_print(void **state)
{
	static const struct {
		uint64_t set;
		const char *shown;
	} sets[] = {
		{ 0, "none" },
		{ CAPABILITY_ALL, "all" },
		{ BIT(KILL) | BIT(CHOWN), "CHOWN, KILL" },
	};
	cleanup_arena struct arena *a = arena_new();
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		cleanup_by(text_free) struct text t = {};

		capability_set_add_text(&t, sets[i].set);
		assert_string_equal(t.s, sets[i].shown);
	}
	const char **list = capability_set_names(a, BIT(KILL) | BIT(CHOWN), &n);
	assert_int_equal(n, 2);
	assert_string_equal(list[1], "CAP_KILL");
	assert_null(list[2]);
}

static void the_default_set_is_the_documented_one(void **state)
{
	cleanup_by(text_free) struct text t = {};

	(void)state;
	capability_set_add_text(&t, defaults.capabilities);
	assert_string_equal(t.s,
			    "CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, "
			    "NET_BIND_SERVICE, SYS_CHROOT, SETFCAP");
}

static void id_slices_stay_below_2_to_the_31(void **state)
{
	(void)state;
	assert_int_equal((uint64_t)defaults.id_base +
				 (uint64_t)defaults.id_count * defaults.id_slices,
			 1ULL << 31);
}

static void masked_paths_are_spelled_out_for_each_cpu(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	size_t none, two, found = 0;

	(void)state;
	defaults_masked_paths(a, 0, &none);
	const char **list = defaults_masked_paths(a, 2, &two);
	assert_int_equal(two, none + 2);
	assert_null(list[two]);
	for (size_t i = 0; i < two; i++) {
		assert_null(strchr(list[i], '%'));
		found += !strcmp(list[i], "/sys/devices/system/cpu/cpu1/thermal_throttle");
	}
	assert_int_equal(found, 1);
}

static void this_kernel_knows_most_of_them(void **state)
{
	uint64_t all = capability_all();

	(void)state;
	assert_true(all & BIT(AUDIT_READ));
	assert_false(all & ~CAPABILITY_ALL);
	/* Without gaps. */
	assert_false(all & (all + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_the_kernels),
		cmocka_unit_test(any_spelling_is_understood),
		cmocka_unit_test(unknown_names_are_refused),
		cmocka_unit_test(adding_and_dropping_combine_as_in_docker),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(sets_print),
		cmocka_unit_test(this_kernel_knows_most_of_them),
		cmocka_unit_test(the_default_set_is_the_documented_one),
		cmocka_unit_test(id_slices_stay_below_2_to_the_31),
		cmocka_unit_test(masked_paths_are_spelled_out_for_each_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
