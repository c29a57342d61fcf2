/* SPDX-License-Identifier: Apache-2.0 */
/* The images that an archive or layout turned out to hold: what cale-image-load replies. */
#pragma once

#include "base/mem.h"
#include "worker/stage.h"

#define FOUND_IMAGES_MAX 1024
#define FOUND_NAMES_MAX	 1024 /* of one image */

struct found_image {
	const char *manifest, *config; /* digests; all that the manifest needs is in the stage */
	char **names;		       /* full references: "docker.io/library/busybox:latest" */
	size_t n_names;
};

struct found_images {
	struct arena *arena;
	struct stage *stage;
	struct found_image *items;
	size_t n;
};

/* NULL when there are too many. An image that was found before is returned again. */
struct found_image *found_images_add(struct found_images *f, const char *manifest,
				     const char *config, struct err *e);
/* A name as somebody wrote it; one that is no full reference is refused. */
int found_image_name(struct found_images *f, struct found_image *image, const char *name,
		     struct err *e);
/* {"images": [{"manifest": …, "config": …, "names": […]}]}; the caller frees. */
char *found_images_to_json(const struct found_images *f);
