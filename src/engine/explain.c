/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/explain.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_WIDTH    72 /* without indentation */
#define ORIGIN_COLUMN (TEXT_WIDTH + 4)

static const struct {
	const char *title, *key;
} sections[PLAN_KINDS] = {
	[PLAN_MAY] = { "may", "May" },
	[PLAN_MAY_NOT] = { "may not", "MayNot" },
	[PLAN_LIMIT] = { "limits", "Limits" },
	[PLAN_MISSING] = { "missing on this host", "Missing" },
};

/* Characters, not bytes: UTF-8's continuation bytes take no column. */
static int columns(const char *s, size_t n)
{
	int count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

/* Bytes of `s` that fit into one line: up to a blank, or more where a word is longer than a line. */
static size_t fitting(const char *s)
{
	size_t best = strcspn(s, " "), n = best;

	while (s[n]) {
		n += 1 + strcspn(s + n + 1, " ");
		if (columns(s, n) > TEXT_WIDTH)
			break;
		best = n;
	}
	return best;
}

/* Adds the text in lines of TEXT_WIDTH; returns the column where the last one ends. */
static int add_wrapped(struct text *t, const char *s, const char *first, const char *further)
{
	for (const char *indent = first;; indent = further) {
		size_t n = fitting(s);
		cleanup_free char *line = xprintf("%.*s", (int)n, s);

		text_add(t, "%s", indent);
		text_add_printable(t, line);
		if (!s[n])
			return columns(s, n) + (int)strlen(indent);
		text_add(t, "\n");
		s += n + 1;
	}
}

static void add_line(struct text *t, const struct plan_line *line)
{
	int column = add_wrapped(t, line->text, "  ", "    ");

	if (line->cause.why) {
		text_add(t, "\n");
		add_wrapped(t, line->cause.why, "      because ", "        ");
		text_add(t, "\n");
	}
	if (line->cause.mend) {
		/* In one line, so that it can be copied. */
		text_add(t, "      mend: ");
		text_add_printable(t, line->cause.mend);
		text_add(t, "\n");
	}
	if (line->kind == PLAN_MISSING)
		return;
	text_add(t, "%*s  %s\n", column < ORIGIN_COLUMN ? ORIGIN_COLUMN - column : 0, "",
		 line->origin);
}

void explain_text(const struct plan *p, struct text *t)
{
	for (int kind = 0; kind < PLAN_KINDS; kind++) {
		int any = 0;

		for (size_t i = 0; i < p->n_lines; i++) {
			if (p->lines[i].kind != (enum plan_kind)kind)
				continue;
			if (!any++)
				text_add(t, "%s%s\n", kind ? "\n" : "", sections[kind].title);
			add_line(t, &p->lines[i]);
		}
	}
}

json_t *explain_json(const struct plan *p)
{
	json_t *o = json_object();

	for (int kind = 0; kind < PLAN_KINDS; kind++)
		json_object_set_new(o, sections[kind].key, json_array());
	for (size_t i = 0; i < p->n_lines; i++) {
		const struct plan_line *line = &p->lines[i];
		json_t *one = json_object();

		json_put_string(one, "Text", line->text);
		json_put_string(one, "Setting", settings_name(line->setting));
		json_put_string(one, "Origin", line->origin);
		if (line->cause.why)
			json_put_string(one, "Cause", line->cause.why);
		if (line->cause.mend)
			json_put_string(one, "Mend", line->cause.mend);
		json_array_append_new(json_object_get(o, sections[line->kind].key), one);
	}
	return o;
}
