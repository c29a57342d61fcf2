/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of control groups on this machine's kernel share. */
#pragma once

#include <sys/types.h>

#include "runtime/cgroup_control.h"

/*
 * Leaves the test where this host can't enforce `r` at all; that is cgroup_why_not()'s own business.
 * cmocka's skip() is "not ok" in TAP, which counts as a failure.
 */
#define need(r)                                                                                    \
	do {                                                                                       \
		if (is_missing(r))                                                                 \
			return;                                                                    \
	} while (0)
#define need_that(condition)                                                                       \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			print_message("# not here: needs " #condition "\n");                       \
			return;                                                                    \
		}                                                                                  \
	} while (0)
int is_missing(enum resource r);
/* Has this host a v1 hierarchy in use? */
int host_has_v1(void);
/* The text of the first of the group's folders that has the file, or NULL; static. */
const char *file_of(const struct cgroup *c, const char *file);
/* The same for v1's name of it, else v2's. */
const char *value_of(const struct cgroup *c, const char *v1, const char *v2);
/* Writes into the first folder that has the file; what write(2) says. */
int write_to(const struct cgroup *c, const char *file, const char *text);

/* Forks into the group, in whichever way the kernel's version wants it. */
pid_t fork_into(const struct cgroup *c);
/* A process in the group that waits to be killed; returns when it is there. */
pid_t sleeper_in(const struct cgroup *c);
int wait_for(pid_t pid);
/* Kills, removes and closes it. */
void finish(struct cgroup *c);
