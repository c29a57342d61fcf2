/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State is files. A file is replaced whole: written under a temporary name in the same directory,
 * then renamed, so that a crash at any instant leaves the old or the new one. Names are claimed by
 * link(2), which fails if somebody else has the name. Locks are flock(2) on a file of their own and
 * vanish with their holder.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

enum file_durability {
	FILE_VOLATILE, /* losing it in a power cut loses nothing that matters */
	FILE_DURABLE,  /* fsync before the rename, and of the directory after it */
};

/* Temporary names start with this; a sweep may remove those older than an hour. */
#define FILE_TEMPORARY_PREFIX ".tmp-"

int file_replace(int dir_fd, const char *name, const char *text, enum file_durability durable,
		 struct err *e);
/*
 * Claims `name` in `dir_fd` for the file `own` of `own_fd`, which says who claims: a crash leaves it
 * claimed or not, and nothing else. -1 with ERR_CONFLICT when it is taken.
 */
int file_claim(int own_fd, const char *own, int dir_fd, const char *name, struct err *e);

/*
 * Opens (and makes) the lock file and takes the lock: LOCK_SH or LOCK_EX, with LOCK_NB to get
 * ERR_CONFLICT instead of waiting. The lock lives as long as the descriptor and its copies.
 */
int file_lock(int dir_fd, const char *name, int operation, struct err *e);

/*
 * Random bytes as lower-case hexadecimal digits, for container ids (64) and temporary names.
 * `digits` is even and at most 64; `out` has room for one more.
 */
void file_random_hex(char *out, size_t digits);
