/* SPDX-License-Identifier: Apache-2.0 */
/* cale inspect: everything that is known of containers and images, as JSON. */
#include "cli/inspect_objects.h"

static const struct option_row rows[] = {
	{ "type", 0, OPTION_VALUE, "string", "Only objects of this type: container or image",
	  OPTION_STORE(struct inspect_options, type) },
	{},
};
static const struct option_row *const tables[] = { inspect_format_rows, rows, NULL };
static const struct option_row *const container_tables[] = { inspect_format_rows, NULL };

static int inspect(struct command_call *call, struct err *e)
{
	const struct inspect_options *o = call->options;

	return inspect_objects(call, o->type, e);
}

static int inspect_container(struct command_call *call, struct err *e)
{
	return inspect_objects(call, "container", e);
}

const struct command command_inspect = {
	.name = "inspect",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS] NAME|ID [NAME|ID...]",
	.summary = "Show all that is known of containers and images, as JSON",
	.options = tables,
	.options_bytes = sizeof(struct inspect_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = inspect,
};

const struct command command_container_inspect = {
	.name = "container inspect",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] CONTAINER [CONTAINER...]",
	.summary = "Show all that is known of containers, as JSON",
	.options = container_tables,
	.options_bytes = sizeof(struct inspect_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = inspect_container,
};
