/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base: the folder of a hierarchy below which our groups are made. It is the topmost one on
 * the way from the hierarchy's visible top to the group of this process that we may write to: the
 * top for root, the boundary of delegation for a user. v1 has a second place for a user, the
 * folder "user-UID" at the top, because v1 lets a process move without being below it; v2 a second
 * place to find (not make) groups, the one of the user's service manager.
 */
#pragma once

#include "runtime/cgroup_host.h"

/* The candidates in order. Start with { .hierarchy = h, .fd = -1 }. */
struct cgroup_walk {
	const struct cgroup_hierarchy *hierarchy;
	int fd;		  /* of the current candidate (O_PATH); the walk's */
	const char *rest; /* internal */
	int stage;	  /* internal */
};

/* Steps to the next candidate: 1, or 0 at the end. */
int cgroup_walk_next(struct cgroup_walk *w);
void cgroup_walk_end(struct cgroup_walk *w);

/* May groups be made in this candidate and processes be moved there? */
int cgroup_walk_writable(const struct cgroup_walk *w);
/* A descriptor of the base, or -1 where there is none. */
int cgroup_base_open(const struct cgroup_hierarchy *h);
/* Our user id as the initial user namespace knows it (as far as can be seen from here). */
unsigned cgroup_host_uid(void);
