/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dispatch.h"

#include "cli/commands.h"
#include "cli/door.h"

static int check_count(const struct command *c, size_t n, struct err *e)
{
	size_t bound = n < c->arguments_min ? c->arguments_min : c->arguments_max;
	const char *how = c->arguments_min == c->arguments_max ? "exactly "
			  : n < c->arguments_min	       ? "at least "
							       : "at most ";

	if (n >= c->arguments_min && n <= c->arguments_max)
		return 0;
	if (!bound)
		return err_set(e, ERR_USAGE, "\"cale %s\" accepts no arguments", c->name);
	return err_set(e, ERR_USAGE, "\"cale %s\" requires %s%zu argument%s", c->name, how, bound,
		       bound == 1 ? "" : "s");
}

int dispatch_call(struct dispatch *d, char **argv, struct err *e)
{
	const struct command *c = d->command;
	struct arena *arena = d->globals->head.arena;
	struct command_call call = {
		.command = c,
		.globals = d->globals,
		.oci = d->oci,
		.arena = arena,
	};
	struct options_parse parse = {
		.tables = c->options,
		.stop_at_positional = c->stop_at_positional,
		.one_dash = d->oci != NULL,
	};
	struct options_head none = {}, *head = &none;

	if (c->options_bytes)
		head = arena_alloc(arena, c->options_bytes);
	head->arena = arena;
	if (c->prepare)
		c->prepare(head);
	parse.options = head;
	d->stage = DISPATCH_OPTIONS;
	if (options_parse(&parse, argv, e) < 0)
		return -1;
	if (parse.help) {
		cleanup_by(text_free) struct text t = {};

		commands_add_help(&t, c);
		return door_print(&t, e) < 0 ? -1 : 0;
	}
	d->stage = DISPATCH_ARGUMENTS;
	if (check_count(c, parse.n_arguments, e) < 0)
		return -1;
	call.options = head;
	call.arguments = argv;
	call.n_arguments = parse.n_arguments;
	d->stage = DISPATCH_RUN;
	return c->run(&call, e);
}
