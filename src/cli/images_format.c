/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/images_format.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"

#define SHORT_DIGITS 12
#define NONE	     "<none>"

static void fill_times(const struct image_record *r, struct arena *a, struct image_row *row)
{
	char span[32], text[CLOCK_TEXT_SIZE];
	struct err ignored;
	int64_t nsec;

	row->created_at = row->created_since = "N/A";
	/* Reproducible builds set it to the beginning of time, or leave it out. */
	if (!r->created || clock_parse(r->created, &nsec, &ignored) < 0 || nsec <= 0)
		return;
	clock_human_span(clock_now_nsec() - nsec, span);
	clock_format(nsec, text);
	row->created_since = arena_printf(a, "%s ago", span);
	row->created_at = arena_printf(a, "%.10s %.8s +0000 UTC", text, text + 11);
}

struct image_row image_row(const struct image_item *item, int no_trunc, struct arena *a)
{
	cleanup_by(text_free) struct text size = {};
	const struct image_record *r = item->record;
	struct image_row row = { .repository = NONE, .tag = NONE, .digest = r->manifest_digest };

	if (item->name) {
		row.repository = image_repository_familiar(item->name->repository);
		row.tag = item->name->tag;
	}
	row.id = no_trunc ? r->id : arena_printf(a, "%.*s", SHORT_DIGITS, digest_hex(r->id));
	text_add_size(&size, r->size_bytes);
	row.size = arena_strdup(a, size.s);
	fill_times(r, a, &row);
	return row;
}

json_t *image_row_to_json(const struct image_row *row)
{
	const struct {
		const char *key, *value;
	} members[] = {
		{ "Containers", "N/A" },
		{ "CreatedAt", row->created_at },
		{ "CreatedSince", row->created_since },
		{ "Digest", row->digest },
		{ "ID", row->id },
		{ "Repository", row->repository },
		{ "SharedSize", "N/A" },
		{ "Size", row->size },
		{ "Tag", row->tag },
		{ "UniqueSize", "N/A" },
		{ "VirtualSize", row->size },
	};
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		json_put_string(o, members[i].key, members[i].value);
	return o;
}
