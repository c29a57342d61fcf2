/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/container_options.h"

#include <stdlib.h>
#include <string.h>

#include "cli/env_file.h"
#include "engine/config_text.h"
#include "engine/detach_keys.h"

static int add_attach(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	if (!strcasecmp(value, "stdin"))
		return o->attach_stdin = 1;
	if (!strcasecmp(value, "stdout"))
		return o->attach_stdout = 1;
	if (!strcasecmp(value, "stderr"))
		return o->attach_stderr = 1;
	return err_set(e, ERR_USAGE, "stdin, stdout and stderr are known");
}

static int set_detach_keys(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;
	struct detach_keys keys;

	o->detach_keys = value;
	return detach_keys_parse(value, &keys, e);
}

static int set_explain(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	if (*value && strcmp(value, "json") != 0)
		return err_set(e, ERR_USAGE, "only \"json\" is known");
	o->explain = value;
	return 0;
}

#define STORE(field) OPTION_STORE(struct container_options, field)
#define EXPLAIN                                                                                    \
	{                                                                                          \
		"explain", 0, OPTION_OPTIONAL, "format",                                           \
			"Show what the container may do and what not, and who said so; =json; "    \
			"nothing is run",                                                          \
			set_explain                                                                \
	}

static const struct option_row run_rows[] = {
	{ "attach", 'a', OPTION_LIST, "list", "Only this stream: stdin, stdout or stderr",
	  add_attach },
	{ "detach", 'd', OPTION_SWITCH, NULL, "Leave it in the background and print its id",
	  STORE(config.detach) },
	{ "detach-keys", 0, OPTION_VALUE, "string",
	  "Keys that leave the container running (default ctrl-p,ctrl-q)", set_detach_keys },
	EXPLAIN,
	{ "sig-proxy", 0, OPTION_SWITCH, NULL, "Pass our signals on to the program (default true)",
	  STORE(sig_proxy) },
	{},
};
static const struct option_row create_rows[] = { EXPLAIN, {} };

const struct option_row *const container_run_tables[] = {
	run_rows,
	container_process_rows,
	container_limit_rows,
	container_security_rows,
	container_mount_rows,
	container_refused_rows,
	NULL,
};
const struct option_row *const container_create_tables[] = {
	create_rows,
	container_process_rows,
	container_limit_rows,
	container_security_rows,
	container_mount_rows,
	container_refused_rows,
	NULL,
};

void container_options_prepare(void *options)
{
	struct container_options *o = options;

	config_init(&o->config);
	o->sig_proxy = 1;
}

/* "NAME" alone takes the caller's value; where there is none, it keeps out the image's. */
static void add_variable(struct container_options *o, const char *text, int from_file)
{
	const char *value = strchr(text, '=') ? NULL : getenv(text);
	struct config *c = &o->config;

	if (value)
		text = arena_printf(o->head.arena, "%s=%s", text, value);
	else if (from_file && !strchr(text, '='))
		return; /* Docker's rule for lines of files */
	config_push(o->head.arena, &c->env, &c->n_env, text);
}

static int collect_env(struct container_options *o, struct err *e)
{
	struct env_list lines = { .arena = o->head.arena };

	for (size_t i = 0; i < o->env_files.n; i++) {
		if (env_file_read(o->env_files.items[i], &lines, e) < 0)
			return err_wrap(e, "--env-file");
	}
	for (size_t i = 0; i < lines.n; i++)
		add_variable(o, lines.items[i], 1);
	for (size_t i = 0; i < o->env.n; i++) {
		if (config_check_env(o->env.items[i], e) < 0)
			return err_wrap(e, "--env");
		add_variable(o, o->env.items[i], 0);
	}
	return 0;
}

/* A later label of the same key replaces the earlier one: it becomes a member of an object. */
static void add_label(struct container_options *o, const char *text)
{
	struct arena *a = o->head.arena;
	struct config *c = &o->config;
	size_t n = strcspn(text, "=");
	char *label = arena_printf(a, "%s%s", text, text[n] ? "" : "=");

	for (size_t i = 0; i < c->n_labels; i++) {
		if (!strncmp(c->labels[i], label, n + 1)) {
			c->labels[i] = label;
			return;
		}
	}
	config_push(a, &c->labels, &c->n_labels, label);
}

static int collect_labels(struct container_options *o, struct err *e)
{
	struct env_list lines = { .arena = o->head.arena };

	for (size_t i = 0; i < o->label_files.n; i++) {
		if (env_file_read(o->label_files.items[i], &lines, e) < 0)
			return err_wrap(e, "--label-file");
	}
	for (size_t i = 0; i < lines.n; i++)
		add_label(o, lines.items[i]);
	for (size_t i = 0; i < o->labels.n; i++) {
		if (config_check_label(o->labels.items[i], e) < 0)
			return err_wrap(e, "--label");
		add_label(o, o->labels.items[i]);
	}
	return 0;
}

int container_options_finish(struct container_options *o, char **arguments, size_t n_arguments,
			     struct err *e)
{
	struct config *c = &o->config;

	if (collect_env(o, e) < 0 || collect_labels(o, e) < 0)
		return -1;
	if (n_arguments > CONFIG_STRINGS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d arguments", CONFIG_STRINGS_MAX);
	c->image = arguments[0];
	for (size_t i = 1; i < n_arguments; i++)
		config_push(o->head.arena, &c->cmd, &c->n_cmd, arguments[i]);
	if (o->entrypoint)
		config_push(o->head.arena, &c->entrypoint, &c->n_entrypoint, o->entrypoint);
	if (c->detach && (o->attach_stdin || o->attach_stdout || o->attach_stderr))
		return err_set(e, ERR_USAGE, "--attach and --detach exclude each other");
	if (config_check(c, e) < 0)
		return -1;
	config_mark(c, ORIGIN_FLAG);
	return 0;
}
