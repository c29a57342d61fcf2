/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/rdt.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* "L3" of "    L3:0=fffff;1=fffff"; *ret_values begins behind the colon. */
static int split(const char *line, size_t *ret_start, size_t *ret_n, const char **ret_values)
{
	size_t start = strspn(line, " \t"), n = strcspn(line + start, " \t:\n");
	const char *p = line + start + n;

	p += strspn(p, " \t");
	if (!n || *p != ':')
		return -1;
	*ret_start = start;
	*ret_n = n;
	*ret_values = p + 1;
	return 0;
}

/* One "0=7f0"; the end of it, or NULL. Bit masks are hexadecimal, bandwidths decimal. */
static const char *take_value(const char *p, int base, unsigned long *ret_id,
			      unsigned long long *ret_value)
{
	char *end;

	p += strspn(p, " \t");
	if (!isdigit((unsigned char)*p))
		return NULL;
	errno = 0;
	*ret_id = strtoul(p, &end, 10);
	end += strspn(end, " \t");
	if (*end++ != '=')
		return NULL;
	end += strspn(end, " \t");
	if (!isxdigit((unsigned char)*end))
		return NULL;
	*ret_value = strtoull(end, &end, base);
	end += strspn(end, " \t");
	if (errno || (*end && *end != ';' && *end != '\n'))
		return NULL;
	return *end == ';' ? end + 1 : end;
}

static int is_bandwidth(const char *name, size_t n)
{
	return (n == 2 && !memcmp(name, "MB", 2)) || (n == 4 && !memcmp(name, "SMBA", 4));
}

/* The values of a resource in the file's text, or NULL. */
static const char *find(const char *have, const char *name, size_t n)
{
	while (have && *have) {
		size_t start, found;
		const char *values;

		if (split(have, &start, &found, &values) == 0 && found == n &&
		    !memcmp(have + start, name, n))
			return values;
		have = strchr(have, '\n');
		have = have ? have + 1 : NULL;
	}
	return NULL;
}

/* Is `id` among the values with exactly this one? */
static int holds(const char *values, int base, unsigned long id, unsigned long long value)
{
	while (values && *values && *values != '\n') {
		unsigned long has_id;
		unsigned long long has;

		values = take_value(values, base, &has_id, &has);
		if (values && has_id == id)
			return has == value;
	}
	return 0;
}

static int match_line(const char *have, const char *line, struct err *e)
{
	const char *values, *there;
	size_t start, n;
	int base;

	if (strchr(line, '\n') || split(line, &start, &n, &values) < 0)
		return err_set(e, ERR_INVALID, "\"%s\" is no line of schemata", line);
	base = is_bandwidth(line + start, n) ? 10 : 16;
	there = find(have, line + start, n);
	while (*values) {
		unsigned long id;
		unsigned long long value;

		values = take_value(values, base, &id, &value);
		if (!values)
			return err_set(e, ERR_INVALID, "\"%s\" is no line of schemata", line);
		if (!there || !holds(there, base, id, value))
			return err_set(e, ERR_CONFLICT, "the group has other schemata than \"%s\"",
				       line);
	}
	return 0;
}

int rdt_schemata_match(const char *have, const char *const *lines, struct err *e)
{
	for (; *lines; lines++) {
		if (match_line(have, *lines, e) < 0)
			return -1;
	}
	return 0;
}
