/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci ps: the processes in a container, by the host's ps(1). */
#include <stdlib.h>
#include <string.h>

#include "cli/door.h"
#include "cli/oci.h"
#include "oci/processes.h"

struct ps_options {
	struct options_head head;
	const char *format;
};

static const struct option_row rows[] = {
	{ "format", 'f', OPTION_VALUE, "string", "table (default) or json: a list of process ids",
	  OPTION_STORE(struct ps_options, format) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int ps(struct command_call *call, struct err *e)
{
	const struct ps_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	cleanup_by(text_free) struct text t = {};
	int json = o->format && !strcmp(o->format, "json"), failed;
	struct oci_pids pids;

	if (o->format && !json && strcmp(o->format, "table") != 0)
		return err_set(e, ERR_USAGE, "invalid format option \"%s\": table or json",
			       o->format);
	if (oci_open_container(call, &store, &c, e) < 0 || oci_processes(&c, &pids, e) < 0)
		return -1;
	if (json)
		oci_processes_add_json(&t, &pids);
	failed = !json && oci_processes_add_table(&t, &pids, call->arguments + 1, e) < 0;
	return failed || door_print(&t, e) < 0 ? -1 : 0;
}

const struct command command_oci_ps = {
	.name = "oci ps",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID [PS OPTIONS]",
	.summary = "List the processes in a container",
	.options = tables,
	.options_bytes = sizeof(struct ps_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.stop_at_positional = 1,
	.run = ps,
};
