/* SPDX-License-Identifier: Apache-2.0 */
/* Handing a descriptor to whoever listens on a Unix socket: unix(7), SCM_RIGHTS. */
#pragma once

#include "base/err.h"

/*
 * Connects to the stream socket at `path` (of any length) and sends `text` with `fd`. Both stay the
 * caller's.
 */
int fd_pass(const char *path, const char *text, int fd, struct err *e);
/* The same over a socket that is connected already. */
int fd_pass_over(int socket_fd, const char *text, int fd, struct err *e);
