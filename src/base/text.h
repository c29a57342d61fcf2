/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing string for output and records, and a table for people.
 *
 *	cleanup_by(text_free) struct text t = {};
 *	text_add(&t, "%d\n", n);
 *
 * `t.s` is NUL-terminated, or NULL while nothing was added.
 */
#pragma once

#include <stddef.h>

struct text {
	char *s;
	size_t n, room;
};

void text_free(struct text *t);
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *t, const char *bytes, size_t n);
/* Foreign text for a terminal: control characters become "?". */
void text_add_printable(struct text *t, const char *foreign);

/*
 * Columns as Docker prints them: each as wide as its longest cell plus three spaces, the last one
 * unpadded. `cells` holds n_rows × n_columns strings, the heading first. NULL is an empty cell.
 */
void text_add_table(struct text *t, const char *const *cells, size_t n_rows, size_t n_columns);
/* Docker's human sizes: 1000-based, three significant digits: "4.27MB". */
void text_add_size(struct text *t, long long bytes);
