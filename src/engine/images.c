/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/images.h"

#include <stdlib.h>
#include <string.h>

#include "image/blobs.h"

int image_tag(const struct images *i, const char *source, const char *target, struct err *e)
{
	cleanup_by(image_change_abort) struct image_change change = { .lock_fd = -1 };
	cleanup_fd int hold = image_store_hold(i->store, IMAGE_HOLD_USE, e);
	char id[DIGEST_SIZE];
	struct image_ref ref;

	if (hold < 0 || image_ref_parse_name(target, &ref, e) < 0 ||
	    image_store_find(i->store, source, id, e) < 0 ||
	    image_change_begin(i->store, &change, e) < 0 ||
	    image_change_name(&change, &ref, id, e) < 0)
		return -1;
	return image_change_end(&change, e);
}

/* RFC 3339 in UTC sorts as text; with other offsets it nearly does, which is enough here. */
static int newest_first(const void *a, const void *b)
{
	const struct image_item *x = a, *y = b;
	int r = strcmp(y->record->created ?: "", x->record->created ?: "");

	return r ? r : strcmp(x->record->id, y->record->id);
}

int images_list(const struct images *i, struct arena *a, struct image_item **ret, size_t *ret_n,
		struct err *e)
{
	struct image_name *names;
	struct image_item *items = NULL;
	size_t n_names, n_ids, n = 0;
	char **ids;

	if (image_store_names(i->store, a, &names, &n_names, e) < 0 ||
	    image_store_ids(i->store, a, &ids, &n_ids, e) < 0)
		return -1;
	for (size_t k = 0; k < n_ids; k++) {
		const struct image_record *r = image_store_read(i->store, ids[k], a, e);
		size_t before = n;

		if (!r && e->code == ERR_NOT_FOUND)
			continue;
		if (!r)
			return err_hint(e, "`cale rmi %.12s` takes it away; then load it again",
					digest_hex(ids[k]));
		for (size_t m = 0; m < n_names; m++) {
			if (!strcmp(names[m].id, r->id))
				ARENA_PUSH(a, items, n) = (struct image_item){ r, &names[m].ref };
		}
		if (n == before)
			ARENA_PUSH(a, items, n) = (struct image_item){ r, NULL };
	}
	if (n)
		qsort(items, n, sizeof *items, newest_first);
	*ret = items;
	*ret_n = n;
	return 0;
}

/* ---- cleaning ---- */
struct needs {
	char **layers, **blobs;
	size_t n_layers, n_blobs;
	const struct layer_removal *heard;
};

static int contains(char *const *sorted, size_t n, const char *text)
{
	for (size_t from = 0, to = n; from < to;) {
		size_t middle = from + (to - from) / 2;
		int r = strcmp(text, sorted[middle]);

		if (r == 0)
			return 1;
		if (r < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return 0;
}

static int layer_needed(void *context, const char *chain_id)
{
	const struct needs *n = context;

	return contains(n->layers, n->n_layers, chain_id);
}

static int blob_needed(void *context, const char *digest)
{
	const struct needs *n = context;

	return contains(n->blobs, n->n_blobs, digest);
}

static void layer_removed(void *context, const char *chain_id)
{
	const struct needs *n = context;

	if (n->heard && n->heard->removed)
		n->heard->removed(n->heard->context, chain_id);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_record(struct arena *a, struct needs *n, const struct image_record *r)
{
	ARENA_PUSH(a, n->blobs, n->n_blobs) = arena_strdup(a, r->id);
	ARENA_PUSH(a, n->blobs, n->n_blobs) = arena_strdup(a, r->manifest_digest);
	for (size_t i = 0; i < r->n_layers; i++) {
		ARENA_PUSH(a, n->blobs, n->n_blobs) = arena_strdup(a, r->layers[i].digest);
		ARENA_PUSH(a, n->layers, n->n_layers) = arena_strdup(a, r->layers[i].chain_id);
	}
}

static int collect_needs(const struct image_store *s, struct arena *a, struct needs *n,
			 struct err *e)
{
	char **ids;
	size_t n_ids;

	if (image_store_ids(s, a, &ids, &n_ids, e) < 0)
		return -1;
	for (size_t i = 0; i < n_ids; i++) {
		const struct image_record *r = image_store_read(s, ids[i], a, e);

		/* What an unreadable record needs isn't known: then nothing may be removed. */
		if (!r)
			return -1;
		add_record(a, n, r);
	}
	if (n->n_blobs)
		qsort(n->blobs, n->n_blobs, sizeof *n->blobs, compare);
	if (n->n_layers)
		qsort(n->layers, n->n_layers, sizeof *n->layers, compare);
	return 0;
}

int images_clean(const struct images *i, const struct layer_removal *heard, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct needs n = { .heard = heard };
	const struct layer_removal removal = { layer_needed, layer_removed, &n };

	if (collect_needs(i->store, a, &n, e) < 0 || layer_store_clean(i->layers, &removal, e) < 0)
		return -1;
	return image_blobs_clean(i->store, blob_needed, &n, e);
}
