/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/docker_archive.h"

#include <string.h>

static const char *find_blob(const struct archive_members *m, const char *name, struct err *e)
{
	const struct archive_member *member = archive_members_find(m, name);

	if (!member)
		err_set(e, ERR_INVALID, "%.200s is missing in the archive", name);
	return member ? member->digest : NULL;
}

static int take_names(const json_t *item, struct found_images *found, struct found_image *image,
		      struct err *e)
{
	char **names = NULL;
	size_t n = 0;

	if (json_get_strings(item, "RepoTags", FOUND_NAMES_MAX, found->arena, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (found_image_name(found, image, names[i], e) < 0)
			return -1;
	}
	return 0;
}

static const char *take_config(const struct archive_members *m, const json_t *item, struct err *e)
{
	const char *name = NULL;

	if (json_get_string(item, "Config", &name, e) < 0)
		return NULL;
	if (!name)
		return err_set(e, ERR_INVALID, "\"Config\" is missing"), NULL;
	return find_blob(m, name, e);
}

static int take_layers(const struct archive_members *m, const json_t *item, struct arena *a,
		       struct image_manifest *ret, struct err *e)
{
	char **names = NULL;
	size_t n = 0;

	if (json_get_strings(item, "Layers", IMAGE_LAYERS_MAX, a, &names, &n, e) < 0)
		return -1;
	ret->layers = arena_alloc(a, (n + 1) * sizeof *ret->layers);
	ret->n_layers = n;
	for (size_t i = 0; i < n; i++) {
		struct descriptor *d = &ret->layers[i];

		d->digest = find_blob(m, names[i], e);
		if (!d->digest || stage_has(m->stage, d->digest, &d->size_bytes, e) < 0)
			return -1;
		d->media_type = stage_layer_type(m->stage, d->digest, e);
		if (!d->media_type)
			return -1;
	}
	return 0;
}

static int load_one(const struct archive_members *m, const json_t *item, struct found_images *found,
		    struct err *e)
{
	struct image_manifest manifest = { .config.media_type = MEDIA_OCI_CONFIG };
	struct descriptor written;
	struct found_image *image;
	cleanup_free char *text = NULL;

	manifest.config.digest = take_config(m, item, e);
	if (!manifest.config.digest ||
	    stage_has(m->stage, manifest.config.digest, &manifest.config.size_bytes, e) < 0 ||
	    take_layers(m, item, found->arena, &manifest, e) < 0)
		return -1;
	text = image_manifest_to_json(&manifest);
	if (stage_text(found->stage, text, &written, found->arena, e) < 0)
		return -1;
	image = found_images_add(found, written.digest, manifest.config.digest, e);
	return image ? take_names(item, found, image, e) : -1;
}

static int add_names(const struct archive_members *m, const json_t *item,
		     struct found_images *found, struct err *e)
{
	const char *config = take_config(m, item, e);

	for (size_t i = 0; config && i < found->n; i++) {
		if (!strcmp(found->items[i].config, config))
			return take_names(item, found, &found->items[i], e);
	}
	return config ? err_set(e, ERR_INVALID, "an image that index.json doesn't list") : -1;
}

static int for_each(const struct archive_members *m, const json_t *manifest,
		    struct found_images *found,
		    int (*take)(const struct archive_members *, const json_t *,
				struct found_images *, struct err *),
		    struct err *e)
{
	if (!json_is_array(manifest) || json_array_size(manifest) > FOUND_IMAGES_MAX)
		return err_set(e, ERR_INVALID, "manifest.json: not a list, or longer than %d",
			       FOUND_IMAGES_MAX);
	for (size_t i = 0; i < json_array_size(manifest); i++) {
		const json_t *item = json_array_get(manifest, i);

		if (!json_is_object(item))
			return err_set(e, ERR_INVALID, "manifest.json: item %zu is no object", i);
		if (take(m, item, found, e) < 0)
			return err_wrap(e, "manifest.json: item %zu", i);
	}
	return 0;
}

int docker_archive_load(const struct archive_members *members, const json_t *manifest,
			struct found_images *found, struct err *e)
{
	return for_each(members, manifest, found, load_one, e);
}

int docker_archive_names(const struct archive_members *members, const json_t *manifest,
			 struct found_images *found, struct err *e)
{
	return for_each(members, manifest, found, add_names, e);
}
