/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a container's log (log.h) back, across its rotated files: what `cale logs` does.
 *
 * Entries are passed on as they were printed, stdout's to one descriptor and stderr's to another.
 * A line of a log file that isn't one of our entries is skipped. While following, a rotation
 * between two looks is noticed by the files' inodes; only entries that were rotated out of
 * existence unseen are lost.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct log_read_options {
	int follow;
	int64_t tail;			/* the last so many entries; -1: all */
	int timestamps;			/* the time and a space before each entry */
	int64_t since_nsec, until_nsec; /* since 1970, inclusive; 0: no bound */
	int stdout_fd, stderr_fd;	/* -1 leaves that stream out */
	/* Will more come? Asked while following; NULL: no. */
	int (*is_alive)(void *data);
	void *data;
};

/* `dir_fd` is the folder of the log. No log at all is success: nothing was printed. */
int log_read(int dir_fd, const char *id, const struct log_read_options *options, struct err *e);
