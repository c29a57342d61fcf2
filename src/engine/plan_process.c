/* SPDX-License-Identifier: Apache-2.0 */
/* What is executed, with which variables, where and as whom. */
#include <string.h>

#include "confine/defaults.h"
#include "engine/plan_parts.h"

#define HOSTNAME_DIGITS 12

static size_t key_length(const char *variable)
{
	return strcspn(variable, "=");
}

/* The last item with that key from `first` on, or NULL. */
static const char *find_key(char *const *env, size_t first, size_t n, const char *variable)
{
	size_t length = key_length(variable);

	for (size_t i = n; i > first; i--) {
		const char *one = env[i - 1];

		if (key_length(one) == length && !memcmp(one, variable, length))
			return one;
	}
	return NULL;
}

/*
 * As Docker has it: PATH, HOSTNAME and TERM first, where nobody gave them; of two with the same key
 * the later counts; a key without "=" takes the variable away.
 */
static char **make_env(const struct planning *p)
{
	const struct config *c = p->config;
	char *const usual[] = {
		arena_strdup(p->arena, defaults.path_env),
		arena_printf(p->arena, "HOSTNAME=%s", p->spec->hostname),
		c->tty ? arena_strdup(p->arena, "TERM=xterm") : NULL,
	};
	char **env = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		if (usual[i] && !find_key(c->env, 0, c->n_env, usual[i]))
			config_push(p->arena, &env, &n, usual[i]);
	}
	for (size_t i = 0; i < c->n_env; i++) {
		if (strchr(c->env[i], '=') && !find_key(c->env, i + 1, c->n_env, c->env[i]))
			config_push(p->arena, &env, &n, c->env[i]);
	}
	return env ?: arena_alloc(p->arena, sizeof *env);
}

static char **make_args(const struct planning *p)
{
	const struct config *c = p->config;
	char **args = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->n_entrypoint; i++)
		config_push(p->arena, &args, &n, c->entrypoint[i]);
	for (size_t i = 0; i < c->n_cmd; i++)
		config_push(p->arena, &args, &n, c->cmd[i]);
	return args;
}

int plan_process(struct planning *p, struct err *e)
{
	const struct config *c = p->config;
	struct spec_process *process = &p->spec->process;

	p->spec->hostname = c->hostname ?: arena_strndup(p->arena, p->in->id, HOSTNAME_DIGITS);
	process->args = make_args(p);
	if (!process->args || !*process->args[0])
		return err_set(
			e, ERR_USAGE,
			"there is nothing to run: neither image nor command line name a program");
	process->env = make_env(p);
	process->cwd = c->workdir ?: "/";
	process->user.name = c->user ?: "0"; /* by name: its groups and HOME are looked up */
	process->terminal = c->tty;
	process->init = c->init;
	plan_say(p, MAY(USER), "run %s as %s", process->args[0],
		 c->user ? arena_printf(p->arena, "user %s", c->user) : "root of the container");
	return 0;
}
