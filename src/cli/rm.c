/* SPDX-License-Identifier: Apache-2.0 */
/* cale rm: removes containers. */
#include <stdio.h>

#include "cli/door.h"
#include "cli/session.h"
#include "engine/container.h"

struct rm_options {
	struct options_head head;
	int force, volumes;
};

static const struct option_row rows[] = {
	{ "force", 'f', OPTION_SWITCH, NULL, "Also running ones: they are killed",
	  OPTION_STORE(struct rm_options, force) },
	{ "volumes", 'v', OPTION_SWITCH, NULL, "And the volumes that have no name",
	  OPTION_STORE(struct rm_options, volumes) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int rm_one(struct engine *en, const char *name, void *options, struct err *e)
{
	const struct rm_options *o = options;
	const struct container_remove how = { .force = o->force, .volumes = o->volumes };

	if (container_remove(en, name, &how, e) < 0) {
		if (!o->force || e->code != ERR_NOT_FOUND)
			return -1;
		/* As Docker: what isn't there needn't be removed by force. */
		door_report(e);
		return 0;
	}
	printf("%s\n", name);
	return 0;
}

static int rm(struct command_call *call, struct err *e)
{
	return session_for_each(call, rm_one, e);
}

const struct command command_rm = {
	.name = "rm",
	.aliases = "container rm,container remove",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] CONTAINER [CONTAINER...]",
	.summary = "Take containers away",
	.options = tables,
	.options_bytes = sizeof(struct rm_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = rm,
};
