/* SPDX-License-Identifier: Apache-2.0 */
/* cale run, cale create: make a container from an image; run starts it and stays with it. */
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/attached.h"
#include "cli/cidfile.h"
#include "cli/container_options.h"
#include "cli/door.h"
#include "cli/session.h"
#include "engine/container.h"
#include "engine/explain.h"
#include "engine/monitor.h"
#include "engine/tty.h"

static int explain(struct engine *en, struct container_options *o, struct err *e)
{
	cleanup_by(text_free) struct text t = {};
	struct plan plan;

	if (container_explain(en, &o->config, o->head.arena, &plan, e) < 0)
		return -1;
	if (*o->explain) {
		cleanup_json json_t *j = explain_json(&plan);
		cleanup_free char *text = json_dump(j, 1);

		text_add(&t, "%s\n", text);
	} else {
		explain_text(&plan, &t);
	}
	return door_print(&t, e);
}

/* Docker: without -a all of stdout and stderr, and stdin with -i. */
static void choose_streams(const struct container_options *o, struct attached *a)
{
	int chosen = o->attach_stdin || o->attach_stdout || o->attach_stderr;

	a->tty = o->config.tty;
	a->forward_stdin = o->config.open_stdin && (!chosen || o->attach_stdin);
	a->show_stdout = !chosen || o->attach_stdout;
	a->show_stderr = !o->config.tty && (!chosen || o->attach_stderr);
	a->sig_proxy = o->sig_proxy;
	a->detach_keys = o->detach_keys;
}

static unsigned stream_bits(const struct attached *a)
{
	return (a->forward_stdin ? MONITOR_STDIN : 0) | (a->show_stdout ? MONITOR_STDOUT : 0) |
	       (a->show_stderr ? MONITOR_STDERR : 0);
}

static int run_in(struct engine *en, struct container_options *o, struct err *e)
{
	cleanup_by(cidfile_end) struct cidfile cidfile = { .fd = -1 };
	struct container_begin begin = {};
	struct attached a = {};

	if (o->explain)
		return explain(en, o, e);
	if (!o->config.detach) {
		choose_streams(o, &a);
		begin.streams = stream_bits(&a);
		if (attached_check_tty(a.tty, a.forward_stdin, e) < 0)
			return -1;
	}
	if (o->config.tty)
		tty_size(STDOUT_FILENO, &begin.rows, &begin.columns);
	if (cidfile_claim(o->cidfile, &cidfile, e) < 0 ||
	    container_run(en, &o->config, &begin, e) < 0 ||
	    cidfile_write(&cidfile, begin.id, e) < 0)
		return -1;
	a.socket_fd = begin.client_fd;
	/* The container has its own life now; an attached user may stay long. */
	if (a.socket_fd >= 0)
		return attached_run(&a, e);
	printf("%s\n", begin.id);
	return 0;
}

static int run(struct command_call *call, struct err *e)
{
	struct container_options *o = call->options;
	struct engine en;
	int status;

	if (container_options_finish(o, call->arguments, call->n_arguments, e) < 0 ||
	    session_open(call, &en, e) < 0)
		return -1;
	status = run_in(&en, o, e);
	engine_close(&en);
	return status;
}

static int create_in(struct engine *en, struct container_options *o, struct err *e)
{
	cleanup_by(cidfile_end) struct cidfile cidfile = { .fd = -1 };
	char id[CONTAINER_ID_SIZE];

	if (o->explain)
		return explain(en, o, e);
	if (cidfile_claim(o->cidfile, &cidfile, e) < 0 ||
	    container_create(en, &o->config, id, e) < 0 || cidfile_write(&cidfile, id, e) < 0)
		return -1;
	printf("%s\n", id);
	return 0;
}

static int create(struct command_call *call, struct err *e)
{
	struct container_options *o = call->options;
	struct engine en;
	int failed;

	if (container_options_finish(o, call->arguments, call->n_arguments, e) < 0 ||
	    session_open(call, &en, e) < 0)
		return -1;
	failed = create_in(&en, o, e);
	engine_close(&en);
	return failed;
}

const struct command command_run = {
	.name = "run",
	.aliases = "container run",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] IMAGE [COMMAND] [ARG...]",
	.summary = "Run a program from an image in a new container",
	.description =
		"The exit status is the container's; 125 when Cale itself failed, 126 when the "
		"command can't be executed, 127 when it isn't there.",
	.options = container_run_tables,
	.options_bytes = sizeof(struct container_options),
	.prepare = container_options_prepare,
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.stop_at_positional = 1,
	.failure_status = 125,
	.starts_processes = 1,
	.run = run,
};

const struct command command_create = {
	.name = "create",
	.aliases = "container create",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] IMAGE [COMMAND] [ARG...]",
	.summary = "Make a container without starting it",
	.options = container_create_tables,
	.options_bytes = sizeof(struct container_options),
	.prepare = container_options_prepare,
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.stop_at_positional = 1,
	.failure_status = 125,
	.starts_processes = 1,
	.run = create,
};
