/* SPDX-License-Identifier: Apache-2.0 */
/* cale rmi: names of images, and images with their last name. */
#include "cli/door.h"
#include "cli/session.h"
#include "engine/image_users.h"
#include "engine/images.h"

struct rmi_options {
	struct options_head head;
	int force, no_prune;
};

#define STORE(field) OPTION_STORE(struct rmi_options, field)
static const struct option_row rows[] = {
	{ "force", 'f', OPTION_SWITCH, NULL,
	  "Force removal of a name in use, or of an image with all its names", STORE(force) },
	{ "no-prune", 0, OPTION_SWITCH, NULL, "Keep layers and blobs that no image needs any more",
	  STORE(no_prune) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int remove_one(struct command_call *call, struct engine *en, const char *name, struct err *e)
{
	const struct rmi_options *o = call->options;
	cleanup_by(text_free) struct text t = {};
	struct image_removal r = { .arena = call->arena,
				   .name = name,
				   .force = o->force,
				   .no_prune = o->no_prune,
				   .find_user = image_users_find,
				   .context = en };
	int failed = image_remove(&(struct images){ &en->images, &en->layers }, &r, e) < 0;
	struct err unwritten;

	/* What was done before it failed was done. */
	for (size_t i = 0; i < r.n_lines; i++)
		text_add(&t, "%s\n", r.lines[i]);
	if (failed)
		return door_print(&t, &unwritten), -1;
	return door_print(&t, e);
}

static int rmi(struct command_call *call, struct err *e)
{
	const struct rmi_options *o = call->options;
	cleanup_session struct engine en = {};
	int status = 0;

	if (session_open(call, &en, e) < 0)
		return -1;
	for (size_t i = 0; i < call->n_arguments; i++) {
		struct err one = {};

		if (remove_one(call, &en, call->arguments[i], &one) == 0)
			continue;
		door_report(&one);
		/* As Docker: what isn't there needn't be removed by force. */
		if (!o->force || one.code != ERR_NOT_FOUND)
			status = 1;
	}
	return status;
}

const struct command command_rmi = {
	.name = "rmi",
	.aliases = "image rm,image remove",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS] IMAGE [IMAGE...]",
	.summary = "Take images away",
	.options = tables,
	.options_bytes = sizeof(struct rmi_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = rmi,
};
