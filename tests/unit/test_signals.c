/* SPDX-License-Identifier: Apache-2.0 */
/* base/signals.h: names of signals in all their spellings. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/signals.h"

static void names_and_numbers_are_read(void **state)
{
	static const struct {
		const char *text;
		int number;
	} rows[] = {
		{ "SIGTERM", SIGTERM },
		{ "term", SIGTERM },
		{ "sigKill", SIGKILL },
		{ "9", 9 },
		{ "64", 64 },
		{ "SIGRTMIN", 34 },
		{ "rtmin+3", 37 },
		{ "RTMAX-1", 63 },
		{ "RTMAX", 64 },
		{ "WINCH", SIGWINCH },
		{ "0", -1 },
		{ "65", -1 },
		{ "", -1 },
		{ "SIG", -1 },
		{ "RTMIN-1", -1 },
		{ "RTMIN+31", -1 },
		{ "RTMAX+1", -1 },
		{ "TERM ", -1 },
		{ "-9", -1 },
		{ "33x", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err e = {};

		if (signals_parse(rows[i].text, &e) != rows[i].number)
			fail_msg("\"%s\" isn't %d", rows[i].text, rows[i].number);
	}
}

static void every_number_has_a_name_that_reads_back(void **state)
{
	char name[SIGNALS_TEXT_SIZE];
	struct err e = {};

	(void)state;
	for (int i = 1; i <= 64; i++) {
		signals_format(i, name);
		assert_int_equal(signals_parse(name, &e), i);
	}
	signals_format(SIGTERM, name);
	assert_string_equal(name, "SIGTERM");
	signals_format(37, name);
	assert_string_equal(name, "SIGRTMIN+3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers_are_read),
		cmocka_unit_test(every_number_has_a_name_that_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
