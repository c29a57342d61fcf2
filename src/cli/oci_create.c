/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci create: a container whose program waits for `oci start`. */
#include "cli/oci_bundle_options.h"

static const struct option_row *const tables[] = { oci_bundle_rows, NULL };

static int create(struct command_call *call, struct err *e)
{
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	struct runtime_process process;
	struct oci_create request;

	if (oci_bundle_request(call, &store, &request, e) < 0)
		return -1;
	request.detached = request.by_start = 1;
	if (oci_create(&request, call->arena, &c, &process, e) < 0)
		return -1;
	oci_warn_of(call, &c);
	runtime_close(&process);
	return 0;
}

const struct command command_oci_create = {
	.name = "oci create",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID",
	.summary = "Create a container from a bundle",
	.options = tables,
	.options_bytes = sizeof(struct oci_bundle_options),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = create,
};
