/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci state: the state document, with runc's members besides the specification's. */
#include "cli/door.h"
#include "cli/oci.h"
#include "oci/report.h"

static int state(struct command_call *call, struct err *e)
{
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	cleanup_by(text_free) struct text t = {};

	if (oci_open_store(call, 0, &store, e) < 0 ||
	    oci_container_open_made(&store, call->arguments[0], call->arena, &c, e) < 0)
		return -1;
	oci_report_add_state(&t, &c);
	return door_print(&t, e) < 0 ? -1 : 0;
}

const struct command command_oci_state = {
	.name = "oci state",
	.section = SECTION_HIDDEN,
	.usage = "ID",
	.summary = "Show a container's state as JSON",
	.arguments_min = 1,
	.arguments_max = 1,
	.run = state,
};
