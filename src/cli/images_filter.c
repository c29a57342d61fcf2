/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/images_filter.h"

#include <fnmatch.h>
#include <string.h>

#include "base/parse.h"

int images_filter_reference(const struct image_item *item, const char *pattern)
{
	char name[IMAGE_REF_SIZE], *tag;

	if (!item->name)
		return 0;
	image_ref_familiar(item->name, name);
	if (fnmatch(pattern, name, FNM_PATHNAME) == 0)
		return 1;
	tag = strrchr(name, ':');
	if (tag)
		*tag = '\0';
	return fnmatch(pattern, name, FNM_PATHNAME) == 0;
}

static int match_reference(const void *item, const char *value)
{
	return images_filter_reference(item, value);
}

static int match_dangling(const void *item, const char *value)
{
	const struct image_item *i = item;
	struct err ignored;
	int wanted = 0;

	parse_bool(value, &wanted, &ignored);
	return (i->name == NULL) == wanted;
}

static int check_dangling(const char *value, struct err *e)
{
	int ignored;

	return parse_bool(value, &ignored, e) < 0 ? err_wrap(e, "dangling") : 0;
}

static int match_label(const void *item, const char *value)
{
	const struct image_item *i = item;

	return filter_has_label(i->record->labels, i->record->n_labels, value);
}

const struct filter_row images_filters[] = {
	{ "dangling", match_dangling, check_dangling },
	{ "label", match_label, .all = 1 },
	{ "reference", match_reference },
	{},
};
