/* SPDX-License-Identifier: Apache-2.0 */
/* cale inspect: everything that is known of containers, as JSON. */
#include <stdlib.h>
#include <string.h>

#include "cli/door.h"
#include "cli/session.h"
#include "cli/template.h"
#include "engine/container_info.h"

struct inspect_options {
	struct options_head head;
	const char *format, *type;
};

#define STORE(field) OPTION_STORE(struct inspect_options, field)
static const struct option_row rows[] = {
	{ "format", 'f', OPTION_VALUE, "string", "json, or a TEMPLATE with {{.State.Status}} …",
	  STORE(format) },
	{ "type", 0, OPTION_VALUE, "string", "Only objects of this type: container", STORE(type) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int print_all(const json_t *list, const char *format, struct err *e)
{
	cleanup_by(text_free) struct text t = {};

	if (!format || !strcmp(format, "json")) {
		cleanup_free char *json = json_dump(list, format ? 0 : 4);

		text_add(&t, "%s\n", json);
		return door_print(&t, e);
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (template_add(&t, format, json_array_get(list, i), e) < 0)
			return -1;
		text_add(&t, "\n");
	}
	return door_print(&t, e);
}

/* What exists is printed, then what doesn't is said: scripts rely on both. */
static int inspect(struct command_call *call, struct err *e)
{
	cleanup_json json_t *list = json_array();
	const struct inspect_options *o = call->options;
	struct err first = {};
	struct engine en;

	if (o->type && strcmp(o->type, "container") != 0)
		return err_set(e, ERR_USAGE, "--type %s: only container is built", o->type);
	if (session_open(call, &en, e) < 0)
		return -1;
	for (size_t i = 0; i < call->n_arguments; i++) {
		struct err one = {};
		json_t *object = container_inspect(&en, call->arguments[i], &one);

		if (object)
			json_array_append_new(list, object);
		else if (first.code == ERR_NONE)
			first = one;
	}
	engine_close(&en);
	if (print_all(list, o->format, e) < 0)
		return -1;
	if (first.code == ERR_NONE)
		return 0;
	*e = first;
	return -1;
}

const struct command command_inspect = {
	.name = "inspect",
	.aliases = "container inspect",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS] NAME|ID [NAME|ID...]",
	.summary = "Show all that is known of containers, as JSON",
	.options = tables,
	.options_bytes = sizeof(struct inspect_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = inspect,
};
