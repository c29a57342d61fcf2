/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/parse.h"

#define NSEC INT64_C(1000000000)

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * NSEC + t.tv_nsec;
}

int64_t clock_now_nsec(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_usec(void)
{
	return read_clock(CLOCK_MONOTONIC) / 1000;
}

/* Two or more digits with leading zeros; returns where the next character goes. */
static char *put_digits(char *out, int64_t value, int digits)
{
	for (int i = digits; i--; value /= 10)
		out[i] = (char)('0' + value % 10);
	return out + digits;
}

/*
 * Not by gmtime_r and strftime: they read /etc/localtime on their first call and take longer than
 * all else that a log line costs. The calendar repeats every 400 years of 146,097 days; a year that
 * begins in March has its leap day at the end, and its months' lengths repeat every five months.
 */
void clock_format(int64_t nsec, char *out)
{
	int64_t seconds = nsec / NSEC, days, era, year, month;

	days = seconds / 86400 + 719468; /* since 1 March of the year 0 */
	seconds %= 86400;
	era = days / 146097;
	days %= 146097;
	year = (days - days / 1460 + days / 36524 - days / 146096) / 365;
	days -= 365 * year + year / 4 - year / 100;
	month = (5 * days + 2) / 153; /* 0 is March */
	days -= (153 * month + 2) / 5;
	year += era * 400 + (month >= 10);
	out = put_digits(out, year, 4);
	*out++ = '-';
	out = put_digits(out, month < 10 ? month + 3 : month - 9, 2);
	*out++ = '-';
	out = put_digits(out, days + 1, 2);
	*out++ = 'T';
	out = put_digits(out, seconds / 3600, 2);
	*out++ = ':';
	out = put_digits(out, seconds / 60 % 60, 2);
	*out++ = ':';
	out = put_digits(out, seconds % 60, 2);
	*out++ = '.';
	out = put_digits(out, nsec % NSEC, 9);
	*out++ = 'Z';
	*out = '\0';
}

/* ".123" to nanoseconds; *p moves behind it. */
static int64_t parse_fraction(const char **p)
{
	int64_t value = 0, scale = NSEC;

	if (**p != '.')
		return 0;
	for (++*p; isdigit((unsigned char)**p); ++*p) {
		scale /= 10;
		value += (**p - '0') * scale;
	}
	return value;
}

/* "Z", "+02:00" or nothing: seconds east of UTC. */
static int parse_offset(const char *p, long *ret_seconds)
{
	int hours, minutes, used = 0;

	*ret_seconds = 0;
	if (!*p || !strcmp(p, "Z") || !strcmp(p, "z"))
		return 0;
	if ((*p != '+' && *p != '-') || sscanf(p + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 ||
	    p[1 + used])
		return -1;
	*ret_seconds = (hours * 60L + minutes) * 60 * (*p == '-' ? -1 : 1);
	return 0;
}

static int parse_calendar(const char *text, int64_t *ret_nsec)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d" };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = {};
		const char *p = strptime(text, forms[i], &tm);
		int64_t fraction;
		long offset;

		if (!p)
			continue;
		fraction = parse_fraction(&p);
		if (parse_offset(p, &offset) < 0)
			continue;
		/* 64 bits of nanoseconds end in the year 2262. */
		if (__builtin_mul_overflow(timegm(&tm) - offset, NSEC, ret_nsec) ||
		    __builtin_add_overflow(*ret_nsec, fraction, ret_nsec))
			return -1;
		return 0;
	}
	return -1;
}

int clock_parse(const char *text, int64_t *ret_nsec, struct err *e)
{
	int64_t seconds, usec;
	char *end;

	if (parse_calendar(text, ret_nsec) == 0)
		return 0;
	seconds = strtoll(text, &end, 10);
	if (isdigit((unsigned char)*text) && (!*end || *end == '.') && seconds < INT64_MAX / NSEC) {
		const char *p = end;

		*ret_nsec = seconds * NSEC + parse_fraction(&p);
		if (!*p)
			return 0;
	}
	if (parse_duration_usec(text, &usec, e) == 0 && usec < INT64_MAX / 1000) {
		*ret_nsec = clock_now_nsec() - usec * 1000;
		return 0;
	}
	return err_set(e, ERR_USAGE, "\"%s\" is neither a time nor a duration", text);
}

void clock_human_span(int64_t nsec, char *out)
{
	static const struct {
		int64_t below, unit; /* seconds */
		const char *name;
	} spans[] = {
		{ 60, 1, "seconds" },
		{ 120, 0, "About a minute" },
		{ 3600, 60, "minutes" },
		{ 7200, 0, "About an hour" },
		{ 48 * 3600, 3600, "hours" },
		{ 14 * 86400, 86400, "days" },
		{ 60 * 86400, 604800, "weeks" },
		{ 730 * INT64_C(86400), 30 * 86400, "months" },
	};
	int64_t seconds = nsec < 0 ? 0 : nsec / NSEC;

	if (seconds <= 1) {
		snprintf(out, 32, seconds ? "1 second" : "Less than a second");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(spans); i++) {
		if (seconds >= spans[i].below)
			continue;
		if (spans[i].unit)
			snprintf(out, 32, "%lld %s", (long long)(seconds / spans[i].unit),
				 spans[i].name);
		else
			snprintf(out, 32, "%s", spans[i].name);
		return;
	}
	snprintf(out, 32, "%lld years", (long long)(seconds / (365 * 86400)));
}
