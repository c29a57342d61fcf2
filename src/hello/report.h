/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `hello` found out, as data: sections, each a list of named facts or a table with columns.
 * Both printers (print.h) render exactly this, so that nothing exists in only one form.
 *
 * Everything lives in the report's arena and dies with it. Strings that are handed in aren't
 * copied: they come from that arena or are literals. They may hold any bytes; the printers make
 * them safe.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

/* What a row means for somebody who wants this process confined. */
enum verdict {
	PLAIN,	  /* only a fact */
	CONFINED, /* the kernel refuses or limits it */
	OPEN,	  /* nothing stops the process here */
	VERDICTS
};
extern const char *const verdict_names[VERDICTS];

enum value_type {
	VALUE_ABSENT, /* can't be seen from inside; the row's note says why */
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_FLAG,
	VALUE_LIST,
};

struct value {
	enum value_type type;
	union {
		const char *text;
		int64_t number;
		bool flag;
		struct {
			const char *const *items;
			size_t n;
		} list;
	};
};

struct row {
	enum verdict verdict;
	const char *name;	    /* of a fact; NULL in a table */
	const char *note;	    /* a short explanation, or NULL */
	const struct value *values; /* one for a fact, n_columns in a table */
};

struct section {
	struct arena *arena;
	const char *name;
	const char *const *columns; /* NULL: the rows are facts */
	size_t n_columns;
	const char *missing; /* why there are no rows, or NULL */
	struct row *rows;
	size_t n;
};

struct report {
	struct arena *arena;
	struct section **sections;
	size_t n;
};

struct section *report_facts(struct report *r, const char *name);
struct section *report_table(struct report *r, const char *name, const char *const *columns,
			     size_t n_columns);

/* Both return the new row, valid until the next one is added, so that a note can be put there. */
struct row *section_fact(struct section *s, const char *name, enum verdict verdict,
			 struct value value);
/* `values` holds the section's n_columns and is copied. */
struct row *section_row(struct section *s, enum verdict verdict, const struct value *values);

/* How many rows have that verdict. */
size_t report_count(const struct report *r, enum verdict verdict);

struct value value_text(const char *text); /* NULL gives an absent value */
struct value value_number(int64_t number);
struct value value_flag(bool flag);
struct value value_list(const char *const *items, size_t n);
