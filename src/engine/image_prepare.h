/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of a load between gathering blobs and naming images: records are made, layers unpacked,
 * and at last all of it is put into the stores. For image_load.c, which says who checks what.
 */
#pragma once

#include "engine/images.h"
#include "image/blobs.h"

struct prepared_image {
	const char *manifest, *config; /* digests, as the gathering worker said */
	char **names;		       /* checked references */
	size_t n_names;
	struct image_record *record; /* filled by prepare_image */
	int64_t skipped_devices, dropped_xattrs;
};

struct prepare {
	const struct images *stores;
	const struct image_stage *stage;
	const struct image_load *load; /* for its progress */
	struct arena *arena;
	struct prepared_image *images;
	size_t n_images;
	struct layer_new *layers; /* unpacked, not yet in place */
	size_t n_layers;
	const char **verified; /* digests of gathered blobs that are what they are called */
	size_t n_verified;
};

int prepare_image(struct prepare *p, struct prepared_image *image, struct err *e);
int prepare_commit(struct prepare *p, struct err *e);
/* Throws away layers that weren't committed. For cleanup_by. */
void prepare_end(struct prepare *p);
