/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists as Docker prints them: a table, --format "table {{.A}}\t{{.B}}", a template for each row, or
 * --format json. A row is a JSON object whose members are texts. Pure.
 */
#pragma once

#include "base/json.h"
#include "base/text.h"

struct listing_column {
	const char *field;   /* "RunningFor" */
	const char *heading; /* "CREATED" */
};

struct listing {
	const struct listing_column *columns; /* ends with field NULL; known headings */
	const char *usual;		      /* "table {{.ID}}\t…" where no --format is given */
	const char *format;		      /* --format, or NULL */
};

/* `rows` is an array of objects. */
int listing_add(struct text *t, const struct listing *l, const json_t *rows, struct err *e);
