/* SPDX-License-Identifier: Apache-2.0 */
/* Being attached to a container from the command line: what run, start and attach share. */
#pragma once

#include "base/err.h"

struct attached {
	int socket_fd; /* from the engine; closed here */
	int forward_stdin, show_stdout, show_stderr, tty, sig_proxy;
	const char *detach_keys; /* NULL: default */
};

/* Until it ends or the user leaves: the container's exit code, 0 after detaching, or -1. */
int attached_run(const struct attached *a, struct err *e);
/* -t with -i needs a terminal to take over. */
int attached_check_tty(int tty, int interactive, struct err *e);
