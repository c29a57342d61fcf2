/* SPDX-License-Identifier: Apache-2.0 */
/* confine/host.h: whatever this machine is, its rows are complete and agree with host_check(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "confine/host.h"

static struct host_question question(void)
{
	return (struct host_question){ .folder = "/tmp", .rootless = geteuid() != 0 };
}

static void what_is_missing_has_a_cause(void **state)
{
	struct host_question q = question();

	(void)state;
	for (int f = 0; f < HOST_FEATURE_COUNT; f++) {
		cleanup_arena struct arena *a = arena_new();
		struct host_row row = host_ask((enum host_feature)f, &q, a);

		print_message("# %s: %s\n", row.name, host_state_text(row.state));
		assert_non_null(row.name);
		assert_int_equal(row.state == HOST_ENFORCED, row.cause == NULL);
		if (row.state == HOST_ENFORCED)
			assert_null(row.mend);
	}
}

static void a_refusal_says_what_the_row_says(void **state)
{
	struct host_question q = question();

	(void)state;
	for (int f = 0; f < HOST_FEATURE_COUNT; f++) {
		cleanup_arena struct arena *a = arena_new();
		struct host_row row = host_ask((enum host_feature)f, &q, a);
		struct err e = {};

		if (row.state != HOST_MISSING) {
			assert_int_equal(host_check((enum host_feature)f, &q, &e), 0);
			continue;
		}
		assert_int_equal(host_check((enum host_feature)f, &q, &e), -1);
		assert_int_equal(e.code, ERR_UNENFORCED);
		assert_non_null(strstr(e.text, row.cause));
		assert_string_equal(e.hint, row.mend ? row.mend : "");
	}
}

/* The running kernel enforces these wherever the tests can run at all. */
static void this_kernel_has_the_basics(void **state)
{
	struct host_question q = question();
	struct err e = {};

	(void)state;
	assert_int_equal(host_check(HOST_NO_NEW_PRIVILEGES, &q, &e), 0);
	assert_int_equal(host_check(HOST_SECCOMP, &q, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_has_a_cause),
		cmocka_unit_test(a_refusal_says_what_the_row_says),
		cmocka_unit_test(this_kernel_has_the_basics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
