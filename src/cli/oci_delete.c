/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci delete: removes what create made. */
#include <poll.h>

#include "cli/door.h"
#include "cli/oci.h"
#include "oci/delete.h"

/* How long a create may still be at it: a killed one's process dies a little later. */
#define MAKING_MSEC 2000
#define POLL_MSEC   10

struct delete_options {
	struct options_head head;
	int force, regex;
};

static const struct option_row rows[] = {
	{ "force", 'f', OPTION_SWITCH, NULL, "Kill it first if it runs; no error if it isn't there",
	  OPTION_STORE(struct delete_options, force) },
	{ "regex", 0, OPTION_SWITCH, NULL, "ID is a regular expression: all that it matches",
	  OPTION_STORE(struct delete_options, regex) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static void warn(const struct err *e)
{
	door_warn("%s", e->text);
}

static int delete_one(const struct command_call *call, const struct oci_store *store,
		      const char *id, struct err *e)
{
	const struct delete_options *o = call->options;
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };

	for (int left = MAKING_MSEC;; left -= POLL_MSEC) {
		struct err ignored;

		if (oci_container_open(store, id, call->arena, &c, e) == 0)
			return oci_delete(&c, o->force, warn, e);
		if (e->code != ERR_NOT_FOUND)
			return -1;
		if (store->fd < 0 || oci_id_check(id, &ignored) < 0 ||
		    !oci_delete_leftover(store, id) || !o->force || left <= 0)
			return o->force ? 0 : -1;
		poll(NULL, 0, POLL_MSEC);
	}
}

static int delete_matching(const struct command_call *call, const struct oci_store *store,
			   struct err *e)
{
	size_t n;
	char **ids = oci_store_match(store, call->arguments[0], call->arena, &n, e);

	if (!ids)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (delete_one(call, store, ids[i], e) < 0)
			return -1;
	}
	return 0;
}

static int delete (struct command_call *call, struct err *e)
{
	const struct delete_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };

	if (oci_open_store(call, 0, &store, e) < 0)
		return o->force && e->code == ERR_NOT_FOUND ? 0 : -1;
	return o->regex ? delete_matching(call, &store, e)
			: delete_one(call, &store, call->arguments[0], e);
}

const struct command command_oci_delete = {
	.name = "oci delete",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID",
	.summary = "Remove what a container holds",
	.options = tables,
	.options_bytes = sizeof(struct delete_options),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = delete,
};
