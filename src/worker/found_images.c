/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/found_images.h"

#include <string.h>

#include "image/ref.h"

struct found_image *found_images_add(struct found_images *f, const char *manifest,
				     const char *config, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		if (!strcmp(f->items[i].manifest, manifest))
			return &f->items[i];
	}
	if (f->n == FOUND_IMAGES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d images", FOUND_IMAGES_MAX), NULL;
	ARENA_PUSH(f->arena, f->items, f->n) = (struct found_image){
		.manifest = arena_strdup(f->arena, manifest),
		.config = arena_strdup(f->arena, config),
	};
	return &f->items[f->n - 1];
}

int found_image_name(struct found_images *f, struct found_image *image, const char *name,
		     struct err *e)
{
	char full[IMAGE_REF_SIZE];
	struct image_ref ref;

	if (image_ref_parse_name(name, &ref, e) < 0) {
		/* Not the caller's mistake but the archive's. */
		e->code = ERR_INVALID;
		return -1;
	}
	image_ref_full(&ref, full);
	for (size_t i = 0; i < image->n_names; i++) {
		if (!strcmp(image->names[i], full))
			return 0;
	}
	if (image->n_names == FOUND_NAMES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d names", FOUND_NAMES_MAX);
	ARENA_PUSH(f->arena, image->names, image->n_names) = arena_strdup(f->arena, full);
	return 0;
}

char *found_images_to_json(const struct found_images *f)
{
	cleanup_json json_t *o = json_object();
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++) {
		json_t *image = json_object();

		json_put_string(image, "manifest", f->items[i].manifest);
		json_put_string(image, "config", f->items[i].config);
		json_put_strings(image, "names", f->items[i].names, f->items[i].n_names);
		json_array_append_new(list, image);
	}
	json_object_set_new(o, "images", list);
	return json_dump(o, 0);
}
