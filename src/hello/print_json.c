/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 8259, written by hand: the report has four kinds of values and no nesting below a list. */
#include "hello/print.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
	char byte;
	const char *escape;
} short_escapes[] = {
	{ '"', "\\\"" }, { '\\', "\\\\" }, { '\n', "\\n" }, { '\t', "\\t" }, { '\r', "\\r" },
};

static void add_character(struct text *out, const char *s, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(short_escapes); i++) {
		if (*s == short_escapes[i].byte) {
			text_add(out, "%s", short_escapes[i].escape);
			return;
		}
	}
	if ((unsigned char)*s < 0x20)
		text_add(out, "\\u%04x", (unsigned char)*s);
	else
		text_add_bytes(out, s, n);
}

void print_json_string(struct text *out, const char *s)
{
	cleanup_by(text_free) struct text clean = {};
	size_t length;

	utf8_add_clean(&clean, s, strlen(s));
	text_add(out, "\"");
	for (size_t i = 0; i < clean.n; i += length) {
		length = utf8_sequence(clean.s + i, clean.n - i);
		add_character(out, clean.s + i, length);
	}
	text_add(out, "\"");
}

static void add_list(struct text *out, const struct value *v)
{
	text_add(out, "[");
	for (size_t i = 0; i < v->list.n; i++) {
		text_add(out, "%s", i ? ", " : "");
		print_json_string(out, v->list.items[i]);
	}
	text_add(out, "]");
}

static void add_value(struct text *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_ABSENT:
		text_add(out, "null");
		break;
	case VALUE_TEXT:
		print_json_string(out, v->text);
		break;
	case VALUE_NUMBER:
		text_add(out, "%" PRId64, v->number);
		break;
	case VALUE_FLAG:
		text_add(out, v->flag ? "true" : "false");
		break;
	case VALUE_LIST:
		add_list(out, v);
		break;
	}
}

static void add_row(struct text *out, const struct section *s, const struct row *row)
{
	if (row->name) {
		print_json_string(out, row->name);
		text_add(out, ": ");
	}
	text_add(out, "{");
	for (size_t i = 0; i < s->n_columns; i++) {
		print_json_string(out, s->columns ? s->columns[i] : "value");
		text_add(out, ": ");
		add_value(out, &row->values[i]);
		text_add(out, ", ");
	}
	text_add(out, "\"verdict\": \"%s\"", verdict_names[row->verdict]);
	if (row->note) {
		text_add(out, ", \"note\": ");
		print_json_string(out, row->note);
	}
	text_add(out, "}");
}

static void add_section(struct text *out, const struct section *s)
{
	bool table = s->columns && !s->missing;

	text_add(out, "  ");
	print_json_string(out, s->name);
	text_add(out, table ? ": [" : ": {");
	if (s->missing) {
		text_add(out, "\"missing\": ");
		print_json_string(out, s->missing);
	}
	for (size_t i = 0; i < s->n; i++) {
		text_add(out, i ? ",\n    " : "\n    ");
		add_row(out, s, &s->rows[i]);
	}
	text_add(out, table ? "]" : "}");
}

void print_json(struct text *out, const struct report *r)
{
	text_add(out, "{");
	for (size_t i = 0; i < r->n; i++) {
		text_add(out, i ? ",\n" : "\n");
		add_section(out, r->sections[i]);
	}
	text_add(out, "\n}\n");
}
