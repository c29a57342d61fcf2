/* SPDX-License-Identifier: Apache-2.0 */
/* base/clock.h: our calendar is libc's, and text is read back as it was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"

static void days_are_those_of_libc(void **state)
{
	(void)state;
	/* Until 2261, where nanoseconds end, in steps that meet every day of the month and every hour. */
	for (int64_t seconds = 0; seconds < INT64_C(9200000000); seconds += 86400 - 3599) {
		time_t t = (time_t)seconds;
		char ours[CLOCK_TEXT_SIZE], theirs[64];
		struct tm tm;

		clock_format(seconds * INT64_C(1000000000) + 7, ours);
		gmtime_r(&t, &tm);
		strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%S.000000007Z", &tm);
		assert_string_equal(ours, theirs);
	}
}

static void what_is_written_is_read_back(void **state)
{
	static const int64_t times[] = { 0, 1, 951782399999999999, 951782400000000000,
					 1767323045123456789 };

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		char text[CLOCK_TEXT_SIZE];
		struct err e;
		int64_t back;

		clock_format(times[i], text);
		assert_int_equal(clock_parse(text, &back, &e), 0);
		assert_true(back == times[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_those_of_libc),
		cmocka_unit_test(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
