/* SPDX-License-Identifier: Apache-2.0 */
/* cale kill: a signal to the first process of running containers. */
#include "base/signals.h"
#include "cli/session.h"
#include "engine/container.h"

struct kill_options {
	struct options_head head;
	const char *signal;
};

static const struct option_row rows[] = {
	{ "signal", 's', OPTION_VALUE, "string", "Which signal (default KILL)",
	  OPTION_STORE(struct kill_options, signal) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int kill_one(struct engine *en, const char *name, void *options, struct err *e)
{
	const struct kill_options *o = options;
	int signal = signals_parse(o->signal ?: "KILL", e);

	if (signal < 0)
		return err_wrap(e, "--signal");
	return container_kill(en, name, signal, e);
}

static int kill_all(struct command_call *call, struct err *e)
{
	return session_for_each_printed(call, kill_one, e);
}

const struct command command_kill = {
	.name = "kill",
	.aliases = "container kill",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] CONTAINER [CONTAINER...]",
	.summary = "Send containers a signal",
	.options = tables,
	.options_bytes = sizeof(struct kill_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = kill_all,
};
