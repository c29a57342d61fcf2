/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci list: all containers of the root folder. */
#include <string.h>

#include "cli/door.h"
#include "cli/oci.h"
#include "oci/report.h"

struct list_options {
	struct options_head head;
	const char *format;
	int quiet;
};

static const struct option_row rows[] = {
	{ "format", 'f', OPTION_VALUE, "string", "table (default) or json",
	  OPTION_STORE(struct list_options, format) },
	{ "quiet", 'q', OPTION_SWITCH, NULL, "Only ids", OPTION_STORE(struct list_options, quiet) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int list(struct command_call *call, struct err *e)
{
	const struct list_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_by(text_free) struct text t = {};
	int json = o->format && !strcmp(o->format, "json");
	size_t n;
	char **ids;

	if (o->format && !json && strcmp(o->format, "table") != 0)
		return err_set(e, ERR_USAGE, "invalid format option \"%s\": table or json",
			       o->format);
	if (oci_open_store(call, 0, &store, e) < 0)
		return -1;
	ids = oci_store_list(&store, call->arena, &n, e);
	if (!ids)
		return -1;
	if (o->quiet) {
		for (size_t i = 0; i < n; i++)
			text_add(&t, "%s\n", ids[i]);
	} else if (json) {
		oci_report_add_list_json(&t, &store, ids, n);
	} else {
		oci_report_add_list(&t, &store, ids, n);
	}
	return door_print(&t, e) < 0 ? -1 : 0;
}

const struct command command_oci_list = {
	.name = "oci list",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS]",
	.summary = "List the containers",
	.options = tables,
	.options_bytes = sizeof(struct list_options),
	.run = list,
};
