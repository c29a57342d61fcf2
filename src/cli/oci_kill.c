/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci kill: a signal to a container's first process. */
#include <ctype.h>

#include "base/signals.h"
#include "base/parse.h"
#include "cli/oci.h"
#include "oci/kill.h"

#define SIGNAL_MAX 64

struct kill_options {
	struct options_head head;
	int all, regex;
};

static const struct option_row rows[] = {
	{ "all", 'a', OPTION_SWITCH, NULL, "No error if it has stopped already",
	  OPTION_STORE(struct kill_options, all) },
	{ "regex", 'r', OPTION_SWITCH, NULL, "ID is a regular expression: all that it matches",
	  OPTION_STORE(struct kill_options, regex) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

/* 0 asks only whether it is there. */
static int parse_signal(const char *text, int *ret, struct err *e)
{
	uint64_t number;

	if (isdigit((unsigned char)*text)) {
		if (parse_uint(text, SIGNAL_MAX, &number, e) < 0)
			return err_wrap(e, "unknown signal \"%s\"", text);
		*ret = (int)number;
		return 0;
	}
	*ret = signals_parse(text, e);
	return *ret < 0 ? err_wrap(e, "unknown signal \"%s\"", text) : 0;
}

static int kill_one(const struct command_call *call, const struct oci_store *store, const char *id,
		    int signal, struct err *e)
{
	const struct kill_options *o = call->options;
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };

	if (oci_container_open(store, id, call->arena, &c, e) < 0)
		return -1;
	if (oci_kill(&c, signal, e) == 0)
		return 0;
	return o->all && e->code == ERR_CONFLICT ? 0 : -1;
}

static int kill_command(struct command_call *call, struct err *e)
{
	const struct kill_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	int signal = 15;
	char **ids = call->arguments;
	size_t n = 1;

	if (call->n_arguments > 1 && parse_signal(call->arguments[1], &signal, e) < 0)
		return -1;
	if (oci_open_store(call, 0, &store, e) < 0)
		return -1;
	if (o->regex)
		ids = oci_store_match(&store, call->arguments[0], call->arena, &n, e);
	if (!ids)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (kill_one(call, &store, ids[i], signal, e) < 0)
			return -1;
	}
	return 0;
}

const struct command command_oci_kill = {
	.name = "oci kill",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID [SIGNAL]",
	.summary = "Send a signal (default SIGTERM) to a container's first process",
	.options = tables,
	.options_bytes = sizeof(struct kill_options),
	.arguments_min = 1,
	.arguments_max = 2,
	.run = kill_command,
};
