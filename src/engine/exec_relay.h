/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves bytes between our own standard streams and those of a process in a container, until it has
 * ended and its output is written. The process never gets our descriptors themselves: through them
 * it could reopen a file of the host, or push input into our terminal.
 */
#pragma once

#include "base/err.h"
#include "engine/detach_keys.h"

struct exec_relay {
	int pid_fd;    /* of the process */
	int stdin_fd;  /* writing end of its stdin, or -1; closed here */
	int stdout_fd; /* reading ends, or -1 */
	int stderr_fd;
	int pty_fd;	   /* instead of the three, or -1 */
	int forward_stdin; /* -i */
	struct detach_keys detach_keys;
};

/* 1 when the user detached. The terminal is raw meanwhile, with a pty. */
int exec_relay_run(struct exec_relay *r, struct err *e);
