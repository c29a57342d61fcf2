/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control groups of one container: v2, v1 (a folder in each controller's hierarchy) and hybrid.
 * Kernel: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/.
 *
 * Which of them this host has is read from /proc/self/mountinfo and /proc/self/cgroup. The
 * container's group is made below a base group that we may write to: as root at the top of each
 * hierarchy, for a user below the group that this process is in.
 *
 * A limit that is in `resources.required` and can't be enforced is ERR_UNENFORCED with the mend.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "runtime/resources.h"

struct cgroup;

/* Why `r` can't be enforced here by this user: NULL when it can; `hint` says the mend. */
const char *cgroup_why_not(enum resource r, char *hint, size_t hint_size);
/* The same for all of them, which costs little more than one. */
struct cgroup_lack {
	const char *why; /* NULL: it can be enforced */
	char hint[320];
};
void cgroup_lacks(struct cgroup_lack lacks[RESOURCE_COUNT]);

/* Makes the groups below `path` ("cale/<id>") and writes the limits. NULL on error. */
struct cgroup *cgroup_create(const char *path, const struct resources *r, struct err *e);
/* An existing one, to exec into, update or remove; ERR_NOT_FOUND. */
struct cgroup *cgroup_open(const char *path, struct err *e);
void cgroup_close(struct cgroup *c); /* memory and descriptors only; accepts NULL */
void cgroup_closep(struct cgroup **c);
#define cleanup_cgroup __attribute__((__cleanup__(cgroup_closep)))

/*
 * The v2 folder for clone3(CLONE_INTO_CGROUP), or -1 where only v1 has our groups. With v1 groups
 * the child itself calls cgroup_join_self(), which is async-signal-safe, while it has one thread;
 * it does nothing for a v2 folder.
 */
int cgroup_clone_fd(const struct cgroup *c);
int cgroup_join_self(const struct cgroup *c); /* 0, or -1 with errno */

/* Sends SIGKILL to all that is in it, until nothing is (a second at most). */
int cgroup_kill(const struct cgroup *c, struct err *e);
/* Removes it; waits for dying processes a second at most. A missing one is success. */
int cgroup_remove(const struct cgroup *c, struct err *e);
/* How often the kernel killed a process of it for lack of memory. */
int cgroup_oom_kills(const struct cgroup *c, uint64_t *ret, struct err *e);

/*
 * The folders of this group for a read-only view inside the container: names such as "memory", or
 * "" for a pure v2 tree, each with a descriptor that stays the cgroup's. Returns how many.
 */
struct cgroup_view {
	const char *name;
	int fd;
};
size_t cgroup_views(const struct cgroup *c, struct cgroup_view *views, size_t room);
