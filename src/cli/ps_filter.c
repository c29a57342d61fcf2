/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ps_filter.h"

#include <string.h>

#include "base/parse.h"

typedef int filter_match(const struct container_summary *c, const char *value);

static int match_name(const struct container_summary *c, const char *value)
{
	return c->record.config.name && strstr(c->record.config.name, value);
}

static int match_id(const struct container_summary *c, const char *value)
{
	return !strncmp(c->record.id, value, strlen(value));
}

static int match_status(const struct container_summary *c, const char *value)
{
	return !strcmp(container_status_text(c->state.status), value);
}

static int match_ancestor(const struct container_summary *c, const char *value)
{
	const struct config *config = &c->record.config;

	return (config->image && !strcmp(config->image, value)) ||
	       (config->image_id && !strcmp(config->image_id, value));
}

/* "key" or "key=value". */
static int match_label(const struct container_summary *c, const char *value)
{
	size_t n = strlen(value);
	int whole = strchr(value, '=') != NULL;

	for (size_t i = 0; i < c->record.config.n_labels; i++) {
		const char *label = c->record.config.labels[i];

		if (!strncmp(label, value, n) && label[n] == (whole ? '\0' : '='))
			return 1;
	}
	return 0;
}

static int match_exited(const struct container_summary *c, const char *value)
{
	struct err ignored;
	uint64_t code;

	return c->state.status == CONTAINER_EXITED &&
	       parse_uint(value, 255, &code, &ignored) == 0 && (int)code == c->state.exit_code;
}

static const struct filter_row {
	const char *key;
	filter_match *match;
	int of_state;
} rows[] = {
	{ "ancestor", match_ancestor, 0 },
	{ "exited", match_exited, 1 },
	{ "id", match_id, 0 },
	{ "label", match_label, 0 },
	{ "name", match_name, 0 },
	{ "status", match_status, 1 },
};

static const struct filter_row *row_of(const char *filter)
{
	size_t n = strcspn(filter, "=");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strlen(rows[i].key) == n && !memcmp(rows[i].key, filter, n))
			return &rows[i];
	}
	return NULL;
}

static int is_status(const char *value)
{
	for (int s = 0; s < CONTAINER_STATUS_COUNT; s++) {
		if (!strcmp(value, container_status_text((enum container_status)s)))
			return 1;
	}
	return 0;
}

int ps_filter_check(const struct option_list *filters, struct err *e)
{
	for (size_t i = 0; i < filters->n; i++) {
		const char *value = strchr(filters->items[i], '=');
		const struct filter_row *r = row_of(filters->items[i]);
		uint64_t code;

		if (!value)
			return err_set(e, ERR_USAGE, "--filter: \"%s\" is not KEY=VALUE",
				       filters->items[i]);
		if (!r)
			return err_set(e, ERR_USAGE, "--filter: \"%s\" is none of them",
				       filters->items[i]);
		if (r->match == match_status && !is_status(value + 1))
			return err_set(e, ERR_USAGE, "--filter: \"%s\" is no status", value + 1);
		if (r->match == match_exited && parse_uint(value + 1, 255, &code, e) < 0)
			return err_wrap(e, "--filter exited");
	}
	return 0;
}

static int any_matches(const struct option_list *filters, const struct filter_row *r,
		       const struct container_summary *c)
{
	int asked = 0;

	for (size_t i = 0; i < filters->n; i++) {
		if (row_of(filters->items[i]) != r)
			continue;
		asked = 1;
		if (r->match(c, strchr(filters->items[i], '=') + 1))
			return 1;
	}
	return !asked;
}

int ps_filter_matches(const struct option_list *filters, const struct container_summary *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!any_matches(filters, &rows[i], c))
			return 0;
	}
	return 1;
}

int ps_filter_asks_state(const struct option_list *filters)
{
	for (size_t i = 0; i < filters->n; i++) {
		const struct filter_row *r = row_of(filters->items[i]);

		if (r && r->of_state)
			return 1;
	}
	return 0;
}
