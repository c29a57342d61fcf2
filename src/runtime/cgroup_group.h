/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One group in one hierarchy, and the container's groups together: what cgroup*.c are made of, and
 * nobody else includes. The two versions differ in a small table of operations; files and processes
 * of a group are handled alike.
 *
 * The folders down to the group are the host's and are named by path. Inside the group everything
 * goes by its descriptor: a container may have made further groups of any name there; they are
 * walked without following links.
 */
#pragma once

#include "runtime/cgroup_host.h"
#include "runtime/cgroup_settings.h"

struct cgroup_group {
	const struct cgroup_ops *ops;
	uint32_t controllers;
	char *place;	 /* the folder's path, ours to free */
	size_t base_n;	 /* length of the base's path in it: what is behind it is ours to arrange */
	int base_is_own; /* this process is in the base itself */
	int made;	 /* by us, so it is ours to remove */
	int fd;		 /* the group's folder */
	int join_fd;	 /* what the child writes to to join, or -1: it is cloned into v2's */
	char name[CGROUP_NAME_MAX];
};

struct cgroup {
	struct cgroup_group groups[CGROUP_HIERARCHIES_MAX];
	size_t n;
	int adopted; /* somebody else puts the process into v2's group */
};

struct cgroup_ops {
	int version;
	/* With `place` and `fd` there: what makes the group ready to be joined. */
	int (*prepare)(struct cgroup_group *g, struct err *e);
	/* Makes the files of controllers appear in the group: "+cpu +memory"; NULL: they are there. */
	int (*provide)(const struct cgroup_group *g, const char *controllers, struct err *e);
	const char *oom_file; /* has a line "oom_kill N" */
};

extern const struct cgroup_ops cgroup_v1_ops, cgroup_v2_ops;

/* Files of a group: one line or a list of process ids. */
#define CGROUP_FILE_BYTES_MAX (8 << 20)
/* Groups that a container made inside its own may be nested as deep as it likes; ours are walked so far. */
#define CGROUP_DEPTH_MAX 64

const struct cgroup_group *cgroup_group_with(const struct cgroup *c, enum cgroup_controller k);
/* The one that knows best who is in the container: v2's, else any; NULL without groups. */
const struct cgroup_group *cgroup_group_main(const struct cgroup *c);
/* Closes and frees what it holds. */
void cgroup_group_end(struct cgroup_group *g);

/* Opens place and prepares it; on failure everything but `place` is closed. */
int cgroup_group_open(struct cgroup_group *g, struct err *e);
/* v2: as many controllers as there are, for those who look at the files (best effort). */
void cgroup_v2_provide_all(const struct cgroup_group *g);

/* No process in it and no group below it? */
int cgroup_group_is_empty(int fd);
/* Sends SIGKILL to everything in the group and the groups below it until it is empty. */
int cgroup_group_kill(const struct cgroup_group *g, const struct cgroup_group *freezer,
		      struct err *e);
/* Removes the group and all below it; waits for dying processes until `deadline`. */
int cgroup_group_remove(const struct cgroup_group *g, int64_t deadline_usec, struct err *e);
/* Tries again while new processes keep it from freezing; without success it is thawed. */
int cgroup_v1_freeze(const struct cgroup_group *g, int64_t timeout_usec, struct err *e);
int cgroup_v1_thaw(const struct cgroup_group *g, struct err *e);

/* The number behind `key` in a text of "key number" lines; 0 when it isn't there. */
uint64_t cgroup_text_value(const char *text, const char *key);

struct cgroup_undo;

/* Writes a container's limits. */
struct cgroup_application {
	const struct cgroup *cgroup;
	const struct cgroup_settings *settings; /* planned: of both versions */
	size_t n;
	const struct err *missing; /* why a hierarchy has no group, or NULL */
	struct cgroup_undo *undo;  /* gets what the files held before, or NULL */
};

int cgroup_apply(const struct cgroup_application *a, struct err *e);
