/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/images_format.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define SHORT_DIGITS 12
#define NONE	     "<none>"

static void add_times(const struct image_record *r, json_t *row)
{
	char span[32], at[CLOCK_TEXT_SIZE];
	cleanup_by(text_free) struct text since = {}, created = {};
	struct err ignored;
	int64_t nsec;

	/* Reproducible builds set it to the beginning of time, or leave it out. */
	if (!r->created || clock_parse(r->created, &nsec, &ignored) < 0 || nsec <= 0) {
		json_put_string(row, "CreatedSince", "N/A");
		json_put_string(row, "CreatedAt", "N/A");
		return;
	}
	clock_human_span(clock_now_nsec() - nsec, span);
	clock_format(nsec, at);
	text_add(&since, "%s ago", span);
	text_add(&created, "%.10s %.8s +0000 UTC", at, at + strlen("2006-01-02T"));
	json_put_string(row, "CreatedSince", since.s);
	json_put_string(row, "CreatedAt", created.s);
}

json_t *image_row(const struct image_item *item, int no_trunc, struct arena *a)
{
	cleanup_by(text_free) struct text size = {};
	const struct image_record *r = item->record;
	json_t *row = json_object();

	text_add_size(&size, r->size_bytes);
	json_put_string(row, "Repository",
			item->name ? image_repository_familiar(item->name->repository) : NONE);
	json_put_string(row, "Tag", item->name ? item->name->tag : NONE);
	json_put_string(row, "Digest", r->manifest_digest);
	json_put_string(row, "ID",
			no_trunc ? r->id : arena_strndup(a, digest_hex(r->id), SHORT_DIGITS));
	add_times(r, row);
	json_put_string(row, "Size", size.s);
	json_put_string(row, "VirtualSize", size.s);
	json_put_string(row, "SharedSize", "N/A");
	json_put_string(row, "UniqueSize", "N/A");
	json_put_string(row, "Containers", "N/A");
	return row;
}
