/* SPDX-License-Identifier: Apache-2.0 */
/* cale version: this build and what it is linked with and runs on. */
#include <string.h>
#include <sys/utsname.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/door.h"

struct version_options {
	struct options_head head;
	const char *format;
};

static const struct option_row rows[] = {
	{ "format", 'f', OPTION_VALUE, "string", "\"json\" prints JSON",
	  OPTION_STORE(struct version_options, format) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

#define FACTS_MAX 5

struct fact {
	const char *name, *value;
};

static size_t collect(struct arena *a, struct fact *facts)
{
	struct utsname host;
	size_t n = 0;

	facts[n++] = (struct fact){ "Version", CALE_VERSION };
	facts[n++] = (struct fact){ "Compiler", __VERSION__ };
	facts[n++] = (struct fact){ "Jansson", jansson_version_str() };
	if (uname(&host) == 0) {
		facts[n++] = (struct fact){ "Kernel", arena_strdup(a, host.release) };
		facts[n++] = (struct fact){ "Arch", arena_strdup(a, host.machine) };
	}
	return n;
}

static int version(struct command_call *call, struct err *e)
{
	const struct version_options *options = call->options;
	cleanup_by(text_free) struct text t = {};
	struct fact facts[FACTS_MAX];
	size_t n = collect(call->arena, facts);

	if (options->format && strcmp(options->format, "json") != 0)
		return err_set(e, ERR_USAGE, "--format %s: only json is known", options->format);
	if (options->format) {
		cleanup_json json_t *o = json_object();
		cleanup_free char *json = NULL;

		for (size_t i = 0; i < n; i++)
			json_put_string(o, facts[i].name, facts[i].value);
		json = json_dump(o, 0);
		text_add(&t, "%s\n", json);
		return door_print(&t, e);
	}
	text_add(&t, "Cale\n");
	for (size_t i = 0; i < n; i++)
		text_add(&t, " %-12s %s\n", arena_printf(call->arena, "%s:", facts[i].name),
			 facts[i].value);
	return door_print(&t, e);
}

const struct command command_version = {
	.name = "version",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS]",
	.summary = "Show the Cale version information",
	.options = tables,
	.options_bytes = sizeof(struct version_options),
	.run = version,
};
