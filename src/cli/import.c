/* SPDX-License-Identifier: Apache-2.0 */
/* cale import: a root file system's tar becomes an image. */
#include <string.h>

#include "cli/door.h"
#include "cli/image_output.h"
#include "cli/session.h"

struct import_options {
	struct options_head head;
	struct option_list changes;
	const char *message;
};

#define STORE(field) OPTION_STORE(struct import_options, field)
static const struct option_row rows[] = {
	{ "change", 'c', OPTION_LIST, "list", "Apply Dockerfile instruction to the created image",
	  STORE(changes) },
	{ "message", 'm', OPTION_VALUE, "string", "Set commit message for imported image",
	  STORE(message) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int import(struct command_call *call, struct err *e)
{
	const struct import_options *o = call->options;
	const char *source = call->arguments[0];
	const struct image_import what = {
		.name = call->n_arguments > 1 ? call->arguments[1] : NULL,
		.message = o->message,
		.changes = o->changes.items,
		.n_changes = o->changes.n,
	};
	cleanup_by(text_free) struct text t = {};
	cleanup_session struct engine en = {};
	cleanup_fd int fd = -1;
	struct image_load request = { .arena = call->arena, .progress = image_output_progress() };

	if (strstr(source, "://")) {
		err_set(e, ERR_USAGE, "%s: URLs are not taken", source);
		return err_hint(e, "curl … | cale import -");
	}
	fd = request.fd = image_input_open(source, e);
	if (fd < 0 || session_open(call, &en, e) < 0)
		return -1;
	if (image_import(&(struct images){ &en.images, &en.layers }, &what, &request, e) < 0)
		return err_wrap(e, "import %s", source);
	image_output_warn(&request);
	text_add(&t, "%s\n", request.loaded[0].id);
	return door_print(&t, e);
}

const struct command command_import = {
	.name = "import",
	.aliases = "image import",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS] FILE|- [REPOSITORY[:TAG]]",
	.summary = "Make an image from a root file system in a tar file",
	.options = tables,
	.options_bytes = sizeof(struct import_options),
	.arguments_min = 1,
	.arguments_max = 2,
	.run = import,
};
