/* SPDX-License-Identifier: Apache-2.0 */
/* base/text.h: strings that grow, tables as Docker prints them, sizes for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"

static void adds_pieces(void **state)
{
	cleanup_by(text_free) struct text t = {};

	(void)state;
	text_add(&t, "%d-%s", 7, "x");
	text_add_bytes(&t, "yz!", 2);
	assert_string_equal(t.s, "7-xyz");
	assert_int_equal(t.n, 5);
}

static void foreign_text_cannot_reach_the_terminal(void **state)
{
	cleanup_by(text_free) struct text t = {};

	(void)state;
	text_add_printable(&t, "a\033[2Jb\nc\tü");
	assert_string_equal(t.s, "a?[2Jb?c?ü");
}

static void columns_are_as_wide_as_their_longest_cell(void **state)
{
	static const char *const cells[] = { "NAME", "ID", "a-long-name", "1", NULL, "22" };
	cleanup_by(text_free) struct text t = {};

	(void)state;
	text_add_table(&t, cells, 3, 2);
	assert_string_equal(t.s, "NAME          ID\n"
				 "a-long-name   1\n"
				 "              22\n");
}

static void sizes_have_three_digits(void **state)
{
	static const struct {
		long long bytes;
		const char *shown;
	} rows[] = {
		{ 0, "0B" },	       { 999, "999B" },	       { 1000, "1kB" },
		{ 4270000, "4.27MB" }, { 42700000, "42.7MB" }, { 1500000000, "1.5GB" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cleanup_by(text_free) struct text t = {};

		text_add_size(&t, rows[i].bytes);
		assert_string_equal(t.s, rows[i].shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_pieces),
		cmocka_unit_test(foreign_text_cannot_reach_the_terminal),
		cmocka_unit_test(columns_are_as_wide_as_their_longest_cell),
		cmocka_unit_test(sizes_have_three_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
