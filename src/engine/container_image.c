/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/container_image.h"

#include <string.h>
#include <unistd.h>

#include "engine/image_builtin.h"
#include "engine/images.h"

static int find_id(struct engine *en, const char *name, char *ret_id, struct err *e)
{
	if (image_store_find(&en->images, name, ret_id, e) == 0)
		return 0;
	if (e->code != ERR_NOT_FOUND)
		return -1;
	if (image_builtin_is(name)) {
		if (image_builtin_load(en, e) < 0)
			return err_wrap(e, "image %s", name);
		return image_store_find(&en->images, name, ret_id, e);
	}
	err_set(e, ERR_NOT_FOUND, "no such image: %s", name);
	return err_hint(e, "`cale images` lists what is here; `cale load -i FILE` brings one in");
}

static void list_layers(const struct engine *en, struct arena *a, struct container_image *u)
{
	size_t n = u->record->n_layers;
	const char **layers = arena_alloc(a, (n + 1) * sizeof *layers);

	for (size_t i = 0; i < n; i++)
		layers[i] = layer_path(u->record->layers[n - 1 - i].chain_id);
	u->layers = (struct rootfs_layers){ en->layers.fd, layers, n };
}

/* They can be missing: unpacked by another user, for another map of ids. */
static int complete_layers(const struct engine *en, struct image_record *r, struct err *e)
{
	for (size_t i = 0; i < r->n_layers; i++) {
		if (!layer_exists(&en->layers, r->layers[i].chain_id))
			return image_restore_layers(&(struct images){ &en->images, &en->layers }, r,
						    e);
	}
	return 0;
}

int container_image_find(struct engine *en, const char *name, struct arena *a,
			 struct container_image *ret, struct err *e)
{
	char id[DIGEST_SIZE];

	*ret = (struct container_image){ .hold_fd = -1 };
	if (find_id(en, name, id, e) < 0)
		return -1;
	ret->hold_fd = image_store_hold(&en->images, IMAGE_HOLD_USE, e);
	if (ret->hold_fd < 0)
		return -1;
	ret->record = image_store_read(&en->images, id, a, e);
	if (!ret->record || complete_layers(en, ret->record, e) < 0) {
		container_image_end(ret);
		return -1;
	}
	list_layers(en, a, ret);
	return 0;
}

void container_image_end(struct container_image *u)
{
	cleanup_fdp(&u->hold_fd);
	u->hold_fd = -1;
}
