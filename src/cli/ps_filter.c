/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ps_filter.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "engine/container_info.h"

#define NAME_PATTERN_MAX 1024

/* A regular expression as in Docker, which calls a container "/web" as well as "web". */
static int match_name(const void *item, const char *value)
{
	const struct container_summary *c = item;
	char slashed[CONFIG_NAME_MAX + 2];
	regex_t pattern;
	int found;

	if (!c->record.config.name || regcomp(&pattern, value, REG_EXTENDED | REG_NOSUB) != 0)
		return 0;
	snprintf(slashed, sizeof slashed, "/%s", c->record.config.name);
	found = regexec(&pattern, slashed + 1, 0, NULL, 0) == 0 ||
		regexec(&pattern, slashed, 0, NULL, 0) == 0;
	regfree(&pattern);
	return found;
}

static int match_id(const void *item, const char *value)
{
	const struct container_summary *c = item;
	return !strncmp(c->record.id, value, strlen(value));
}

static int match_status(const void *item, const char *value)
{
	const struct container_summary *c = item;
	return !strcmp(container_status_text(c->state.status), value);
}

static int match_ancestor(const void *item, const char *value)
{
	const struct container_summary *c = item;
	const struct config *config = &c->record.config;

	return (config->image && !strcmp(config->image, value)) ||
	       (config->image_id && !strcmp(config->image_id, value));
}

static int match_label(const void *item, const char *value)
{
	const struct container_summary *c = item;

	return filter_has_label(c->record.config.labels, c->record.config.n_labels, value);
}

static int match_exited(const void *item, const char *value)
{
	const struct container_summary *c = item;
	struct err ignored;
	uint64_t code;

	return c->state.status == CONTAINER_EXITED &&
	       parse_uint(value, 255, &code, &ignored) == 0 && (int)code == c->state.exit_code;
}

static int match_network(const void *item, const char *value)
{
	const struct container_summary *c = item;
	return !strcmp(c->record.config.network ?: "none", value);
}

/* A volume's name, a source or a target. */
static int match_volume(const void *item, const char *value)
{
	const struct container_summary *c = item;
	for (size_t i = 0; i < c->record.config.n_mounts; i++) {
		const struct config_mount *m = &c->record.config.mounts[i];

		if (!strcmp(m->target, value) || (m->source && !strcmp(m->source, value)))
			return 1;
	}
	return 0;
}

static int check_status(const char *value, struct err *e)
{
	for (int s = 0; s < CONTAINER_STATUS_COUNT; s++) {
		if (!strcmp(value, container_status_text((enum container_status)s)))
			return 0;
	}
	return err_set(e, ERR_USAGE, "\"%s\" is no status", value);
}

static int check_exited(const char *value, struct err *e)
{
	uint64_t code;

	return parse_uint(value, 255, &code, e) < 0 ? err_wrap(e, "exited") : 0;
}

static int check_name(const char *value, struct err *e)
{
	regex_t pattern;

	if (strlen(value) > NAME_PATTERN_MAX ||
	    regcomp(&pattern, value, REG_EXTENDED | REG_NOSUB) != 0)
		return err_set(e, ERR_USAGE, "\"%s\" is no regular expression", value);
	regfree(&pattern);
	return 0;
}

const struct filter_row ps_filters[] = {
	{ "ancestor", match_ancestor },
	{ "exited", match_exited, check_exited, .of_state = 1 },
	{ "id", match_id },
	{ "label", match_label, .all = 1 },
	{ "name", match_name, check_name },
	{ "network", match_network },
	{ "status", match_status, check_status, .of_state = 1 },
	{ "volume", match_volume },
	{},
};
