/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of option tables, for people. */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

static int by_name(const void *a, const void *b)
{
	const struct option_row *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

const struct option_row **options_sorted(const struct option_row *const *tables, size_t *ret_n)
{
	const struct option_row **rows = NULL;
	size_t n = 0;

	for (; tables && *tables; tables++) {
		for (const struct option_row *r = *tables; r->name; r++) {
			if (!r->help)
				continue;
			rows = xrealloc(rows, n + 1, sizeof *rows);
			rows[n++] = r;
		}
	}
	if (n)
		qsort(rows, n, sizeof *rows, by_name);
	*ret_n = n;
	return rows;
}

/* "--name argument", the part that sets the width of the column. */
static size_t width(const struct option_row *r)
{
	return strlen(r->name) + (r->argument ? 1 + strlen(r->argument) : 0);
}

void options_add_help(struct text *t, const struct option_row *const *tables)
{
	size_t n, widest = 0;
	cleanup_free const struct option_row **rows = options_sorted(tables, &n);

	for (size_t i = 0; i < n; i++) {
		if (width(rows[i]) > widest)
			widest = width(rows[i]);
	}
	for (size_t i = 0; i < n; i++) {
		const struct option_row *r = rows[i];

		if (r->letter)
			text_add(t, "  -%c, --%s", r->letter, r->name);
		else
			text_add(t, "      --%s", r->name);
		if (r->argument)
			text_add(t, " %s", r->argument);
		text_add(t, "%*s   %s\n", (int)(widest - width(r)), "", r->help);
	}
}
