/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes of our own: who they are (a pid alone may have been given to somebody else) and helper
 * programs that are run to their end.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* A pid and its start time in clock ticks since boot (field 22 of /proc/PID/stat) name one process. */
struct process_id {
	pid_t pid;
	uint64_t start_ticks;
};

int process_identify(pid_t pid, struct process_id *ret, struct err *e);
/* A pidfd of exactly that process; ERR_NOT_FOUND when it is gone, also when its pid was reused. */
int process_open(const struct process_id *id, struct err *e);

/* waitpid(2) with EINTR handled: the wait status, or -1. */
int process_wait(pid_t pid, struct err *e);
/* A wait status as a shell has it: the exit code, or 128 + signal. */
int process_exit_code(int wait_status);

struct process_run {
	const char *const *argv; /* argv[0] is an absolute path; no shell, no PATH search */
	const int *fds; /* handed on as 0, 1, 2, 3 …; -1 is /dev/null; everything else is closed */
	size_t n_fds;	/* at least 3 */
	const char *const *env; /* NULL: an empty environment */
};
/* Starts it; the child's pid. All signals are at their defaults and none is blocked. */
pid_t process_spawn(const struct process_run *run, struct err *e);
/* Starts it and waits; 0 when it exits with 0. */
int process_run(const struct process_run *run, struct err *e);
