/* SPDX-License-Identifier: Apache-2.0 */
/* cale load: images from a docker-archive, an OCI archive or an OCI layout folder. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/door.h"
#include "cli/image_output.h"
#include "cli/session.h"

struct load_options {
	struct options_head head;
	const char *input;
	int quiet;
};

#define STORE(field) OPTION_STORE(struct load_options, field)
static const struct option_row rows[] = {
	{ "input", 'i', OPTION_VALUE, "string",
	  "Read from this archive or OCI layout folder (default and \"-\": STDIN)", STORE(input) },
	{ "quiet", 'q', OPTION_SWITCH, NULL, "Suppress the progress output", STORE(quiet) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static void add_loaded(struct text *t, const struct image_loaded *l)
{
	if (l->replaced_id)
		text_add(t,
			 "The image %s already exists, renaming the old one with ID %s to empty "
			 "string\n",
			 l->name, l->replaced_id);
	if (l->name)
		text_add(t, "Loaded image: %s\n", l->name);
	else
		text_add(t, "Loaded image ID: %s\n", l->id);
}

static int load(struct command_call *call, struct err *e)
{
	const struct load_options *o = call->options;
	cleanup_by(text_free) struct text t = {};
	cleanup_session struct engine en = {};
	cleanup_fd int fd = -1;
	struct image_load request = { .arena = call->arena };

	fd = request.fd = image_input_open(o->input, e);
	if (fd < 0 || session_open(call, &en, e) < 0)
		return -1;
	if (!o->quiet)
		request.progress = image_output_progress();
	if (image_load(&(struct images){ &en.images, &en.layers }, &request, e) < 0)
		return err_wrap(e, "load %s", o->input ?: "-");
	for (size_t i = 0; i < request.n_loaded; i++)
		add_loaded(&t, &request.loaded[i]);
	image_output_warn(&request);
	return door_print(&t, e);
}

const struct command command_load = {
	.name = "load",
	.aliases = "image load",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS]",
	.summary = "Load images from a tar archive, an OCI layout folder or STDIN",
	.options = tables,
	.options_bytes = sizeof(struct load_options),
	.run = load,
};
