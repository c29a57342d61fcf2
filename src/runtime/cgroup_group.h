/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One group in one hierarchy: what cgroup.c is made of. The two versions differ in a small table of
 * operations; files and processes of a group are handled alike. Used by cgroup*.c only.
 *
 * Everything goes by directory descriptors: the base's, and the group's own. Inside the group a
 * container may have made further groups of any name; they are walked without following links.
 */
#pragma once

#include "runtime/cgroup_host.h"
#include "runtime/cgroup_settings.h"

struct cgroup_group {
	const struct cgroup_ops *ops;
	uint32_t controllers;
	int base_fd; /* the folder that `path` is below */
	int fd;	     /* the group's folder */
	int join_fd; /* v1: its "tasks" file; otherwise -1 */
	char name[CGROUP_NAME_MAX];
};

struct cgroup_ops {
	int version;
	/* After mkdir: what makes the group ready to be joined. */
	int (*prepare)(struct cgroup_group *g, const char *path, struct err *e);
	/* Writes a limit and proves that it holds. */
	int (*set)(const struct cgroup_group *g, const char *path, const struct cgroup_setting *s,
		   struct err *e);
	int (*kill)(const struct cgroup_group *g, struct err *e);
	const char *oom_file; /* has a line "oom_kill N" */
};

extern const struct cgroup_ops cgroup_v1_ops, cgroup_v2_ops;

/* Longest group path of ours, "cale/<id>". */
#define CGROUP_PATH_MAX 512
/* Files of a group: one line or a list of process ids. */
#define CGROUP_FILE_BYTES_MAX (8 << 20)

/*
 * One write and one read back of an existing file. A difference is ERR_UNENFORCED; a file that
 * doesn't exist leaves ENOENT in e->sys.
 */
int cgroup_group_write(const struct cgroup_group *g, const struct cgroup_setting *s, struct err *e);
/* Sends SIGKILL to everything in the group and the groups below it until it is empty. */
int cgroup_group_kill(const struct cgroup_group *g, struct err *e);
/* Removes the group `path` and all below it; waits for dying processes. */
int cgroup_group_remove(const struct cgroup_group *g, const char *path, struct err *e);
/* The number behind `key` in a file of "key number" lines; 0 when there is no such file or key. */
int cgroup_group_counter(const struct cgroup_group *g, const char *key, uint64_t *ret,
			 struct err *e);
