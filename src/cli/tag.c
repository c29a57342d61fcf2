/* SPDX-License-Identifier: Apache-2.0 */
/* cale tag: one more name for an image. */
#include "cli/command.h"
#include "cli/session.h"
#include "engine/images.h"

static int tag(struct command_call *call, struct err *e)
{
	cleanup_session struct engine en = {};

	if (session_open(call, &en, e) < 0)
		return -1;
	return image_tag(&(struct images){ &en.images, &en.layers }, call->arguments[0],
			 call->arguments[1], e);
}

const struct command command_tag = {
	.name = "tag",
	.aliases = "image tag",
	.section = SECTION_OTHER,
	.usage = "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
	.summary = "Give an image one more name",
	.arguments_min = 2,
	.arguments_max = 2,
	.run = tag,
};
