/* SPDX-License-Identifier: Apache-2.0 */
/* A layer's tree and the layers below it: see tree.h. */
#pragma once

#include <limits.h>
#include <stddef.h>

#include "image/record.h"

struct tree {
	int out_fd; /* the layer's own folder */
	int lower_fds[IMAGE_LAYERS_MAX];
	size_t n_lowers;	  /* topmost first */
	const char *opaque_xattr; /* "trusted.overlay.opaque" or "user.overlay.opaque" */
	int own_ids;		  /* everything belongs to the caller: there is no map of ids */
	int cached_fd;		  /* of cached_path, or -1 */
	char cached_path[PATH_MAX];
};
