/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image/manifest.h, image/config.h: a manifest or index, a zero byte, a config. The manifest's digest
 * of the config is put right, or no input would ever get past it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_index(const json_t *doc, struct arena *a)
{
	struct image_index index = {};
	struct err e;

	if (image_index_parse(doc, a, &index, &e) < 0)
		return;
	for (size_t i = 0; i < index.n; i++) {
		if (digest_check(index.entries[i].descriptor.digest, &e) < 0)
			abort();
	}
}

/* The manifest with the config's true digest in it; the caller frees. */
static char *put_digest(json_t *doc, const char *config)
{
	char digest[DIGEST_SIZE];
	json_t *d = json_object_get(doc, "config");

	digest_of(config, strlen(config), digest);
	if (json_is_object(d))
		json_put_string(d, "digest", digest);
	return json_dump(doc, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_free char *text = xcalloc(size + 2, 1), *manifest = NULL, *json = NULL;
	cleanup_json json_t *doc = NULL;
	const char *config;
	enum media_kind kind;
	struct image_record *r;
	struct err e;

	memcpy(text, data, size);
	config = text + strlen(text) + 1;
	doc = json_parse(text, strlen(text), JSON_FOREIGN_BYTES_MAX, &e);
	if (!doc || image_document_kind(doc, NULL, &kind, &e) < 0)
		return 0;
	if (kind == MEDIA_INDEX) {
		read_index(doc, a);
		return 0;
	}
	manifest = put_digest(doc, config);
	r = image_record_from_documents(
		&(struct image_documents){ manifest, config, strlen(manifest), strlen(config) }, a,
		&e);
	if (!r)
		return 0;
	/* What a worker takes, the engine must be able to read. */
	json = image_record_to_json(r);
	if (!image_record_from_json(json, strlen(json), a, &e))
		abort();
	return 0;
}
