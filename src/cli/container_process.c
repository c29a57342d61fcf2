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
	{ "cidfile", 0, OPTION_VALUE, "string", "File to be made with the container's id in it",
	  STORE(cidfile) },
	{ "entrypoint", 0, OPTION_VALUE, "string",
	  "Program to run in place of the image's ENTRYPOINT", STORE(entrypoint) },
	{ "env", 'e', OPTION_LIST, "list",
	  "Environment variable NAME=value, or NAME to pass ours on", STORE(env) },
	{ "env-file", 0, OPTION_LIST, "list", "File with a variable on each line",
	  STORE(env_files) },
	{ "hostname", 'h', OPTION_VALUE, "string", "Host name that the container sees",
	  STORE(config.hostname) },
	{ "init", 0, OPTION_SWITCH, NULL,
	  "Put a small init in front: it passes signals on and reaps orphans", STORE(config.init) },
	{ "interactive", 'i', OPTION_SWITCH, NULL,
	  "Leave standard input open, also with nobody attached", STORE(config.open_stdin) },
	{ "label", 'l', OPTION_LIST, "list", "Label KEY=value", STORE(labels) },
	{ "label-file", 0, OPTION_LIST, "list", "File with a label on each line",
	  STORE(label_files) },
	{ "name", 0, OPTION_VALUE, "string", "Name instead of a made-up one", STORE(config.name) },
	{ "network", 0, OPTION_VALUE, "network",
	  "none or host (default: none until bridge networks are built)", STORE(config.network) },
	{ "net", 0, OPTION_VALUE, "network", NULL, STORE(config.network) },
	{ "restart", 0, OPTION_VALUE, "string",
	  "When it ends: no, always, unless-stopped, on-failure[:N]", set_restart },
	{ "rm", 0, OPTION_SWITCH, NULL, "Take the container away when it has ended",
	  STORE(config.auto_remove) },
	{ "stop-signal", 0, OPTION_VALUE, "string", "Signal that asks the program to end",
	  STORE(config.stop_signal) },
	{ "stop-timeout", 0, OPTION_VALUE, "int", "Seconds between that signal and SIGKILL",
	  set_stop_timeout },
	{ "tty", 't', OPTION_SWITCH, NULL, "Give the program a terminal", STORE(config.tty) },
	{ "user", 'u', OPTION_VALUE, "string",
	  "Who runs the program: USER[:GROUP], names or numbers", STORE(config.user) },
	{ "workdir", 'w', OPTION_VALUE, "string", "Folder in the container to start in",
	  STORE(config.workdir) },
	{},
};
