/* SPDX-License-Identifier: Apache-2.0 */
/* cale start, cale attach: start stopped containers; be with a running one. */
#include <stdio.h>
#include <unistd.h>

#include "cli/attached.h"
#include "cli/session.h"
#include "engine/container.h"
#include "engine/container_info.h"
#include "engine/detach_keys.h"
#include "engine/monitor.h"
#include "engine/tty.h"

struct start_options {
	struct options_head head;
	int attach, interactive, no_stdin, sig_proxy;
	const char *detach_keys;
};

static const struct option_row start_rows[] = {
	{ "attach", 'a', OPTION_SWITCH, NULL, "Stay with it: show its output, pass signals on",
	  OPTION_STORE(struct start_options, attach) },
	{ "detach-keys", 0, OPTION_VALUE, "string",
	  "Keys that leave the container running (default ctrl-p,ctrl-q)",
	  OPTION_STORE(struct start_options, detach_keys) },
	{ "interactive", 'i', OPTION_SWITCH, NULL, "Stay with it, with our standard input",
	  OPTION_STORE(struct start_options, interactive) },
	{},
};
static const struct option_row *const start_tables[] = { start_rows, NULL };

static const struct option_row attach_rows[] = {
	{ "detach-keys", 0, OPTION_VALUE, "string",
	  "Keys that leave the container running (default ctrl-p,ctrl-q)",
	  OPTION_STORE(struct start_options, detach_keys) },
	{ "no-stdin", 0, OPTION_SWITCH, NULL, "Leave our standard input out",
	  OPTION_STORE(struct start_options, no_stdin) },
	{ "sig-proxy", 0, OPTION_SWITCH, NULL, "Pass our signals on to the program (default true)",
	  OPTION_STORE(struct start_options, sig_proxy) },
	{},
};
static const struct option_row *const attach_tables[] = { attach_rows, NULL };

static void prepare(void *options)
{
	((struct start_options *)options)->sig_proxy = 1;
}

static int start_attached(struct engine *en, const char *name, const struct start_options *o,
			  struct err *e)
{
	struct container_summary c;
	struct attached a = { .sig_proxy = 1, .detach_keys = o->detach_keys };
	struct container_begin begin = { .streams = MONITOR_STDOUT };
	struct detach_keys keys;

	/* Now, not when it runs already. */
	if (o->detach_keys && detach_keys_parse(o->detach_keys, &keys, e) < 0)
		return err_wrap(e, "--detach-keys");
	if (container_summarize(en, name, o->head.arena, &c, e) < 0)
		return -1;
	a.tty = c.record.config.tty;
	a.forward_stdin = o->interactive && c.record.config.open_stdin;
	a.show_stdout = 1;
	a.show_stderr = !a.tty;
	begin.streams |=
		(a.forward_stdin ? MONITOR_STDIN : 0) | (a.show_stderr ? MONITOR_STDERR : 0);
	if (attached_check_tty(a.tty, a.forward_stdin, e) < 0)
		return -1;
	tty_size(STDOUT_FILENO, &begin.rows, &begin.columns);
	if (container_start(en, name, &begin, e) < 0)
		return -1;
	a.socket_fd = begin.client_fd;
	/* It ran already: join in. */
	if (a.socket_fd < 0)
		a.socket_fd = container_attach(en, name, begin.streams, &a.tty, e);
	return a.socket_fd < 0 ? -1 : attached_run(&a, e);
}

static int start_one(struct engine *en, const char *name, void *options, struct err *e)
{
	struct container_begin begin = {};

	(void)options;
	return container_start(en, name, &begin, e);
}

static int start(struct command_call *call, struct err *e)
{
	const struct start_options *o = call->options;
	struct engine en;
	int status;

	if (!o->attach && !o->interactive)
		return session_for_each_printed(call, start_one, e);
	if (call->n_arguments > 1)
		return err_set(e, ERR_USAGE, "-a and -i take a single container");
	if (session_open(call, &en, e) < 0)
		return -1;
	status = start_attached(&en, call->arguments[0], o, e);
	engine_close(&en);
	return status;
}

static int attach(struct command_call *call, struct err *e)
{
	const struct start_options *o = call->options;
	struct attached a = { .show_stdout = 1,
			      .sig_proxy = o->sig_proxy,
			      .detach_keys = o->detach_keys };
	unsigned streams = MONITOR_STDOUT | MONITOR_STDERR | (o->no_stdin ? 0 : MONITOR_STDIN);
	struct container_summary c;
	struct engine en;
	int status = -1;

	if (session_open(call, &en, e) < 0)
		return -1;
	if (container_summarize(&en, call->arguments[0], call->arena, &c, e) == 0) {
		a.forward_stdin = !o->no_stdin && c.record.config.open_stdin;
		a.show_stderr = !c.record.config.tty;
		a.socket_fd = container_attach(&en, call->arguments[0], streams, &a.tty, e);
		status = a.socket_fd < 0 ? -1 : attached_run(&a, e);
	}
	engine_close(&en);
	return status;
}

const struct command command_start = {
	.name = "start",
	.aliases = "container start",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] CONTAINER [CONTAINER...]",
	.summary = "Start containers that don't run",
	.options = start_tables,
	.options_bytes = sizeof(struct start_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.starts_processes = 1,
	.run = start,
};

const struct command command_attach = {
	.name = "attach",
	.aliases = "container attach",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS] CONTAINER",
	.summary = "Join a running container with our terminal",
	.options = attach_tables,
	.options_bytes = sizeof(struct start_options),
	.prepare = prepare,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = attach,
};
