/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/listing.h"

#include <string.h>

#include "base/mem.h"
#include "cli/template.h"

#define COLUMNS_MAX 16

/* The headings are the table's first row: an object that has a heading for each field. */
static json_t *headings(const struct listing *l)
{
	json_t *o = json_object();

	for (const struct listing_column *c = l->columns; c->field; c++)
		json_put_string(o, c->field, c->heading);
	return o;
}

struct cells {
	struct arena *arena;
	const char **items;
	size_t n, columns;
};

/* One row: the template's fields between tabs. */
static int add_cells(struct cells *cells, const char *format, const json_t *row, struct err *e)
{
	cleanup_by(text_free) struct text t = {};
	char *rest, *cell;
	size_t columns = 0;

	if (template_add(&t, format, row, e) < 0)
		return -1;
	for (rest = t.s; rest && (cell = strsep(&rest, "\t")); columns++) {
		if (columns == COLUMNS_MAX)
			return err_set(e, ERR_USAGE, "--format: more than %d columns", COLUMNS_MAX);
		ARENA_PUSH(cells->arena, cells->items, cells->n) = arena_strdup(cells->arena, cell);
	}
	if (cells->columns && columns != cells->columns)
		return err_set(e, ERR_INVALID, "a field of the list contains a tab");
	cells->columns = columns;
	return 0;
}

static int add_table(struct text *t, const struct listing *l, const json_t *rows, struct err *e)
{
	const char *format = (l->format && l->format[5] ? l->format : l->usual) + strlen("table ");
	cleanup_arena struct arena *a = arena_new();
	cleanup_json json_t *first = headings(l);
	struct cells cells = { .arena = a };

	if (add_cells(&cells, format, first, e) < 0)
		return -1;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (add_cells(&cells, format, json_array_get(rows, i), e) < 0)
			return -1;
	}
	if (cells.columns)
		text_add_table(t, cells.items, cells.n / cells.columns, cells.columns);
	return 0;
}

int listing_add(struct text *t, const struct listing *l, const json_t *rows, struct err *e)
{
	const char *format = l->format ?: l->usual;

	if (!strcmp(format, "table") || !strncmp(format, "table ", 6))
		return add_table(t, l, rows, e);
	if (!strcmp(format, "json"))
		format = "{{json .}}";
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (template_add(t, format, json_array_get(rows, i), e) < 0)
			return -1;
		text_add(t, "\n");
	}
	return 0;
}
