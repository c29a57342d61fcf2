/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci resume */
#include "cli/oci.h"
#include "oci/pause.h"

static int resume_command(struct command_call *call, struct err *e)
{
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };

	if (oci_open_container(call, &store, &c, e) < 0)
		return -1;
	return oci_resume(&c, e);
}

const struct command command_oci_resume = {
	.name = "oci resume",
	.section = SECTION_HIDDEN,
	.usage = "ID",
	.summary = "Resume all processes of a paused container",
	.arguments_min = 1,
	.arguments_max = 1,
	.run = resume_command,
};
