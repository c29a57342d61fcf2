/* SPDX-License-Identifier: Apache-2.0 */
/* cale exec: a further program in a running container. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/session.h"
#include "engine/container.h"

struct exec_options {
	struct options_head head;
	int detach, interactive, tty, privileged;
	const char *user, *workdir, *detach_keys;
	struct option_list env;
};

static const struct option_row rows[] = {
	{ "detach", 'd', OPTION_SWITCH, NULL, "Leave it in the background",
	  OPTION_STORE(struct exec_options, detach) },
	{ "detach-keys", 0, OPTION_VALUE, "string",
	  "Keys that leave the container running (default ctrl-p,ctrl-q)",
	  OPTION_STORE(struct exec_options, detach_keys) },
	{ "env", 'e', OPTION_LIST, "list",
	  "Environment variable NAME=value, or NAME to pass ours on",
	  OPTION_STORE(struct exec_options, env) },
	{ "interactive", 'i', OPTION_SWITCH, NULL,
	  "Leave standard input open, also with nobody attached",
	  OPTION_STORE(struct exec_options, interactive) },
	{ "privileged", 0, OPTION_SWITCH, NULL,
	  "All capabilities that the container's namespaces can give",
	  OPTION_STORE(struct exec_options, privileged) },
	{ "tty", 't', OPTION_SWITCH, NULL, "Give the program a terminal",
	  OPTION_STORE(struct exec_options, tty) },
	{ "user", 'u', OPTION_VALUE, "string", "Who runs it: USER[:GROUP], names or numbers",
	  OPTION_STORE(struct exec_options, user) },
	{ "workdir", 'w', OPTION_VALUE, "string", "Folder in the container to start in",
	  OPTION_STORE(struct exec_options, workdir) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

/* "NAME" alone takes the value from our own environment, and nothing when it isn't there. */
static int read_env(const struct exec_options *o, struct container_exec *request, struct err *e)
{
	struct arena *a = o->head.arena;

	for (size_t i = 0; i < o->env.n; i++) {
		const char *item = o->env.items[i], *value;

		if (!*item || *item == '=')
			return err_set(e, ERR_USAGE, "--env \"%s\": no name", item);
		if (!strchr(item, '=')) {
			value = getenv(item);
			if (!value)
				continue;
			item = arena_printf(a, "%s=%s", item, value);
		}
		ARENA_PUSH(a, request->env, request->n_env) = arena_strdup(a, item);
	}
	return 0;
}

static int exec(struct command_call *call, struct err *e)
{
	const struct exec_options *o = call->options;
	struct container_exec request = {
		.args = call->arguments + 1,
		.user = o->user,
		.workdir = o->workdir,
		.tty = o->tty,
		.open_stdin = o->interactive,
		.detach = o->detach,
		.privileged = o->privileged,
		.detach_keys = o->detach_keys,
	};
	struct engine en;
	int code, failed;

	if (o->tty && o->interactive && !o->detach && !isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "the input device is not a TTY");
	if (read_env(o, &request, e) < 0 || session_open(call, &en, e) < 0)
		return -1;
	failed = container_exec(&en, call->arguments[0], &request, &code, e);
	engine_close(&en);
	return failed ? -1 : code;
}

const struct command command_exec = {
	.name = "exec",
	.aliases = "container exec",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] CONTAINER COMMAND [ARG...]",
	.summary = "Run one more program in a running container",
	.options = tables,
	.options_bytes = sizeof(struct exec_options),
	.arguments_min = 2,
	.arguments_max = ARGUMENTS_ANY,
	.stop_at_positional = 1,
	.starts_processes = 1,
	.run = exec,
};
