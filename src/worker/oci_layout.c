/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/oci_layout.h"

#include <string.h>

#include "image/platform.h"
#include "image/ref.h"

#define NESTED_MAX 4 /* indexes in indexes */

struct loader {
	const struct blob_source *source;
	struct found_images *found;
};

int oci_layout_check(const json_t *layout, struct err *e)
{
	const char *version = NULL;

	if (json_get_string(layout, "imageLayoutVersion", &version, e) < 0)
		return -1;
	if (!version || strncmp(version, "1.", 2) != 0)
		return err_set(e, ERR_INVALID, "not an OCI image layout of version 1");
	return 0;
}

static int fetch(const struct loader *l, const struct descriptor *d, struct err *e)
{
	int64_t bytes;

	if (l->source->fetch(l->source->context, d->digest, e) < 0 ||
	    stage_has(l->found->stage, d->digest, &bytes, e) < 0)
		return -1;
	return bytes == d->size_bytes
		       ? 0
		       : err_set(e, ERR_INVALID, "blob %s has %lld bytes, not %lld", d->digest,
				 (long long)bytes, (long long)d->size_bytes);
}

static json_t *fetch_document(const struct loader *l, const struct descriptor *d,
			      enum media_kind *ret_kind, struct err *e)
{
	cleanup_json json_t *doc = NULL;

	if (d->size_bytes > JSON_FOREIGN_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "manifest of %lld bytes", (long long)d->size_bytes),
		       NULL;
	if (fetch(l, d, e) < 0)
		return NULL;
	doc = stage_json(l->found->stage, d->digest, e);
	if (!doc || image_document_kind(doc, d->media_type, ret_kind, e) < 0) {
		err_wrap(e, "manifest %s", d->digest);
		return NULL;
	}
	return take_ptr(doc);
}

/* Signatures, attestations and other artifacts say so; what says nothing is looked at. */
static int may_be_image(const struct index_entry *i)
{
	if (i->descriptor.media_type && media_kind(i->descriptor.media_type) == MEDIA_UNKNOWN)
		return 0;
	return !i->os || strcmp(i->os, "unknown") != 0;
}

static int fit(const struct index_entry *i)
{
	const struct platform p = { i->os, i->architecture, i->variant };

	return platform_fit(platform_host(), &p);
}

/* The better of two; the earlier one when they are as good. */
static const struct index_entry *better(const struct index_entry *a, const struct index_entry *b)
{
	return fit(a) >= fit(b) ? a : b;
}

static struct found_image *add_manifest(const struct loader *l, const struct descriptor *d,
					const json_t *doc, struct err *e)
{
	struct image_manifest m = {};

	if (image_manifest_parse(doc, l->found->arena, &m, e) < 0) {
		err_wrap(e, "manifest %s", d->digest);
		return NULL;
	}
	if (fetch(l, &m.config, e) < 0)
		return NULL;
	for (size_t i = 0; i < m.n_layers; i++) {
		if (fetch(l, &m.layers[i], e) < 0)
			return NULL;
	}
	return found_images_add(l->found, d->digest, m.config.digest, e);
}

/* Follows indexes to the one manifest for this machine. */
static struct found_image *add_entry(const struct loader *l, const struct descriptor *d, int depth,
				     struct err *e)
{
	enum media_kind kind;
	cleanup_json json_t *doc = fetch_document(l, d, &kind, e);
	const struct index_entry *best = NULL;
	struct image_index index = {};
	size_t candidates = 0;

	if (!doc)
		return NULL;
	if (kind == MEDIA_MANIFEST)
		return add_manifest(l, d, doc, e);
	if (depth == NESTED_MAX)
		return err_set(e, ERR_LIMIT, "indexes nested deeper than %d", NESTED_MAX), NULL;
	if (image_index_parse(doc, l->found->arena, &index, e) < 0)
		return NULL;
	for (size_t i = 0; i < index.n; i++) {
		if (!may_be_image(&index.entries[i]))
			continue;
		candidates++;
		best = best ? better(best, &index.entries[i]) : &index.entries[i];
	}
	if (!best || (fit(best) == 0 && candidates > 1)) {
		err_set(e, ERR_NOT_FOUND, "no image for %s/%s in index %s", platform_host()->os,
			platform_host()->architecture, d->digest);
		return NULL;
	}
	return add_entry(l, &best->descriptor, depth + 1, e);
}

/* A ref.name may be just a tag ("latest"): that names the image in its layout only. */
static const char *full_name(const struct index_entry *i)
{
	struct image_ref ref;
	struct err ignored;

	if (i->name)
		return i->name;
	if (i->ref_name && strpbrk(i->ref_name, ":/") &&
	    image_ref_parse_name(i->ref_name, &ref, &ignored) == 0)
		return i->ref_name;
	return NULL;
}

/* Are these the same image for several platforms? */
static int same_image(const struct index_entry *a, const struct index_entry *b)
{
	const char *x = a->name ?: a->ref_name, *y = b->name ?: b->ref_name;

	if (x || y)
		return x && y && !strcmp(x, y);
	return (a->os || a->architecture) && (b->os || b->architecture);
}

static int first_of_its_kind(const struct image_index *index, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (may_be_image(&index->entries[i]) &&
		    same_image(&index->entries[i], &index->entries[n]))
			return 0;
	}
	return 1;
}

int oci_layout_load(const struct blob_source *source, const json_t *index_doc,
		    struct found_images *found, struct err *e)
{
	const struct loader l = { source, found };
	struct image_index index = {};
	enum media_kind kind;

	if (image_document_kind(index_doc, NULL, &kind, e) < 0)
		return -1;
	if (kind != MEDIA_INDEX)
		return err_set(e, ERR_INVALID, "it is a manifest");
	if (image_index_parse(index_doc, found->arena, &index, e) < 0)
		return -1;
	for (size_t i = 0; i < index.n; i++) {
		const struct index_entry *best = &index.entries[i];
		struct found_image *image;
		const char *name;

		if (!may_be_image(&index.entries[i]) || !first_of_its_kind(&index, i))
			continue;
		for (size_t j = i + 1; j < index.n; j++) {
			if (may_be_image(&index.entries[j]) &&
			    same_image(&index.entries[i], &index.entries[j]))
				best = better(best, &index.entries[j]);
		}
		image = add_entry(&l, &best->descriptor, 0, e);
		if (!image)
			return -1;
		name = full_name(best);
		if (name && found_image_name(found, image, name, e) < 0)
			return -1;
	}
	return 0;
}
