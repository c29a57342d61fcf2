/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths below a directory descriptor, for trees that a stranger may have written or is writing
 * right now. Nothing is resolved by string; all goes through openat2(2). There is no weaker
 * fallback where openat2 is refused: that is an error.
 *
 * IN_ROOT resolves as if `root_fd` were "/" (symbolic links may point anywhere inside).
 * BENEATH_NOFOLLOW refuses every symbolic link.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"

int path_open_in_root(int root_fd, const char *path, int flags, struct err *e);
int path_open_nofollow(int root_fd, const char *path, int flags, struct err *e);

/*
 * Makes the directory `path` below `root_fd` with all its parents (symbolic links resolved inside
 * the root, also those that lead to nothing yet), mode 0755, and returns an O_PATH descriptor of it.
 * Races with whoever writes into the tree can only make it fail or land elsewhere inside the root.
 */
int path_make_dirs_in_root(int root_fd, const char *path, struct err *e);
/* As above for the parents, then an empty regular file where nothing was; O_PATH descriptor. */
int path_make_file_in_root(int root_fd, const char *path, struct err *e);

/* mkdir -p of a path of our own (state directories); existing ones keep their mode. */
int path_make_own_dirs(const char *path, mode_t mode, struct err *e);
/*
 * Removes `name` below `dir_fd` with all that is in it, following no link and crossing no mount.
 * Unreadable directories are made readable first. A missing one is success.
 */
int path_remove_tree(int dir_fd, const char *name, struct err *e);
/* Is it "a/b/c" with no empty, "." or ".." part, not absolute, at most PATH_MAX? */
int path_is_plain_relative(const char *path);
