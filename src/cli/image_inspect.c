/* SPDX-License-Identifier: Apache-2.0 */
/* cale image inspect: everything that is known of images, as JSON. */
#include "cli/inspect_objects.h"

static const struct option_row *const tables[] = { inspect_format_rows, NULL };

static int inspect_image(struct command_call *call, struct err *e)
{
	return inspect_objects(call, "image", e);
}

const struct command command_image_inspect = {
	.name = "image inspect",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] IMAGE [IMAGE...]",
	.summary = "Show all that is known of images, as JSON",
	.options = tables,
	.options_bytes = sizeof(struct inspect_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = inspect_image,
};
