/* SPDX-License-Identifier: Apache-2.0 */
/* Overlayfs's own marks in a lower layer (Documentation/filesystems/overlayfs.rst). */
#pragma once

#include <sys/stat.h>

#include "base/err.h"
#include "worker/tree_state.h"

/* Of a removed name: a character device 0:0. */
int tree_is_whiteout(const struct stat *st);
/* Of a folder that hides what is below it. */
int tree_is_opaque(const struct tree *t, int folder_fd);
int tree_mark_opaque(const struct tree *t, int folder_fd, struct err *e);
