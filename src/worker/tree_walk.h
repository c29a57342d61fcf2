/* SPDX-License-Identifier: Apache-2.0 */
/* One step at a time through a layer and the layers below it, as overlayfs merges them. For tree.c. */
#pragma once

#include "base/err.h"
#include "worker/tree_state.h"

/* A folder: where it is in the layer itself, and the folders below that it is merged with. */
struct tree_walk {
	int out_fd;
	int lower_fds[IMAGE_LAYERS_MAX];
	size_t n_lowers;
};

/* Stands in the root. tree_walk_end() also after a failure. */
int tree_walk_begin(const struct tree *t, struct tree_walk *w, struct err *e);
void tree_walk_end(struct tree_walk *w);

/*
 * Steps into `name`. 1: it is a folder, and in the layer now even if it wasn't. 0: it is a symbolic
 * link; `target` (PATH_MAX bytes) is where to, and the walk didn't move.
 */
int tree_walk_into(const struct tree *t, struct tree_walk *w, const char *name, char *target,
		   struct err *e);
