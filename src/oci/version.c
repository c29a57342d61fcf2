/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/version.h"

#include <stddef.h>
#include <string.h>

#define DIGITS "0123456789"
#define WORD   DIGITS "-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* "0" or digits that don't begin with one; the length, or 0. */
static size_t number(const char *s)
{
	size_t n = strspn(s, DIGITS);

	return n > 1 && *s == '0' ? 0 : n;
}

/* "rc.1", "dev": words between dots; the length, or 0. */
static size_t words(const char *s)
{
	size_t total = 0;

	for (;;) {
		size_t n = strspn(s + total, WORD);

		if (!n)
			return 0;
		total += n;
		if (s[total] != '.')
			return total;
		total++;
	}
}

static const char *after_numbers(const char *s)
{
	for (int i = 0; i < 3; i++) {
		size_t n = number(s);

		if (!n || (i && s[-1] != '.'))
			return NULL;
		s += n;
		if (i < 2 && *s++ != '.')
			return NULL;
	}
	return s;
}

const char *oci_version_fault(const char *version)
{
	const char *s = after_numbers(version);
	size_t n;

	if (s && *s == '-') {
		n = words(++s);
		s = n ? s + n : NULL;
	}
	if (s && *s == '+') {
		n = words(++s);
		s = n ? s + n : NULL;
	}
	if (!s || *s)
		return "is not of the form 1.2.3";
	return strncmp(version, "1.", 2) ? "is none that is known here, which are those of 1.x"
					 : NULL;
}
