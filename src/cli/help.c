/* SPDX-License-Identifier: Apache-2.0 */
/* cale help [COMMAND]: the same as `cale --help` and `cale COMMAND --help`. */
#include "cli/commands.h"
#include "cli/door.h"

static int help(struct command_call *call, struct err *e)
{
	cleanup_by(text_free) struct text t = {};
	const struct command_group *group = NULL;
	const struct command *c;
	size_t words;

	if (!call->n_arguments) {
		commands_add_overview(&t);
		return door_print(&t, e);
	}
	c = commands_find(call->arguments, &words, &group);
	if (group)
		commands_add_group_help(&t, group);
	else if (c)
		commands_add_help(&t, c);
	else
		return err_set(e, ERR_NOT_FOUND, "\"%s\" is not a cale command",
			       call->arguments[0]);
	return door_print(&t, e);
}

const struct command command_help = {
	.name = "help",
	.section = SECTION_OTHER,
	.usage = "[COMMAND]",
	.summary = "Show what a command does and its options",
	.arguments_max = 2,
	.run = help,
};
