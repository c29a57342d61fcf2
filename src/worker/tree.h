/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree that a layer is unpacked into, seen together with the layers below it as overlayfs will
 * show them. What stands in these trees was written by strangers: every lookup starts at a folder
 * descriptor and goes one part at a time, or through openat2 inside the root.
 *
 * A layer may name "bin/x" without "bin". The folder's metadata then comes from the layers below,
 * and if "bin" is a symbolic link there, the file goes where the link leads, as it does in other
 * engines that apply a layer on top of a mounted root.
 */
#pragma once

#include "base/err.h"
#include "worker/tree_state.h"

/*
 * The folder `path` (relative, normal, "" is the root) in the layer, made with all above it where it
 * is missing. O_PATH, borrowed until the next call.
 */
int tree_parent(struct tree *t, const char *path, struct err *e);
/* As tree_parent, but a missing folder is ERR_NOT_FOUND. */
int tree_parent_existing(struct tree *t, const char *path, struct err *e);
/* To be called when a folder or link was removed. */
void tree_forget(struct tree *t);
/* Closes what it opened itself: the cache. */
void tree_close(struct tree *t);
