/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/filter.h"

#include <string.h>

static const struct filter_row *row_of(const struct filter_row *rows, const char *filter)
{
	size_t n = strcspn(filter, "=");

	for (; rows->key; rows++) {
		if (strlen(rows->key) == n && !memcmp(rows->key, filter, n))
			return rows;
	}
	return NULL;
}

int filter_check(const struct filter_row *rows, const struct option_list *filters, struct err *e)
{
	for (size_t i = 0; i < filters->n; i++) {
		const char *filter = filters->items[i], *value = strchr(filter, '=');
		const struct filter_row *r = row_of(rows, filter);

		if (!value)
			return err_set(e, ERR_USAGE, "--filter: \"%s\" is not KEY=VALUE", filter);
		if (!r)
			return err_set(e, ERR_USAGE, "--filter: there is no filter \"%.*s\"",
				       (int)(value - filter), filter);
		if (r->check && r->check(value + 1, e) < 0)
			return err_wrap(e, "--filter");
	}
	return 0;
}

static int row_matches(const struct filter_row *rows, const struct option_list *filters,
		       const struct filter_row *r, const void *item)
{
	size_t asked = 0, met = 0;

	for (size_t i = 0; i < filters->n; i++) {
		if (row_of(rows, filters->items[i]) != r)
			continue;
		asked++;
		met += r->match(item, strchr(filters->items[i], '=') + 1) != 0;
	}
	return r->all ? met == asked : met || !asked;
}

int filter_matches(const struct filter_row *rows, const struct option_list *filters,
		   const void *item)
{
	for (const struct filter_row *r = rows; r->key; r++) {
		if (!row_matches(rows, filters, r, item))
			return 0;
	}
	return 1;
}

int filter_asks_state(const struct filter_row *rows, const struct option_list *filters)
{
	for (size_t i = 0; i < filters->n; i++) {
		const struct filter_row *r = row_of(rows, filters->items[i]);

		if (r && r->of_state)
			return 1;
	}
	return 0;
}

int filter_has_label(char *const *labels, size_t n, const char *value)
{
	size_t length = strlen(value);
	char end = strchr(value, '=') ? '\0' : '=';

	for (size_t i = 0; i < n; i++) {
		if (!strncmp(labels[i], value, length) && labels[i][length] == end)
			return 1;
	}
	return 0;
}
