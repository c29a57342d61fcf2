/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done with a container's control groups while it lives.
 *
 * The container is hostile: it may have made groups of any name inside its own, as many and as deep
 * as the kernel lets it, and processes come and go. Nothing below its group is reached by a string.
 */
#pragma once

#include <sys/types.h>

#include "runtime/cgroup.h"

/*
 * Writes new limits, in an order in which the kernel takes them. Only what is asked for is touched;
 * unlimited (-1) takes a limit away. v2 wants memory and swap together, so an update of one of them
 * has to bring the other. Device rules are replaced whole, with a moment in which nothing is
 * allowed. After an error the limits are as they were, or the message says which aren't.
 */
int cgroup_update(const struct cgroup *c, const struct resources *r, struct err *e);
/* The same, to be put back when a later step fails: cgroup_undo() says in the message how that went. */
struct cgroup_undo;
struct cgroup_undo *cgroup_undo_new(void);
int cgroup_update_noted(const struct cgroup *c, const struct resources *r, struct cgroup_undo *u,
			struct err *e);
void cgroup_undo(const struct cgroup_undo *u, struct err *e);
void cgroup_undo_freep(struct cgroup_undo **u);
#define cleanup_cgroup_undo cleanup_by(cgroup_undo_freep)
/* Of a container that is being made: nobody needs the former ones after an error. */
int cgroup_limit_further(const struct cgroup *c, const struct resources *r, struct err *e);

/* Returns when all of it stands still; an attempt that fails leaves it running. */
int cgroup_freeze(const struct cgroup *c, struct err *e);
int cgroup_thaw(const struct cgroup *c, struct err *e);
const char *cgroup_freezer_place(const struct cgroup *c);    /* folder of that group, or NULL */
int cgroup_is_frozen(const struct cgroup *c, struct err *e); /* 1, 0, -1; not by a group above it */
/*
 * What was killed and doesn't end may be kept by a v1 freezer. Thaws the container's own group and
 * those below it; ERR_CONFLICT names a frozen group of somebody else's that the processes in it, or `init`
 * (0: none), are in. `c` may be NULL.
 */
int cgroup_release(const struct cgroup *c, pid_t init, struct err *e);
/* For loops that wait for such an end: the same, once, as soon as it takes longer than it should. */
#define CGROUP_PATIENCE_USEC 200000
struct cgroup_patience {
	const struct cgroup *cgroup;
	pid_t init;
	int64_t since_usec; /* monotonic */
	int asked;
};
int cgroup_patience(struct cgroup_patience *p, struct err *e);

/*
 * All processes in it and in groups below it, as this pid namespace numbers them, into an array in
 * the arena: how many, or -1. A group that is gone has none.
 */
ssize_t cgroup_pids(const struct cgroup *c, struct arena *a, pid_t **ret, struct err *e);

/* How often the kernel killed a process of it for lack of memory. */
int cgroup_oom_kills(const struct cgroup *c, uint64_t *ret, struct err *e);

/*
 * The groups for an additional process (exec --cgroup): `paths` are "PATH" for all hierarchies, or
 * for v1 several "CONTROLLER[,CONTROLLER…]:PATH", PATH below the container's group; n == 0: the
 * container's groups, or in v2 the one of process `init` where the container has made its own one an
 * inner node, which can hold no process. "/" is the container's group itself. To be closed by the
 * caller, and of use only for cgroup_clone_fd() and cgroup_join_self().
 */
struct cgroup_join {
	const char *const *paths;
	size_t n;
	pid_t init;
};
struct cgroup *cgroup_open_join(const struct cgroup *c, const struct cgroup_join *j, struct err *e);
/*
 * Puts another process into the groups: one that waits and has one thread. EACCES in e->sys: a user
 * may not move it out of where it is (cgroup-v2.rst "Delegation Containment").
 */
int cgroup_join_process(const struct cgroup *c, pid_t pid, struct err *e);
/*
 * Where the v2 group of `inner`, which cgroup_open_join() gave, is below the one of `c`: "" or "/a/b",
 * the caller's to free. ERR_NOT_FOUND when it is elsewhere.
 */
char *cgroup_path_below(const struct cgroup *c, const struct cgroup *inner, struct err *e);

/*
 * Gives the v2 group to the container's user, as config-linux.md "Cgroup ownership" has it: the
 * folder and the files that the kernel lists for it. Nothing where a v1 hierarchy takes part.
 */
int cgroup_delegate(const struct cgroup *c, uid_t uid, gid_t gid, struct err *e);

/*
 * The folders of this group for a view inside the container: names such as "memory", or "" for a
 * pure v2 tree, each with its path and a descriptor that stay the cgroup's. Returns how many.
 */
struct cgroup_view {
	const char *name, *place;
	int fd;
};
size_t cgroup_views(const struct cgroup *c, struct cgroup_view *views, size_t room);
