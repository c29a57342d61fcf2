/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci mounts: mounts added to a running container's tree, and removed from it. */
#include <string.h>

#include "cli/oci.h"
#include "oci/live_mounts.h"

typedef int action_function(const struct oci_container *c, const char *text, size_t n,
			    struct err *e);

static const struct action {
	const char *name;
	action_function *run;
} actions[] = {
	{ "add", oci_live_mounts_add },
	{ "remove", oci_live_mounts_remove },
};

static const struct action *find_action(const char *name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!strcmp(name, actions[i].name))
			return &actions[i];
	}
	err_set(e, ERR_USAGE, "mounts: \"%s\": add or remove", name);
	return NULL;
}

static int mounts(struct command_call *call, struct err *e)
{
	const struct action *action = find_action(call->arguments[0], e);
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	cleanup_free char *text = NULL;
	size_t n = 0;

	if (!action || oci_open_joined(call, call->arguments[1], &store, &c, e) < 0)
		return -1;
	text = oci_read_document(call->arguments[2], &n, e);
	if (!text)
		return err_wrap(e, "mounts");
	return action->run(&c, text, n, e);
}

const struct command command_oci_mounts = {
	.name = "oci mounts",
	.section = SECTION_HIDDEN,
	.usage = "add|remove ID FILE",
	.summary = "Add mounts to a running container, or remove them",
	.description = "FILE is JSON: an array of mounts as config.json has them; for remove only "
		       "\"destination\" counts. -: standard input.",
	.arguments_min = 3,
	.arguments_max = 3,
	.run = mounts,
};
