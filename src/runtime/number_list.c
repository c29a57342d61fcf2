/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/number_list.h"

#include <string.h>

#define WORD_BITS (8 * sizeof(unsigned long))

static void add(struct number_list *l, size_t bit)
{
	unsigned long mask = 1UL << bit % WORD_BITS;

	l->n += !(l->words[bit / WORD_BITS] & mask);
	l->words[bit / WORD_BITS] |= mask;
	if (bit > l->last)
		l->last = bit;
}

/* The end of the digits at `p`, or NULL; a value above `max` is max + 1. */
static const char *take_number(const char *p, size_t max, size_t *ret)
{
	size_t value = 0;

	if (*p < '0' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (value <= max)
			value = value * 10 + (size_t)(*p - '0');
	}
	*ret = value <= max ? value : max + 1;
	return p;
}

int number_list_parse(const char *text, size_t max, const char *what, struct number_list *ret,
		      struct err *e)
{
	const char *p = text;

	memset(ret, 0, sizeof *ret);
	for (;;) {
		size_t first = 0, last;

		p = take_number(p, max, &first);
		last = first;
		if (p && *p == '-')
			p = take_number(p + 1, max, &last);
		if (!p || (*p && *p != ',') || last < first)
			return err_set(e, ERR_INVALID, "%s: \"%.64s\" is no list like 0-3,7", what,
				       text);
		if (last > max)
			return err_set(e, ERR_INVALID,
				       "%s: \"%.64s\": values above %zu don't exist", what, text,
				       max);
		while (first <= last)
			add(ret, first++);
		if (!*p++)
			return 0;
	}
}
