/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The times of a layer's folders. They change with every file that is made inside, so they are kept
 * and set when the whole layer is there.
 */
#pragma once

#include <stddef.h>
#include <time.h>

#include "base/err.h"

struct folders {
	char *bytes; /* records of two times and a path */
	size_t n, room;
};

/* Remembers; more than LIMIT_FOLDERS_BYTES is an error. `path` is normal, "" the root. */
int folders_add(struct folders *f, const char *path, const struct timespec times[2], struct err *e);
/* Sets them all. A folder that is gone or became something else by then is passed over. */
int folders_set_times(const struct folders *f, int root_fd, struct err *e);
void folders_free(struct folders *f);
