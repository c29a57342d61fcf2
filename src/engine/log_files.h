/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of one container's log as a reader has them open: all at once, so that a rotation while
 * they are read takes none away.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "engine/log.h"

struct log_files {
	int fds[LOG_FILES_MAX]; /* oldest first; the last one is being written */
	size_t n;
};

/* No log is n == 0. */
int log_files_open(int dir_fd, const char *id, struct log_files *ret, struct err *e);
void log_files_close(struct log_files *f);
/*
 * Where the last `tail` entries begin: an index of `fds`, whose position in that file is set; those
 * of the files behind it are at their beginning. `tail` -1: all.
 */
int log_files_seek_tail(const struct log_files *f, int64_t tail, size_t *ret_first, struct err *e);
/*
 * The file that came after the one in `fd`, now that the log may have been rotated: a descriptor at
 * its beginning, or -1 with ERR_NOT_FOUND while `fd` is still the current one.
 */
int log_files_open_next(int dir_fd, const char *id, int fd, struct err *e);
