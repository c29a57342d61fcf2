/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cale: finds the command in the table, lets its rows read the options, runs it, shows its error.
 * Nothing else happens here: what a command does is in src/cli/<command>.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "base/self.h"
#include "cli/commands.h"
#include "cli/dispatch.h"
#include "cli/door.h"
#include "cli/oci.h"

#define OCI_GROUP      "oci"
#define OCI_PROGRAM    "cale-oci"
#define USAGE_STATUS   125 /* a wrong flag, in Docker's numbers */
#define UNKNOWN_STATUS 1   /* no such command, or a wrong number of arguments */

static int print(const struct text *t)
{
	struct err e;

	if (door_print(t, &e) == 0)
		return 0;
	door_report(&e);
	return 1;
}

static int see_help(struct err *e, const char *command, int status)
{
	if (e->code == ERR_USAGE && !e->hint[0])
		err_hint(e, "see `cale%s%s --help`", *command ? " " : "", command);
	door_report(e);
	return status;
}

static int call_command(const struct command *c, const struct command_globals *globals, char **argv)
{
	struct dispatch d = { .command = c, .globals = globals };
	struct err e = {};
	int status = dispatch_call(&d, argv, &e);

	if (status >= 0)
		return status;
	return see_help(&e, c->name,
			d.stage == DISPATCH_OPTIONS	? USAGE_STATUS
			: d.stage == DISPATCH_ARGUMENTS ? UNKNOWN_STATUS
							: door_status(c, &e));
}

static int call_group(const struct command_group *g, char **argv)
{
	cleanup_by(text_free) struct text t = {};
	struct err e;

	if (argv[1] && strcmp(argv[1], "--help") != 0) {
		err_set(&e, ERR_USAGE, "\"%s %s\" is not a cale command", g->name, argv[1]);
		return see_help(&e, g->name, UNKNOWN_STATUS);
	}
	commands_add_group_help(&t, g);
	return print(&t);
}

static int dispatch(struct command_globals *globals, char **argv)
{
	struct options_parse parse = {
		.tables = commands_global_options,
		.stop_at_positional = 1,
		.options = globals,
	};
	const struct command_group *group;
	const struct command *c;
	struct err e = {};
	size_t words;

	if (options_parse(&parse, argv, &e) < 0)
		return see_help(&e, "", USAGE_STATUS);
	if (globals->version) {
		printf("Cale version %s\n", CALE_VERSION);
		return 0;
	}
	if (parse.help || !parse.n_arguments) {
		cleanup_by(text_free) struct text t = {};

		commands_add_overview(&t);
		return print(&t);
	}
	if (!strcmp(argv[0], OCI_GROUP))
		return oci_dispatch(globals, argv);
	c = commands_find(argv, &words, &group);
	if (group)
		return call_group(group, argv);
	if (c)
		return call_command(c, globals, argv + words);
	err_set(&e, ERR_USAGE, "\"%s\" is not a cale command", argv[0]);
	return see_help(&e, "", UNKNOWN_STATUS);
}

/* A link named cale-oci, cale-oci-1.0 …: how engines that want a runtime's path call us. */
static int is_called_as_oci(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	return !strncmp(name, OCI_PROGRAM, sizeof OCI_PROGRAM - 1);
}

int main(int argc, char **argv)
{
	cleanup_arena struct arena *arena = arena_new();
	struct command_globals globals = { .head.arena = arena };
	struct err e;
	int status;

	self_begin(argv);
	/* A closed 0, 1 or 2 would be taken by the next file opened, and then written to by mistake. */
	if (fd_ensure_stdio(&e) < 0)
		return USAGE_STATUS;
	if (argc > 0 && is_called_as_oci(argv[0])) {
		argv[0] = (char[]){ OCI_GROUP };
		status = oci_dispatch(&globals, argv);
	} else {
		status = dispatch(&globals, argv + (argc > 0));
	}
	if (fflush(stdout) == 0)
		return status;
	err_sys(&e, "write to standard output");
	door_report(&e);
	return status ?: 1;
}
