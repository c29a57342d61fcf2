/* SPDX-License-Identifier: Apache-2.0 */
/* cale images: what images there are. */
#include <string.h>

#include "cli/door.h"
#include "cli/images_format.h"
#include "cli/session.h"
#include "engine/images.h"

struct images_options {
	struct options_head head;
	int all, quiet, no_trunc, digests;
	const char *format;
};

#define STORE(field) OPTION_STORE(struct images_options, field)
static const struct option_row rows[] = {
	{ "all", 'a', OPTION_SWITCH, NULL,
	  "Show all images (there are no intermediate ones: nothing is hidden without it)",
	  STORE(all) },
	{ "digests", 0, OPTION_SWITCH, NULL, "Show digests", STORE(digests) },
	{ "format", 0, OPTION_VALUE, "string", "\"json\" prints one JSON object a line",
	  STORE(format) },
	{ "no-trunc", 0, OPTION_SWITCH, NULL, "Whole ids and commands", STORE(no_trunc) },
	{ "quiet", 'q', OPTION_SWITCH, NULL, "Only show image IDs", STORE(quiet) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

/* "busybox" wants all its tags, "busybox:1" that one. */
static int is_wanted(const struct image_item *item, const char *text,
		     const struct image_ref *wanted)
{
	const char *slash = text ? strrchr(text, '/') : NULL;

	if (!text)
		return 1;
	if (!item->name || strcmp(item->name->repository, wanted->repository) != 0)
		return 0;
	return !strchr(slash ?: text, ':') || !strcmp(item->name->tag, wanted->tag);
}

static void add_table(struct text *t, const struct image_row *list, size_t n, int digests)
{
	cleanup_arena struct arena *a = arena_new();
	const char **cells = NULL;
	size_t n_cells = 0, columns = digests ? 6 : 5;
	const struct image_row heading = { "REPOSITORY", "TAG",	    "DIGEST", "IMAGE ID",
					   "",		 "CREATED", "SIZE" };

	for (size_t i = 0; i <= n; i++) {
		const struct image_row *r = i ? &list[i - 1] : &heading;

		ARENA_PUSH(a, cells, n_cells) = r->repository;
		ARENA_PUSH(a, cells, n_cells) = r->tag;
		if (digests)
			ARENA_PUSH(a, cells, n_cells) = r->digest;
		ARENA_PUSH(a, cells, n_cells) = r->id;
		ARENA_PUSH(a, cells, n_cells) = r->created_since;
		ARENA_PUSH(a, cells, n_cells) = r->size;
	}
	text_add_table(t, cells, n + 1, columns);
}

static void add_rows(struct text *t, const struct images_options *o, const struct image_row *list,
		     size_t n)
{
	if (!o->quiet && !o->format) {
		add_table(t, list, n, o->digests);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		cleanup_json json_t *json = o->quiet ? NULL : image_row_to_json(&list[i]);
		cleanup_free char *text = json ? json_dump(json, 0) : xstrdup(list[i].id);

		text_add(t, "%s\n", text);
	}
}

static int images(struct command_call *call, struct err *e)
{
	const struct images_options *o = call->options;
	const char *wanted_text = call->n_arguments ? call->arguments[0] : NULL;
	cleanup_by(text_free) struct text t = {};
	cleanup_session struct engine en = {};
	struct image_row *list = NULL;
	struct image_ref wanted;
	struct image_item *items;
	size_t n_items, n = 0;

	if (o->format && strcmp(o->format, "json") != 0)
		return err_set(e, ERR_USAGE, "--format %s: only json is known", o->format);
	if (wanted_text && image_ref_parse(wanted_text, &wanted, e) < 0)
		return -1;
	if (session_open(call, &en, e) < 0 ||
	    images_list(&(struct images){ &en.images, &en.layers }, call->arena, &items, &n_items,
			e) < 0)
		return -1;
	for (size_t i = 0; i < n_items; i++) {
		if (is_wanted(&items[i], wanted_text, &wanted))
			ARENA_PUSH(call->arena, list, n) =
				image_row(&items[i], o->no_trunc, call->arena);
	}
	add_rows(&t, o, list, n);
	return t.s ? door_print(&t, e) : 0;
}

const struct command command_images = {
	.name = "images",
	.aliases = "image ls,image list",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS] [REPOSITORY[:TAG]]",
	.summary = "List images",
	.options = tables,
	.options_bytes = sizeof(struct images_options),
	.arguments_max = 1,
	.run = images,
};
