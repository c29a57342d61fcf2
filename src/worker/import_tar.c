/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/import_tar.h"

#include "image/bounds.h"
#include "worker/hash.h"
#include "worker/inflate.h"

static int tap(void *stage, const void *data, size_t n, struct err *e)
{
	return stage_add(stage, data, n, e);
}

static int read_layer(int fd, struct stage *stage, struct descriptor *ret, char *ret_diff_id,
		      struct err *e)
{
	const struct inflate_source source = { fd, LIMIT_LAYER_BYTES, tap, stage };
	cleanup_by(hash_freep) struct hash *plain = hash_new();
	cleanup_by(inflate_freep) struct inflate *i = NULL;
	const void *data;
	ssize_t n;

	if (stage_begin(stage, e) < 0)
		return -1;
	i = inflate_open(&source, e);
	if (!i)
		return -1;
	while ((n = inflate_read(i, &data, e)) > 0)
		hash_add(plain, data, (size_t)n);
	if (n < 0)
		return -1;
	if (inflate_plain_bytes(i) == 0)
		return err_set(e, ERR_INVALID, "it is empty");
	hash_end(plain, ret_diff_id);
	return stage_end(stage, (char *)ret->digest, &ret->size_bytes, e);
}

int import_tar(int fd, json_t *config, struct found_images *found, struct err *e)
{
	struct descriptor layer = { .digest = arena_alloc(found->arena, DIGEST_SIZE) };
	struct image_manifest m = { .layers = &layer, .n_layers = 1 };
	struct descriptor written;
	cleanup_free char *config_text = NULL, *manifest_text = NULL;
	char diff_id[DIGEST_SIZE];

	if (read_layer(fd, found->stage, &layer, diff_id, e) < 0)
		return -1;
	layer.media_type = stage_layer_type(found->stage, layer.digest, e);
	if (!layer.media_type)
		return -1;
	json_object_set_new(config, "rootfs",
			    json_pack("{s:s, s:[s]}", "type", "layers", "diff_ids", diff_id));
	config_text = json_dump(config, 0);
	m.config.media_type = MEDIA_OCI_CONFIG;
	if (stage_text(found->stage, config_text, &m.config, found->arena, e) < 0)
		return -1;
	m.config.media_type = MEDIA_OCI_CONFIG;
	manifest_text = image_manifest_to_json(&m);
	if (stage_text(found->stage, manifest_text, &written, found->arena, e) < 0)
		return -1;
	return found_images_add(found, written.digest, m.config.digest, e) ? 0 : -1;
}
