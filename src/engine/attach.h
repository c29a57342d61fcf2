/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The user's side of an attached container: stdin to the monitor, its output to our descriptors,
 * signals on, window size along, until the container ends or the user detaches.
 *
 * As Docker does: with a terminal stdin is in raw mode and the detach keys count; without one, end
 * of file on stdin ends the container's stdin. All output that came before the end is written
 * before attach_run() returns. The terminal's mode is restored on every path, also when a signal
 * ends us.
 */
#pragma once

#include "base/err.h"
#include "engine/detach_keys.h"
#include "engine/monitor_client.h"

struct attach_options {
	int socket_fd; /* from monitor_connect_attached() or monitor_socketpair(); stays the
			  caller's */
	int stdin_fd;  /* -1: not forwarded; needs MONITOR_STDIN */
	int stdout_fd, stderr_fd;
	int tty;       /* the container has a terminal: one stream, window size, detach keys */
	int sig_proxy; /* pass signals on instead of dying of them */
	struct detach_keys detach_keys;
};

enum attach_outcome {
	ATTACH_ENDED,	      /* `end` says how */
	ATTACH_DETACHED,      /* by the detach keys; the container goes on */
	ATTACH_OUTPUT_CLOSED, /* nobody reads our output any more; the container goes on */
};

struct attach_result {
	enum attach_outcome outcome;
	struct monitor_end end;
};

int attach_run(const struct attach_options *options, struct attach_result *ret, struct err *e);
