/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image that a container is made from or runs on: its record and its layers. `hello`, which is in
 * the binary, is loaded when it is asked for and isn't there.
 */
#pragma once

#include "engine/engine.h"
#include "image/record.h"
#include "storage/rootfs.h"

struct container_image {
	struct image_record *record; /* in the arena */
	struct rootfs_layers layers; /* the same; the descriptor is the engine's */
	int hold_fd;		     /* until container_image_end() nothing of it is removed */
};

/* By name or id, as the user wrote it. ERR_NOT_FOUND. container_image_end() only after success. */
int container_image_find(struct engine *en, const char *name, struct arena *a,
			 struct container_image *ret, struct err *e);
void container_image_end(struct container_image *u);
