/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "runtime/number_list.h"

static void lists_are_read(void **state)
{
	static const struct {
		const char *text;
		size_t n, last;
		unsigned long first_word;
	} rows[] = {
		{ "0", 1, 0, 1 },	 { "0-3", 4, 3, 0xf },	    { "0-3,7", 5, 7, 0x8f },
		{ "7,0-3", 5, 7, 0x8f }, { "1,1,1-1", 1, 1, 2 },    { "63", 1, 63, 1UL << 63 },
		{ "64", 1, 64, 0 },	 { "0-99", 100, 99, ~0UL }, { "007", 1, 7, 0x80 },
	};
	struct number_list l;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(number_list_parse(rows[i].text, 99, "cpus", &l, &e), 0);
		assert_int_equal(l.n, rows[i].n);
		assert_int_equal(l.last, rows[i].last);
		assert_int_equal(l.words[0], rows[i].first_word);
	}
	assert_int_equal(number_list_parse("0-8191", NUMBER_LIST_BITS - 1, "cpus", &l, &e), 0);
	assert_int_equal(l.n, NUMBER_LIST_BITS);
}

static void others_are_refused(void **state)
{
	static const char *const rows[] = {
		"",    ",",	"-",   "1-",  "-1",    "1,",
		",1",  "1,,2",	"3-1", "a",   "1a",    "1 ",
		" 1",  "1-2-3", "0x1", "100", "0-100", "99999999999999999999999999",
		"1;2", "1-2:2", "+1",
	};
	struct number_list l;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(number_list_parse(rows[i], 99, "cpus", &l, &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_memory_equal(e.text, "cpus: ", 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(others_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
