/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci checkpoint: saves a container into files with CRIU; then it is gone, as with runc. */
#include "cli/door.h"
#include "cli/oci_criu_options.h"
#include "oci/checkpoint.h"
#include "oci/delete.h"

#define STORE(field) OPTION_STORE(struct oci_criu_command, criu.field)

static const struct option_row rows[] = {
	{ "leave-running", 0, OPTION_SWITCH, NULL, "Let the container go on",
	  STORE(leave_running) },
	{ "link-remap", 0, OPTION_SWITCH, NULL, "Give deleted files that are open a name again",
	  STORE(link_remap) },
	{ "page-server", 0, OPTION_VALUE, "address:port", "Send the memory there",
	  STORE(page_server) },
	{ "parent-path", 0, OPTION_VALUE, "dir", "Former images, below the images' folder",
	  STORE(parent_path) },
	{ "pre-dump", 0, OPTION_SWITCH, NULL, "Save only the memory, and let the container go on",
	  STORE(pre_dump) },
	{ "status-fd", 0, OPTION_VALUE, "fd", "Write a NUL there when lazy pages can be had",
	  STORE(status_fd) },
	{ "tcp-skip-in-flight", 0, OPTION_SWITCH, NULL, "Leave out connections that are being made",
	  STORE(tcp_skip_in_flight) },
	{},
};
static const struct option_row *const tables[] = { oci_criu_rows, rows, NULL };

static void warn(const struct err *e)
{
	door_warn("%s", e->text);
}

static int checkpoint(struct command_call *call, struct err *e)
{
	const struct oci_criu_command *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	struct criu_options request;

	if (oci_open_container(call, &store, &c, e) < 0 ||
	    oci_criu_request(call, &o->criu, &request, e) < 0 ||
	    oci_checkpoint(&c, &request, e) < 0)
		return -1;
	return request.leave_running || request.pre_dump ? 0 : oci_delete(&c, 1, warn, e);
}

const struct command command_oci_checkpoint = {
	.name = "oci checkpoint",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID",
	.summary = "Save a running container into files, with CRIU",
	.options = tables,
	.options_bytes = sizeof(struct oci_criu_command),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = checkpoint,
};
