/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signals of a command that is attached to a container: taken through a descriptor, so that
 * they can be passed on, or at least the terminal restored before they end us.
 */
#pragma once

#include <signal.h>

#include "base/err.h"

struct attach_signals {
	int fd; /* signalfd(2), or -1 */
	sigset_t before;
};

/*
 * From here to attach_signals_close() they are blocked. What the caller's parent had ignored stays
 * ignored; but to be passed on, all are taken except nohup's SIGHUP: a shell ignores SIGINT and
 * SIGQUIT for its background jobs, and scripts send them to `run &` on purpose, as with Docker.
 * A write to a pipe without a reader is EPIPE meanwhile.
 */
int attach_signals_open(struct attach_signals *s, int pass_on, struct err *e);
/* One that has come: its number, or 0. */
int attach_signals_read(const struct attach_signals *s);
void attach_signals_close(struct attach_signals *s);
/* Closes and lets the signal do what it would have done; may not return. */
void attach_signals_die_of(struct attach_signals *s, int signal);
