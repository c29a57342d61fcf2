/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/dispatch.h"
#include "cli/door.h"
#include "cli/oci.h"
#include "cli/oci_version.h"

#define USAGE_STATUS 1

static int fail(const struct oci_log *log, const struct err *e, int status)
{
	oci_log_write(log, OCI_LOG_ERROR, e->text);
	door_report(e);
	return status;
}

/* --debug: what was called, and what it came to. */
static void log_call(const struct oci_log *log, char **argv, int status)
{
	cleanup_by(text_free) struct text t = {};

	for (; *argv; argv++) {
		text_add_printable(&t, *argv);
		text_add(&t, " ");
	}
	text_add(&t, "ended with exit status %d", status);
	oci_log_write(log, OCI_LOG_DEBUG, t.s);
}

static int show(struct text *t, struct err *e)
{
	return door_print(t, e) < 0 ? -1 : 0;
}

/* `oci --help`, `oci --version`, `oci` alone; 1 when it was none of them. */
static int show_about(const struct options_parse *parse, const struct oci_globals *g,
		      const struct command_group *group, struct err *e)
{
	cleanup_by(text_free) struct text t = {};

	if (g->version)
		oci_add_version(&t);
	else if (parse->help || !parse->n_arguments)
		commands_add_group_help(&t, group);
	else
		return 1;
	return show(&t, e);
}

int oci_dispatch(const struct command_globals *globals, char **argv)
{
	struct oci_globals oci = { .head.arena = globals->head.arena };
	struct options_parse parse = {
		.tables = oci_global_options,
		.stop_at_positional = 1,
		.one_dash = 1,
		.options = &oci,
	};
	struct oci_log log = { .fd = -1 };
	const struct command_group *group;
	const struct command *c;
	const char *manager;
	size_t words;
	struct err e = {};
	int status;

	if (options_parse(&parse, argv + 1, &e) < 0 ||
	    oci_log_open(oci.log, oci.log_format, &log, &e) < 0 ||
	    oci_manager(&oci, &manager, &e) < 0)
		return fail(&log, &e, USAGE_STATUS);
	log.debug = oci.debug;
	oci.log_file = &log;
	commands_find((char *[]){ argv[0], NULL }, &words, &group);
	status = show_about(&parse, &oci, group, &e);
	if (status <= 0)
		return status < 0 ? fail(&log, &e, USAGE_STATUS) : 0;
	c = commands_find(argv, &words, &group);
	if (!c) {
		err_set(&e, ERR_USAGE, "\"oci %s\" is not a cale command", argv[1]);
		return fail(&log, &e, USAGE_STATUS);
	}
	status = dispatch_call(&(struct dispatch){ c, globals, &oci, 0 }, argv + words, &e);
	if (status < 0)
		status = fail(&log, &e, c->failure_status ?: USAGE_STATUS);
	log_call(&log, argv, status);
	oci_log_close(&log);
	return status;
}
