/* SPDX-License-Identifier: Apache-2.0 */
/* Which paths a manager can make a container's unit of; tests/vm/oci-systemd.sh has the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "oci/scope.h"

static const struct {
	const char *path, *why; /* NULL: it is taken, if there is a manager */
} cases[] = {
	{ NULL, NULL },
	{ "", NULL },
	{ "::one", NULL },
	{ "a-b.slice:docker:0123", NULL },
	{ "-:prefix:name", NULL },
	{ "::", NULL },
	{ "/a/b", "slice:prefix:name" },
	{ "name", "slice:prefix:name" },
	{ "a:b", "slice:prefix:name" },
	{ "a:b:c:d", "slice:prefix:name" },
	{ "no-slice:b:c", "slice:prefix:name" },
	{ "a..slice:b:c/d", "slice:prefix:name" },
	{ "system.slice:a:b c", "slice:prefix:name" },
	{ "::inner.slice", "is a slice" },
};

static void paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct oci_config c = { .spec.id = "id", .cgroups_path = cases[i].path };
		struct oci_record record = { .manager = "systemd" };
		struct err e = {};
		int result = scope_check(&c, &record, &e);

		print_message("# %s: %s\n", cases[i].path ?: "none", e.text);
		assert_null(record.unit);
		if (!cases[i].why) {
			assert_true(result == 0 || e.code == ERR_UNENFORCED);
			assert_true(result == 0 || strstr(e.hint, "--cgroup-manager cgroupfs"));
			continue;
		}
		assert_int_equal(result, -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_non_null(strstr(e.text, cases[i].why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(paths) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
