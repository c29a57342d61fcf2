/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole reads and writes on file descriptors. Every descriptor that Cale opens is close-on-exec.
 * Sizes are bytes. EINTR is handled here and nowhere else.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"

/* Writes all n bytes. */
int fd_write_all(int fd, const void *data, size_t n, struct err *e);
/* Reads until n bytes or end of file; returns how many, or -1. */
ssize_t fd_read_full(int fd, void *data, size_t n, struct err *e);
/*
 * Reads a file from its current position to its end into a new NUL-terminated string that the
 * caller frees. More than `limit` bytes is ERR_LIMIT. `ret_n` may be NULL.
 */
char *fd_read_text(int fd, size_t limit, size_t *ret_n, struct err *e);

/* openat(2) with O_CLOEXEC of a trusted path of our own; a message with the name. */
int fd_open(int dir_fd, const char *path, int flags, struct err *e);
/* A folder in one of ours, made (0700) when it isn't there: its descriptor, or -1 with errno. */
int fd_open_own_dir(int dir_fd, const char *name);
/* The text of a small trusted file (state, /proc, /sys); limit as above. NULL on error. */
char *fd_read_file(int dir_fd, const char *path, size_t limit, struct err *e);
/* One write(2) of `text` to an existing file, as cgroup and /proc files want it. */
int fd_write_file(int dir_fd, const char *path, const char *text, struct err *e);

/* Duplicates a descriptor to >= 3, close-on-exec; -1 on error. */
int fd_dup_high(int fd, struct err *e);
int fd_set_nonblock(int fd, int on, struct err *e);
/* Closes every descriptor from `first` on, but those in `keep`, in any order; -1 there is none. */
void fd_close_from(int first, const int *keep, size_t n_keep);
/* Opens /dev/null onto any of 0, 1, 2 that is closed, so that no later open lands there. */
int fd_ensure_stdio(struct err *e);
