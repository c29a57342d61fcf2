/* SPDX-License-Identifier: Apache-2.0 */
/* cale stop, cale restart: end containers in time; restart starts them again. */
#include <limits.h>

#include "base/parse.h"
#include "base/signals.h"
#include "cli/session.h"
#include "engine/container.h"

struct stop_options {
	struct options_head head;
	const char *signal, *time;
};

static const struct option_row rows[] = {
	{ "signal", 's', OPTION_VALUE, "string", "Signal in place of the container's own",
	  OPTION_STORE(struct stop_options, signal) },
	{ "time", 't', OPTION_VALUE, "int", "Seconds before it is killed (-1: never)",
	  OPTION_STORE(struct stop_options, time) },
	{ "timeout", 0, OPTION_VALUE, "int", NULL, OPTION_STORE(struct stop_options, time) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

struct stop_how {
	int signal, timeout_sec;
};

static int read_how(const struct stop_options *o, struct stop_how *ret, struct err *e)
{
	int64_t seconds = INT_MIN;

	ret->signal = 0;
	if (o->signal && (ret->signal = signals_parse(o->signal, e)) < 0)
		return err_wrap(e, "--signal");
	if (o->time && parse_int(o->time, -1, INT_MAX, &seconds, e) < 0)
		return err_wrap(e, "--time");
	ret->timeout_sec = (int)seconds;
	return 0;
}

static int stop_one(struct engine *en, const char *name, void *options, struct err *e)
{
	struct stop_how how;

	if (read_how(options, &how, e) < 0)
		return -1;
	return container_stop(en, name, how.signal, how.timeout_sec, e);
}

static int restart_one(struct engine *en, const char *name, void *options, struct err *e)
{
	struct stop_how how;

	if (read_how(options, &how, e) < 0)
		return -1;
	return container_restart(en, name, how.signal, how.timeout_sec, e);
}

static int stop(struct command_call *call, struct err *e)
{
	return session_for_each_printed(call, stop_one, e);
}

static int restart(struct command_call *call, struct err *e)
{
	return session_for_each_printed(call, restart_one, e);
}

const struct command command_stop = {
	.name = "stop",
	.aliases = "container stop",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] CONTAINER [CONTAINER...]",
	.summary = "End containers in good order",
	.description =
		"The container's first process gets SIGTERM (or what --stop-signal or the image "
		"says), and SIGKILL when the time is over. A container that doesn't run is "
		"left as it is.",
	.options = tables,
	.options_bytes = sizeof(struct stop_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = stop,
};

const struct command command_restart = {
	.name = "restart",
	.aliases = "container restart",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] CONTAINER [CONTAINER...]",
	.summary = "Stop containers and start them again",
	.options = tables,
	.options_bytes = sizeof(struct stop_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.starts_processes = 1,
	.run = restart,
};
