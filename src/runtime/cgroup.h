/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control groups of one container: v2, v1 (a folder in each controller's hierarchy) and hybrid.
 * Kernel: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/. What is done with them while the
 * container lives is in cgroup_control.h, cgroup_stats.h and cgroup_watch.h.
 *
 * Which of them this host has is read from /proc/self/mountinfo and /proc/self/cgroup.
 *
 * A limit that is in `resources.required` and can't be enforced is ERR_UNENFORCED with the mend.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"
#include "runtime/resources.h"

struct cgroup;

/* Why `r` can't be enforced here by this user: NULL when it can; `hint` says the mend. */
const char *cgroup_why_not(enum resource r, char *hint, size_t hint_size);
/* The same for those in `wanted` (bits 1 << enum resource), which costs little more than one. */
struct cgroup_lack {
	const char *why; /* NULL: it can be enforced, or wasn't wanted */
	char hint[320];
};
void cgroup_lacks(uint32_t wanted, struct cgroup_lack lacks[RESOURCE_COUNT]);

/*
 * For the engine: makes groups in the hierarchies that the limits need, "cale/<id>" below a base
 * that we may write to (as root at the top of each hierarchy, for a user below the group that this
 * process is in), and writes the limits. A leftover is made anew. NULL on error.
 */
struct cgroup *cgroup_create(const char *path, const struct resources *r, struct err *e);
/* An existing one of those; ERR_NOT_FOUND. */
struct cgroup *cgroup_open(const char *path, struct err *e);

/*
 * For an OCI bundle (config-linux.md "Cgroups Path"): groups in every hierarchy that is mounted and
 * can be written to. An absolute path is relative to each hierarchy's visible top; a relative one,
 * and the id where there is none, goes below the folder "cale-oci" in the base.
 */
enum cgroup_manager {
	CGROUP_MANAGER_CGROUPFS,
	CGROUP_MANAGER_DISABLED, /* no groups: what is required is refused */
	/*
	 * `path` is absolute, and somebody (systemd) has put the container's process there already.
	 * Where he made no group, as v1's systemd does in most hierarchies, we do, and the process
	 * has yet to join it.
	 */
	CGROUP_MANAGER_ADOPT,
};

struct cgroup_request {
	enum cgroup_manager manager;
	const char *path; /* linux.cgroupsPath, or NULL */
	const char *id;
	/* No group in a hierarchy is an error, limit or not. runc: for root, and with a path. */
	int strict;
	const struct resources *resources;
	/* NULL, or called before any is made with at least what cgroup_record() will say; -1: none is. */
	int (*intend)(void *data, const char *record, struct err *e);
	void *data;
};

/*
 * A group that exists is used as it is, and not removed later; ERR_CONFLICT when there are processes
 * in it or it is frozen.
 */
struct cgroup *cgroup_create_oci(const struct cgroup_request *q, struct err *e);
/* Where the groups are, as lines for a state file; the caller's to free. "" without groups. */
char *cgroup_record(const struct cgroup *c);
/* The groups that still are there. Of an empty record an object without groups; ERR_NOT_FOUND. */
struct cgroup *cgroup_open_record(const char *record, struct err *e);
/*
 * The groups that a process is in now, never to be removed by us: for exec where the container's
 * own are gone since its first process moved elsewhere. ERR_NOT_FOUND.
 */
struct cgroup *cgroup_open_process(pid_t pid, struct err *e);

void cgroup_close(struct cgroup *c); /* memory and descriptors only; accepts NULL */
void cgroup_closep(struct cgroup **c);
#define cleanup_cgroup cleanup_by(cgroup_closep)

/*
 * The v2 folder for clone3(CLONE_INTO_CGROUP), or -1 where there is none or it isn't new. The child
 * itself calls cgroup_join_self(), which is async-signal-safe, while it has one thread, for the
 * other groups.
 */
int cgroup_clone_fd(const struct cgroup *c);
int cgroup_join_self(const struct cgroup *c); /* 0, or -1 with errno */

/* Sends SIGKILL to all that is in it, until nothing is (a second at most). Thaws it. */
int cgroup_kill(const struct cgroup *c, struct err *e);
/* Removes what was made; waits for dying processes a second at most. A missing one is success. */
int cgroup_remove(const struct cgroup *c, struct err *e);
