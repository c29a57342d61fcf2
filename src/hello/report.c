/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/report.h"

#include <string.h>

const char *const verdict_names[VERDICTS] = {
	[PLAIN] = "plain",
	[CONFINED] = "confined",
	[OPEN] = "open",
};

struct section *report_table(struct report *r, const char *name, const char *const *columns,
			     size_t n_columns)
{
	struct section *s = arena_new_item(r->arena, struct section);

	s->arena = r->arena;
	s->name = name;
	s->columns = columns;
	s->n_columns = n_columns;
	ARENA_PUSH(r->arena, r->sections, r->n) = s;
	return s;
}

struct section *report_facts(struct report *r, const char *name)
{
	return report_table(r, name, NULL, 1);
}

struct row *section_row(struct section *s, enum verdict verdict, const struct value *values)
{
	size_t bytes = s->n_columns * sizeof *values;
	struct value *copy = arena_alloc(s->arena, bytes);

	memcpy(copy, values, bytes);
	ARENA_PUSH(s->arena, s->rows, s->n) = (struct row){ .verdict = verdict, .values = copy };
	return &s->rows[s->n - 1];
}

struct row *section_fact(struct section *s, const char *name, enum verdict verdict,
			 struct value value)
{
	struct row *row = section_row(s, verdict, &value);

	row->name = name;
	if (value.type == VALUE_ABSENT)
		row->note = "not visible";
	return row;
}

size_t report_count(const struct report *r, enum verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < r->n; i++) {
		for (size_t k = 0; k < r->sections[i]->n; k++)
			count += r->sections[i]->rows[k].verdict == verdict;
	}
	return count;
}

struct value value_text(const char *text)
{
	return (struct value){ .type = text ? VALUE_TEXT : VALUE_ABSENT, .text = text };
}

struct value value_number(int64_t number)
{
	return (struct value){ .type = VALUE_NUMBER, .number = number };
}

struct value value_flag(bool flag)
{
	return (struct value){ .type = VALUE_FLAG, .flag = flag };
}

struct value value_list(const char *const *items, size_t n)
{
	return (struct value){ .type = VALUE_LIST, .list = { items, n } };
}
