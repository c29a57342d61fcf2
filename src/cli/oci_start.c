/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci start: lets a created container execute its program. */
#include <stdlib.h>

#include "cli/oci.h"
#include "oci/start.h"

static int start(struct command_call *call, struct err *e)
{
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	cleanup_oci_notify struct oci_notify notify = OCI_NOTIFY_NONE;

	if (oci_open_container(call, &store, &c, e) < 0 ||
	    oci_start(&c, getenv("NOTIFY_SOCKET"), &notify, e) < 0)
		return -1;
	return oci_notify_await(&notify, e);
}

const struct command command_oci_start = {
	.name = "oci start",
	.section = SECTION_HIDDEN,
	.usage = "ID",
	.summary = "Execute the program of a created container",
	.arguments_min = 1,
	.arguments_max = 1,
	.run = start,
};
