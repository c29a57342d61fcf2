/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COLUMN_GAP 3

void text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){};
}

static void make_room(struct text *t, size_t more)
{
	if (t->n + more + 1 <= t->room)
		return;
	t->room = (t->n + more + 1) * 2;
	t->s = xrealloc(t->s, t->room, 1);
}

void text_add_bytes(struct text *t, const char *bytes, size_t n)
{
	make_room(t, n);
	memcpy(t->s + t->n, bytes, n);
	t->n += n;
	t->s[t->n] = '\0';
}

void text_add(struct text *t, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n >= 0) {
		make_room(t, (size_t)n);
		vsnprintf(t->s + t->n, (size_t)n + 1, format, again);
		t->n += (size_t)n;
	}
	va_end(again);
}

void text_add_printable(struct text *t, const char *foreign)
{
	size_t start = t->n;

	text_add_bytes(t, foreign, strlen(foreign));
	for (size_t i = start; i < t->n; i++) {
		if ((unsigned char)t->s[i] < 0x20 || t->s[i] == 0x7f)
			t->s[i] = '?';
	}
}

/* Counts characters, not bytes: UTF-8 continuation bytes take no column. */
static size_t display_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

void text_add_table(struct text *t, const char *const *cells, size_t n_rows, size_t n_columns)
{
	cleanup_free size_t *width = xcalloc(n_columns, sizeof *width);

	for (size_t i = 0; i < n_rows * n_columns; i++) {
		size_t w = cells[i] ? display_width(cells[i]) : 0;

		if (w > width[i % n_columns])
			width[i % n_columns] = w;
	}
	for (size_t i = 0; i < n_rows * n_columns; i++) {
		const char *cell = cells[i] ?: "";
		size_t column = i % n_columns;

		text_add_printable(t, cell);
		if (column + 1 == n_columns)
			text_add(t, "\n");
		else
			text_add(t, "%*s", (int)(width[column] - display_width(cell) + COLUMN_GAP),
				 "");
	}
}

void text_add_size(struct text *t, long long bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1000 && unit + 1 < ARRAY_SIZE(units)) {
		value /= 1000;
		unit++;
	}
	text_add(t, "%.*g%s", value >= 999.5 ? 4 : 3, value, units[unit]);
}
