/* SPDX-License-Identifier: Apache-2.0 */
/* cale logs: what a container has printed. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/parse.h"
#include "cli/session.h"
#include "engine/container_info.h"

struct logs_options {
	struct options_head head;
	int follow, timestamps;
	const char *tail, *since, *until;
};

static const struct option_row rows[] = {
	{ "follow", 'f', OPTION_SWITCH, NULL, "Go on with what is printed from now on",
	  OPTION_STORE(struct logs_options, follow) },
	{ "since", 0, OPTION_VALUE, "string",
	  "Show logs since a time (\"2026-01-02T13:23:37Z\") or a duration back from now (\"42m\")",
	  OPTION_STORE(struct logs_options, since) },
	{ "tail", 'n', OPTION_VALUE, "string", "Only so many lines from the end (default \"all\")",
	  OPTION_STORE(struct logs_options, tail) },
	{ "timestamps", 't', OPTION_SWITCH, NULL, "The time in front of each line",
	  OPTION_STORE(struct logs_options, timestamps) },
	{ "until", 0, OPTION_VALUE, "string", "Show logs before a time or duration, as --since",
	  OPTION_STORE(struct logs_options, until) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int logs(struct command_call *call, struct err *e)
{
	const struct logs_options *o = call->options;
	struct log_read_options read = {
		.follow = o->follow,
		.tail = -1,
		.timestamps = o->timestamps,
		.stdout_fd = STDOUT_FILENO,
		.stderr_fd = STDERR_FILENO,
	};
	struct engine en;
	int failed;

	if (o->tail && strcmp(o->tail, "all") != 0 &&
	    parse_int(o->tail, -1, INT64_MAX, &read.tail, e) < 0)
		return err_wrap(e, "--tail");
	if (o->since && clock_parse(o->since, &read.since_nsec, e) < 0)
		return err_wrap(e, "--since");
	if (o->until && clock_parse(o->until, &read.until_nsec, e) < 0)
		return err_wrap(e, "--until");
	if (session_open(call, &en, e) < 0)
		return -1;
	failed = container_logs(&en, call->arguments[0], &read, e);
	engine_close(&en);
	return failed;
}

const struct command command_logs = {
	.name = "logs",
	.aliases = "container logs",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] CONTAINER",
	.summary = "Show what a container has printed",
	.options = tables,
	.options_bytes = sizeof(struct logs_options),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = logs,
};
