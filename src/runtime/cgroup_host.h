/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which control-group hierarchies this host has, where they are mounted and which group of each
 * this process is in: /proc/self/mountinfo and /proc/self/cgroup (proc(5), cgroups(7)) as data.
 *
 * Both files are the kernel's and trusted, the mount points in them may be of any shape.
 */
#pragma once

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

enum cgroup_controller {
	CGROUP_CPU,
	CGROUP_CPUSET,
	CGROUP_MEMORY,
	CGROUP_PIDS,
	CGROUP_CONTROLLER_COUNT,
};

#define CGROUP_ALL ((1U << CGROUP_CONTROLLER_COUNT) - 1)
/* One v1 hierarchy for each controller, and the v2 one. */
#define CGROUP_HIERARCHIES_MAX (CGROUP_CONTROLLER_COUNT + 1)
#define CGROUP_NAME_MAX	       64

/* "cpu", "cpuset", "memory", "pids": what the kernel calls them in both versions. */
const char *cgroup_controller_name(enum cgroup_controller c);

struct cgroup_hierarchy {
	int version;	      /* 1 or 2 */
	uint32_t controllers; /* bits 1 << enum cgroup_controller; v2: all that v1 doesn't have */
	const char *point;    /* where it is mounted */
	/* This process's group as a path below `point`: "" for the top, NULL when not visible. */
	const char *own;
	char name[CGROUP_NAME_MAX]; /* v1: last part of the mount point ("cpu,cpuacct"); v2: "" */
};

/* v1 hierarchies first, the v2 one last. Hierarchies without a controller of ours are left out. */
struct cgroup_host {
	struct cgroup_hierarchy list[CGROUP_HIERARCHIES_MAX];
	size_t n;
};

/* Pure. Strings live in the arena. A host without any hierarchy gives n == 0. */
void cgroup_host_parse(const char *mountinfo, const char *groups, struct arena *a,
		       struct cgroup_host *ret);
/* Reads the two files; with pure v2 and the right to write at its top, neither is needed. */
int cgroup_host_read(struct arena *a, struct cgroup_host *ret, struct err *e);

/* The hierarchy that has the controller, or NULL. */
const struct cgroup_hierarchy *cgroup_host_find(const struct cgroup_host *h,
						enum cgroup_controller c);
