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
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"

enum cgroup_controller {
	CGROUP_CPU,
	CGROUP_CPUSET,
	CGROUP_MEMORY,
	CGROUP_PIDS,
	CGROUP_IO, /* v1 calls it blkio */
	CGROUP_HUGETLB,
	CGROUP_RDMA,
	CGROUP_MISC,
	CGROUP_PERF_EVENT,
	/* In v2 these three are no controllers, every group has what they do. */
	CGROUP_CPUACCT,
	CGROUP_DEVICES, /* by a BPF program */
	CGROUP_FREEZER,
	/* Only in v1. */
	CGROUP_NET_CLS,
	CGROUP_NET_PRIO,
	CGROUP_SYSTEMD, /* the hierarchy without controllers, name=systemd */
	/* Only in v2: a group as such. */
	CGROUP_CORE,
	CGROUP_CONTROLLER_COUNT,
};

#define CGROUP_BIT(c) (1U << (c))
#define CGROUP_V1_ONLY                                                                             \
	(CGROUP_BIT(CGROUP_NET_CLS) | CGROUP_BIT(CGROUP_NET_PRIO) | CGROUP_BIT(CGROUP_SYSTEMD))
/* All that a v2 tree has on a host without v1. */
#define CGROUP_V2_ALL (((1U << CGROUP_CONTROLLER_COUNT) - 1) & ~CGROUP_V1_ONLY)
/* One v1 hierarchy for each controller, and the v2 one. */
#define CGROUP_HIERARCHIES_MAX CGROUP_CONTROLLER_COUNT
#define CGROUP_NAME_MAX	       64

/* What the kernel calls it in this version: "cpu", "blkio" or "io" …; NULL where it has none. */
const char *cgroup_controller_name(enum cgroup_controller c, int version);
/* The bits of a list such as "rw,cpu,cpuacct" of n bytes; foreign words have none. */
uint32_t cgroup_controllers_parse(const char *list, size_t n, int version);

struct cgroup_hierarchy {
	int version;	      /* 1 or 2 */
	uint32_t controllers; /* bits 1 << enum cgroup_controller; v2: all that v1 doesn't have */
	const char *point;    /* where it is mounted */
	/* This process's group as a path below `point`: "" for the top, NULL when not visible. */
	const char *own;
	int top_is_ours;	    /* it is known already that groups can be made at the top */
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
/* Pure: is there a mount of every hierarchy that `groups` (/proc/self/cgroup) tells of? */
int cgroup_host_is_complete(const struct cgroup_host *h, const char *groups);
/* Reads the two files; with pure v2 and the right to write at its top, neither is needed. */
int cgroup_host_read(struct arena *a, struct cgroup_host *ret, struct err *e);
/* The same with another process's groups as `own`. */
int cgroup_host_read_process(pid_t pid, struct arena *a, struct cgroup_host *ret, struct err *e);

/* The hierarchy that has the controller, or NULL. */
const struct cgroup_hierarchy *cgroup_host_find(const struct cgroup_host *h,
						enum cgroup_controller c);
