/* SPDX-License-Identifier: Apache-2.0 */
/* cale images: what images there are. */
#include <string.h>

#include "cli/door.h"
#include "cli/images_filter.h"
#include "cli/images_format.h"
#include "cli/listing.h"
#include "cli/session.h"
#include "engine/images.h"

struct images_options {
	struct options_head head;
	int all, quiet, no_trunc, digests;
	struct option_list filters;
	const char *format;
};

#define STORE(field) OPTION_STORE(struct images_options, field)
static const struct option_row rows[] = {
	{ "all", 'a', OPTION_SWITCH, NULL,
	  "Show all images (there are no intermediate ones: nothing is hidden without it)",
	  STORE(all) },
	{ "digests", 0, OPTION_SWITCH, NULL, "Show digests", STORE(digests) },
	{ "filter", 'f', OPTION_LIST, "filter",
	  "Filter by dangling=, label=, reference=", STORE(filters) },
	{ "format", 0, OPTION_VALUE, "string",
	  "json, 'table TEMPLATE' or TEMPLATE with {{.Repository}}, {{.Tag}}, {{.ID}} …",
	  STORE(format) },
	{ "no-trunc", 0, OPTION_SWITCH, NULL, "Whole ids and commands", STORE(no_trunc) },
	{ "quiet", 'q', OPTION_SWITCH, NULL, "Only show image IDs", STORE(quiet) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* "busybox" wants all its tags, "busybox:1" that one, "busy*" is a pattern. */
static int is_wanted(const struct image_item *item, const char *text,
		     const struct image_ref *wanted)
{
	const char *slash = text ? strrchr(text, '/') : NULL;

	if (!text)
		return 1;
	if (is_pattern(text))
		return images_filter_reference(item, text);
	if (!item->name || strcmp(item->name->repository, wanted->repository) != 0)
		return 0;
	return !strchr(slash ?: text, ':') || !strcmp(item->name->tag, wanted->tag);
}

static const struct listing_column columns[] = {
	{ "Repository", "REPOSITORY" },
	{ "Tag", "TAG" },
	{ "Digest", "DIGEST" },
	{ "ID", "IMAGE ID" },
	{ "CreatedSince", "CREATED" },
	{ "CreatedAt", "CREATED AT" },
	{ "Size", "SIZE" },
	{},
};
#define TABLE(digest)                                                                              \
	"table {{.Repository}}\t{{.Tag}}\t" digest "{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"

/* The rows of those that are asked for. */
static json_t *collect(struct engine *en, const struct images_options *o, const char *wanted_text,
		       struct err *e)
{
	cleanup_json json_t *list = json_array();
	struct arena *a = o->head.arena;
	struct image_ref wanted;
	struct image_item *items;
	size_t n;

	if (wanted_text && !is_pattern(wanted_text) && image_ref_parse(wanted_text, &wanted, e) < 0)
		return NULL;
	if (images_list(&(struct images){ &en->images, &en->layers }, a, &items, &n, e) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (is_wanted(&items[i], wanted_text, &wanted) &&
		    filter_matches(images_filters, &o->filters, &items[i]))
			json_array_append_new(list, image_row(&items[i], o->no_trunc, a));
	}
	return take_ptr(list);
}

static int images(struct command_call *call, struct err *e)
{
	const struct images_options *o = call->options;
	const struct listing listing = {
		.columns = columns,
		.usual = o->digests ? TABLE("{{.Digest}}\t") : TABLE(""),
		.format = o->quiet ? "{{.ID}}" : o->format,
	};
	cleanup_by(text_free) struct text t = {};
	cleanup_session struct engine en = {};
	cleanup_json json_t *list = NULL;

	if (filter_check(images_filters, &o->filters, e) < 0 || session_open(call, &en, e) < 0)
		return -1;
	list = collect(&en, o, call->arguments[0], e);
	if (!list)
		return -1;
	return listing_add(&t, &listing, list, e) < 0 ? -1 : door_print(&t, e);
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
