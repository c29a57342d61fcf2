/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `--filter KEY=VALUE` of listings, as a table of keys. Several filters of one key are alternatives or,
 * where the row says so, must all match; different keys must all match. Pure.
 */
#pragma once

#include "cli/options.h"

struct filter_row {
	const char *key; /* NULL ends a table */
	int (*match)(const void *item, const char *value);
	int (*check)(const char *value, struct err *e); /* or NULL: any value is fine */
	int all;					/* not alternatives */
	int of_state; /* asks for what an item is doing, so that none may be left out before */
};

/* ERR_USAGE for an unknown key or a malformed value. */
int filter_check(const struct filter_row *rows, const struct option_list *filters, struct err *e);
/* Checked ones only. */
int filter_matches(const struct filter_row *rows, const struct option_list *filters,
		   const void *item);
int filter_asks_state(const struct filter_row *rows, const struct option_list *filters);

/* The value of every "label" filter: "key" or "key=value" among labels of the form "key=value". */
int filter_has_label(char *const *labels, size_t n, const char *value);
