/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folders that something is gathered in before it is renamed into place. They are locked (flock) as
 * long as their maker lives, so that leftovers of a crash can be told from work in progress.
 */
#pragma once

#include "base/err.h"
#include "base/file.h"

#define TEMPORARY_NAME_SIZE (sizeof FILE_TEMPORARY_PREFIX + 16)

/*
 * Makes one in `dir_fd`, mode 0700. Returns its descriptor, which holds the lock; `name` has
 * TEMPORARY_NAME_SIZE bytes.
 */
int temporary_folder(int dir_fd, char *name, struct err *e);
/*
 * Removes temporary folders that nobody holds, and temporary files (file.h): those older than an hour,
 * or with `alone` all, for somebody who holds a lock under which no other process writes here. What
 * can't be removed is left for the next time.
 */
void temporary_sweep(int dir_fd, int alone);
