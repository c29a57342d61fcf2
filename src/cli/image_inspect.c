/* SPDX-License-Identifier: Apache-2.0 */
/* cale image inspect: all that is known of images, as JSON in Docker's shape. */
#include <string.h>

#include "base/json.h"
#include "cli/door.h"
#include "cli/session.h"
#include "engine/images.h"

struct inspect_options {
	struct options_head head;
	const char *format;
};

static const struct option_row rows[] = {
	{ "format", 'f', OPTION_VALUE, "string", "\"json\" prints it on one line",
	  OPTION_STORE(struct inspect_options, format) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int inspect(struct command_call *call, struct err *e)
{
	const struct inspect_options *o = call->options;
	cleanup_by(text_free) struct text t = {};
	cleanup_session struct engine en = {};
	cleanup_json json_t *list = json_array();
	cleanup_free char *text = NULL;
	int status = 0;

	if (o->format && strcmp(o->format, "json") != 0)
		return err_set(e, ERR_USAGE, "--format %s: only json is known", o->format);
	if (session_open(call, &en, e) < 0)
		return -1;
	for (size_t i = 0; i < call->n_arguments; i++) {
		struct err one = {};
		json_t *image = image_inspect(&(struct images){ &en.images, &en.layers },
					      call->arguments[i], &one);

		if (image) {
			json_array_append_new(list, image);
		} else {
			door_report(&one);
			status = 1;
		}
	}
	text = json_dump(list, !o->format);
	text_add(&t, "%s\n", text);
	return door_print(&t, e) < 0 ? -1 : status;
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
	.run = inspect,
};
