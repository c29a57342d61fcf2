/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of run and create: the program, its surroundings and its end. */
#include <string.h>

#include "base/parse.h"
#include "cli/container_options.h"
#include "engine/config_text.h"

#define STORE(field) OPTION_STORE(struct container_options, field)

static int set_stop_timeout(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_int(value, -1, INT32_MAX, &o->config.stop_timeout_sec, e);
}

static int set_restart(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return config_parse_restart(value, &o->config.restart, e);
}

const struct option_row container_process_rows[] = {
	{ "entrypoint", 0, OPTION_VALUE, "string", "Overwrite the default ENTRYPOINT of the image",
	  STORE(entrypoint) },
	{ "env", 'e', OPTION_LIST, "list", "Set environment variables", STORE(env) },
	{ "env-file", 0, OPTION_LIST, "list", "Read in a file of environment variables",
	  STORE(env_files) },
	{ "hostname", 'h', OPTION_VALUE, "string", "Container host name", STORE(config.hostname) },
	{ "init", 0, OPTION_SWITCH, NULL,
	  "Run an init inside the container that forwards signals and reaps processes",
	  STORE(config.init) },
	{ "interactive", 'i', OPTION_SWITCH, NULL, "Keep STDIN open even if not attached",
	  STORE(config.open_stdin) },
	{ "label", 'l', OPTION_LIST, "list", "Set meta data on a container", STORE(labels) },
	{ "label-file", 0, OPTION_LIST, "list", "Read in a line delimited file of labels",
	  STORE(label_files) },
	{ "name", 0, OPTION_VALUE, "string", "Assign a name to the container", STORE(config.name) },
	{ "network", 0, OPTION_VALUE, "network",
	  "none or host (default: none until bridge networks are built)", STORE(config.network) },
	{ "net", 0, OPTION_VALUE, "network", NULL, STORE(config.network) },
	{ "restart", 0, OPTION_VALUE, "string",
	  "Restart policy when a container exits: no, always, unless-stopped, on-failure[:N]",
	  set_restart },
	{ "rm", 0, OPTION_SWITCH, NULL, "Automatically remove the container when it exits",
	  STORE(config.auto_remove) },
	{ "stop-signal", 0, OPTION_VALUE, "string", "Signal to stop the container",
	  STORE(config.stop_signal) },
	{ "stop-timeout", 0, OPTION_VALUE, "int", "Timeout (in seconds) to stop a container",
	  set_stop_timeout },
	{ "tty", 't', OPTION_SWITCH, NULL, "Allocate a pseudo-TTY", STORE(config.tty) },
	{ "user", 'u', OPTION_VALUE, "string", "Username or UID (format: <name|uid>[:<group|gid>])",
	  STORE(config.user) },
	{ "workdir", 'w', OPTION_VALUE, "string", "Working directory inside the container",
	  STORE(config.workdir) },
	{},
};
