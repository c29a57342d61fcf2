/* SPDX-License-Identifier: Apache-2.0 */
/* Handing a descriptor to whoever listens on a Unix socket: unix(7), SCM_RIGHTS. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * Connects to the stream socket at `path` (of any length) and sends `text` with `fd`. Both stay the
 * caller's.
 */
int fd_pass(const char *path, const char *text, int fd, struct err *e);
/* The same over a socket that is connected already. */
int fd_pass_over(int socket_fd, const char *text, int fd, struct err *e);

#define FD_PASS_MAX 16
/*
 * One message of `n` bytes with descriptors, as sendmsg(2) and with its flags; async-signal-safe. 0, or -1
 * with errno.
 */
struct fd_message {
	const void *bytes;
	size_t n;
	const int *fds;
	size_t n_fds; /* at most FD_PASS_MAX */
	int flags;
};
int fd_send(int socket_fd, const struct fd_message *m);
/*
 * The next one: how many bytes of it are in `room`, 0 at the end, -1 with errno. Exactly `n_fds` descriptors came
 * along, which are the caller's then, or fds[] is all -1.
 */
struct fd_room {
	void *bytes;
	size_t n;
	int *fds;
	size_t n_fds;
};
ssize_t fd_receive(int socket_fd, const struct fd_room *room);
