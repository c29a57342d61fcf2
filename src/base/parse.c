/* SPDX-License-Identifier: Apache-2.0 */
#include "base/parse.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

int parse_uint(const char *text, uint64_t max, uint64_t *ret, struct err *e)
{
	uint64_t value = 0;

	if (!*text)
		return err_set(e, ERR_USAGE, "a number is missing");
	for (const char *p = text; *p; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (digit > 9)
			return err_set(e, ERR_USAGE, "\"%s\" is not a whole number", text);
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value) || value > max)
			return err_set(e, ERR_USAGE, "\"%s\" is greater than %ju", text,
				       (uintmax_t)max);
	}
	*ret = value;
	return 0;
}

int parse_int(const char *text, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
	int negative = *text == '-';
	uint64_t value;

	if (parse_uint(text + negative, (uint64_t)INT64_MAX, &value, e) < 0)
		return -1;
	if ((negative ? -(int64_t)value : (int64_t)value) < min ||
	    (negative ? -(int64_t)value : (int64_t)value) > max)
		return err_set(e, ERR_USAGE, "\"%s\" is not between %jd and %jd", text,
			       (intmax_t)min, (intmax_t)max);
	*ret = negative ? -(int64_t)value : (int64_t)value;
	return 0;
}

/* Digits with an optional fraction, scaled by `scale`; *end is left at what follows. */
static int parse_scaled(const char *text, uint64_t scale, const char **end, int64_t *ret)
{
	__int128 value = 0, fraction = 0, divisor = 1;
	const char *p = text;
	int digits = 0;

	for (; isdigit((unsigned char)*p); p++, digits++) {
		value = value * 10 + (__int128)(*p - '0') * (__int128)scale;
		if (value > INT64_MAX)
			return -1;
	}
	if (*p == '.') {
		/* Eighteen digits of a fraction are more than any unit here can show. */
		for (p++; isdigit((unsigned char)*p); p++, digits++) {
			if (divisor >= 1000000000000000000)
				continue;
			fraction = fraction * 10 + (*p - '0');
			divisor *= 10;
		}
		value += fraction * (__int128)scale / divisor;
	}
	if (!digits || value > INT64_MAX)
		return -1;
	*end = p;
	*ret = (int64_t)value;
	return 0;
}

int parse_size(const char *text, int64_t *ret_bytes, struct err *e)
{
	static const char units[] = "bkmgtp";
	const char *number_end = text + strspn(text, "0123456789."), *end;
	const char *unit = strchr(units, tolower((unsigned char)*number_end));
	const char *suffix = number_end;
	uint64_t scale = 1;

	if (*number_end && unit) {
		scale <<= 10 * (unit - units);
		suffix++;
		if (unit != units && !strcasecmp(suffix, "b"))
			suffix++;
		else if (unit != units && !strcasecmp(suffix, "ib"))
			suffix += 2;
	}
	if (*suffix || parse_scaled(text, scale, &end, ret_bytes) < 0 || end != number_end)
		return err_set(e, ERR_USAGE, "\"%s\" is not a size such as 512m or 1.5g", text);
	return 0;
}

int parse_nano_cpus(const char *text, int64_t *ret_nanos, struct err *e)
{
	const char *end;

	if (parse_scaled(text, 1000000000, &end, ret_nanos) < 0 || *end)
		return err_set(e, ERR_USAGE, "\"%s\" is not a number of CPUs such as 1.5", text);
	return 0;
}

int parse_duration_usec(const char *text, int64_t *ret_usec, struct err *e)
{
	static const struct {
		const char *name;
		int64_t usec;
	} units[] = {
		{ "ms", 1000 },	   { "us", 1 },	     { "h", 3600000000 },
		{ "m", 60000000 }, { "s", 1000000 },
	};
	int64_t total = 0, part;
	const char *p = text;

	while (*p) {
		size_t i = 0;
		const char *number = p, *after = p + strspn(p, "0123456789.");

		for (; i < ARRAY_SIZE(units); i++) {
			if (!strncmp(after, units[i].name, strlen(units[i].name)))
				break;
		}
		if (*after && i == ARRAY_SIZE(units))
			goto bad;
		if (parse_scaled(number, *after ? (uint64_t)units[i].usec : 1000000, &p, &part) ||
		    p != after || __builtin_add_overflow(total, part, &total))
			goto bad;
		if (*after)
			p = after + strlen(units[i].name);
	}
	if (p == text)
		goto bad;
	*ret_usec = total;
	return 0;
bad:
	return err_set(e, ERR_USAGE, "\"%s\" is not a duration such as 10, 1m30s or 500ms", text);
}

int parse_bool(const char *text, int *ret, struct err *e)
{
	static const char *const names[2][6] = {
		{ "0", "f", "F", "false", "FALSE", "False" },
		{ "1", "t", "T", "true", "TRUE", "True" },
	};

	for (int value = 0; value < 2; value++) {
		for (size_t i = 0; i < ARRAY_SIZE(names[0]); i++) {
			if (!strcmp(text, names[value][i])) {
				*ret = value;
				return 0;
			}
		}
	}
	return err_set(e, ERR_USAGE, "\"%s\" is neither true nor false", text);
}
