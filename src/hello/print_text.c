/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/print.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

#define LABEL_WIDTH 18
#define LINE_WIDTH  100
/* Two spaces, the mark, a space, the label. */
#define VALUE_COLUMN (4 + LABEL_WIDTH)

static const struct {
	const char *mark, *colour;
} looks[VERDICTS] = {
	[PLAIN] = { " ", "" },
	[CONFINED] = { "+", "\033[32m" },
	[OPEN] = { "!", "\033[31m" },
};
#define BOLD   "\033[1m"
#define NORMAL "\033[0m"

static void add_clean(struct text *out, const char *foreign)
{
	cleanup_by(text_free) struct text clean = {};

	utf8_add_clean(&clean, foreign, strlen(foreign));
	text_add_printable(out, clean.s ?: "");
}

/* Words of a list, broken where the line would become too long. */
static void add_list(struct text *out, const struct value *v)
{
	size_t column = VALUE_COLUMN;

	for (size_t i = 0; i < v->list.n; i++) {
		size_t width = strlen(v->list.items[i]) + 1;

		if (column + width > LINE_WIDTH && column > VALUE_COLUMN) {
			text_add(out, "\n%*s", VALUE_COLUMN, "");
			column = VALUE_COLUMN;
		} else if (i) {
			text_add(out, " ");
		}
		add_clean(out, v->list.items[i]);
		column += width;
	}
	if (!v->list.n)
		text_add(out, "none");
}

static void add_value(struct text *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_ABSENT:
		text_add(out, "-");
		break;
	case VALUE_TEXT:
		add_clean(out, v->text);
		break;
	case VALUE_NUMBER:
		text_add(out, "%" PRId64, v->number);
		break;
	case VALUE_FLAG:
		text_add(out, v->flag ? "yes" : "no");
		break;
	case VALUE_LIST:
		add_list(out, v);
		break;
	}
}

/* A member name of the JSON form as people write it: "no_new_privs" is "no new privs". */
static void add_label(struct text *out, const char *name, int (*letter)(int))
{
	for (; *name; name++) {
		char c = *name == '_' ? ' ' : (char)letter((unsigned char)*name);

		text_add_bytes(out, &c, 1);
	}
}

static int same_letter(int c)
{
	return c;
}

static void add_fact(struct text *out, const struct row *row)
{
	size_t start = out->n;

	add_label(out, row->name, same_letter);
	if (out->n - start < LABEL_WIDTH)
		text_add(out, "%*s", (int)(LABEL_WIDTH - (out->n - start)), "");
	if (row->values->type != VALUE_ABSENT)
		add_value(out, row->values);
	if (row->note)
		text_add(out, row->values->type == VALUE_ABSENT ? "(%s)" : "  (%s)", row->note);
}

static void add_line(struct text *out, enum verdict verdict, bool colour, const char *line)
{
	bool coloured = colour && *looks[verdict].colour;

	text_add(out, "  %s%s ", coloured ? looks[verdict].colour : "", looks[verdict].mark);
	text_add(out, "%s%s\n", line, coloured ? NORMAL : "");
}

static void add_facts(struct text *out, const struct section *s, bool colour)
{
	for (size_t i = 0; i < s->n; i++) {
		cleanup_by(text_free) struct text line = {};

		add_fact(&line, &s->rows[i]);
		add_line(out, s->rows[i].verdict, colour, line.s);
	}
}

/* The columns as cells for text_add_table(), the row's note in one more column. */
static char **make_cells(const struct section *s, struct arena *a)
{
	char **cells = arena_alloc(a, (s->n + 1) * (s->n_columns + 1) * sizeof *cells), **cell;

	cell = cells;
	for (size_t k = 0; k < s->n_columns; k++)
		*cell++ = arena_strdup(a, s->columns[k]);
	*cell++ = NULL;
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < s->n_columns; k++) {
			cleanup_by(text_free) struct text one = {};

			add_value(&one, &s->rows[i].values[k]);
			*cell++ = arena_strdup(a, one.s ?: "");
		}
		*cell++ = arena_strdup(a, s->rows[i].note);
	}
	return cells;
}

static void add_table(struct text *out, const struct section *s, bool colour)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text table = {};
	char **cells = make_cells(s, a), *rest, *line;

	text_add_table(&table, (const char *const *)cells, s->n + 1, s->n_columns + 1);
	rest = table.s;
	/* Cells hold no newline once they are printable, so the lines are the rows. */
	for (size_t i = 0; i <= s->n && (line = strsep(&rest, "\n")); i++) {
		size_t n = strlen(line);

		while (n && line[n - 1] == ' ')
			line[--n] = '\0';
		add_line(out, i ? s->rows[i - 1].verdict : PLAIN, colour, line);
	}
}

void print_text(struct text *out, const struct report *r, bool colour)
{
	text_add(out, "What the kernel shows this process of itself  (+ confined, ! open)\n");
	for (size_t i = 0; i < r->n; i++) {
		const struct section *s = r->sections[i];

		text_add(out, "\n%s", colour ? BOLD : "");
		add_label(out, s->name, toupper);
		text_add(out, "%s\n", colour ? NORMAL : "");
		if (s->missing)
			add_line(out, PLAIN, colour, s->missing);
		else if (s->columns)
			add_table(out, s, colour);
		else
			add_facts(out, s, colour);
	}
}
