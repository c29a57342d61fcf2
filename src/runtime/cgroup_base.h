/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base: the folder of a hierarchy below which our groups are made. It is the topmost one on
 * the way from the hierarchy's visible top to the group of this process that we may write to: the
 * top for root, the boundary of delegation for a user. v1 has a second place for a user, the
 * folder "user-UID" at the top, because v1 lets a process move without being below it; v2 a second
 * place to find (not make) groups, the one of the user's service manager.
 *
 * Folders are named by their full path: nothing in a cgroup file system is a link.
 */
#pragma once

#include "runtime/cgroup_host.h"

/* The candidates in order. Start with { .hierarchy = h }. */
struct cgroup_walk {
	const struct cgroup_hierarchy *hierarchy;
	char path[PATH_MAX]; /* of the current candidate, which may not exist */
	const char *rest;    /* internal */
	int stage;	     /* internal */
};

/* Steps to the next candidate: 1, or 0 at the end. */
int cgroup_walk_next(struct cgroup_walk *w);
/*
 * May groups be made in this candidate and processes be moved there? Of v1 folders it is known
 * only whether they exist: what else is needed mkdir(2) tells.
 */
int cgroup_walk_usable(const struct cgroup_walk *w);
/* Is this process in the candidate itself? */
int cgroup_walk_is_own(const struct cgroup_walk *w);

/* A descriptor of the base, or -1 where there is none. */
int cgroup_base_open(const struct cgroup_hierarchy *h);
/* Our user id as the initial user namespace knows it (as far as can be seen from here). */
unsigned cgroup_host_uid(void);
