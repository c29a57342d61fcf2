/* SPDX-License-Identifier: Apache-2.0 */
/* base/parse.h and base/clock.h: the small notations of flags and records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"

#define BAD INT64_MIN

static void sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} rows[] = {
		{ "0", 0 },
		{ "512", 512 },
		{ "512b", 512 },
		{ "512m", 512 << 20 },
		{ "1.5g", 1610612736 },
		{ "1GB", 1 << 30 },
		{ "1GiB", 1 << 30 },
		{ "2k", 2048 },
		{ "", BAD },
		{ "m", BAD },
		{ "-1", BAD },
		{ " 1", BAD },
		{ "1 m", BAD },
		{ "1mm", BAD },
		{ "0x10", BAD },
		{ "9999999999999999999", BAD },
		{ "9223372036854775807k", BAD },
		{ "1.2.3m", BAD },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t bytes = 0;
		struct err e = {};

		print_message("# %s\n", rows[i].text);
		assert_int_equal(parse_size(rows[i].text, &bytes, &e),
				 rows[i].bytes == BAD ? -1 : 0);
		if (rows[i].bytes != BAD)
			assert_int_equal(bytes, rows[i].bytes);
	}
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		int64_t usec;
	} rows[] = {
		{ "10", 10000000 },
		{ "1m30s", 90000000 },
		{ "500ms", 500000 },
		{ "1.5h", 5400000000 },
		{ "2h45m", 9900000000 },
		{ "7us", 7 },
		{ "", BAD },
		{ "ms", BAD },
		{ "1x", BAD },
		{ "1m ", BAD },
		{ "-1s", BAD },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t usec = 0;
		struct err e = {};

		print_message("# %s\n", rows[i].text);
		assert_int_equal(parse_duration_usec(rows[i].text, &usec, &e),
				 rows[i].usec == BAD ? -1 : 0);
		if (rows[i].usec != BAD)
			assert_int_equal(usec, rows[i].usec);
	}
}

static void whole_numbers(void **state)
{
	struct err e = {};
	uint64_t u;
	int64_t s;

	(void)state;
	assert_int_equal(parse_uint("18446744073709551615", UINT64_MAX, &u, &e), 0);
	assert_true(u == UINT64_MAX);
	assert_int_equal(parse_uint("18446744073709551616", UINT64_MAX, &u, &e), -1);
	assert_int_equal(parse_uint("11", 10, &u, &e), -1);
	assert_int_equal(parse_uint("+1", 10, &u, &e), -1);
	assert_int_equal(parse_uint("", 10, &u, &e), -1);
	assert_int_equal(parse_int("-1", -1, 10, &s, &e), 0);
	assert_int_equal(s, -1);
	assert_int_equal(parse_int("-2", -1, 10, &s, &e), -1);
	assert_int_equal(parse_int("--1", -5, 10, &s, &e), -1);
}

static void times(void **state)
{
	static const struct {
		const char *text;
		int64_t nsec;
	} rows[] = {
		{ "1970-01-01T00:00:01Z", 1000000000 },
		{ "1970-01-01T00:00:01.5Z", 1500000000 },
		{ "1970-01-01T02:00:00+02:00", 0 },
		{ "1970-01-02", INT64_C(86400000000000) },
		{ "12", INT64_C(12000000000) },
		{ "12.000000001", INT64_C(12000000001) },
		{ "yesterday", BAD },
		{ "1970-01-01T00:00:01Q", BAD },
	};
	char text[CLOCK_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err e = {};
		int64_t nsec = 0;

		print_message("# %s\n", rows[i].text);
		assert_int_equal(clock_parse(rows[i].text, &nsec, &e),
				 rows[i].nsec == BAD ? -1 : 0);
		if (rows[i].nsec != BAD)
			assert_int_equal(nsec, rows[i].nsec);
	}
	clock_format(1500000000, text);
	assert_string_equal(text, "1970-01-01T00:00:01.500000000Z");
}

static void spans(void **state)
{
	static const struct {
		int64_t seconds;
		const char *words;
	} rows[] = {
		{ 0, "Less than a second" }, { 1, "1 second" },	      { 59, "59 seconds" },
		{ 61, "About a minute" },    { 600, "10 minutes" },   { 3700, "About an hour" },
		{ 7200, "2 hours" },	     { 86400 * 3, "3 days" }, { 86400 * 21, "3 weeks" },
	};
	char words[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		clock_human_span(rows[i].seconds * 1000000000, words);
		assert_string_equal(words, rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),	 cmocka_unit_test(durations),
		cmocka_unit_test(whole_numbers), cmocka_unit_test(times),
		cmocka_unit_test(spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
