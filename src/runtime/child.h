/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the container's first process knows on its way from clone to exec, and the stages of that
 * way. Private to src/runtime.
 *
 * Theory of operation. The process is cloned with new pid and mount namespaces while it still is
 * the caller (root, or the root of a user's kept namespace). The other namespaces were made by a
 * holder process (namespaces.h), together with the container's user namespace and its id map.
 *
 *	as the caller:	join cgroup, network, ipc, uts; limits; assemble the whole tree; pivot_root
 *	crossing:	join the user namespace, then a new mount namespace: the kernel locks every
 *			mount and flag of the copy against the container's root
 *	as its root:	ids, wait for the start, capabilities, Landlock, seccomp, exec
 *
 * No stage allocates or uses stdio streams. Each must leave nothing outside of this process: it may
 * be killed at any instant, and all that it did goes with its namespaces.
 */
#pragma once

#include "base/err.h"
#include "runtime/cgroup_control.h"
#include "runtime/io.h"
#include "runtime/mount_idmaps.h"
#include "runtime/namespaces.h"
#include "runtime/seccomp_filter.h"
#include "runtime/spec.h"

#define CHILD_GROUPS_MAX 64
#define CHILD_VIEWS_MAX	 16
#define CHILD_MOUNTS_MAX 1536

struct child {
	const struct spec *spec;
	const struct cgroup *cgroup;
	const struct runtime_io *io;
	struct holder *holder;		 /* NULL: all namespaces come from the clone */
	const struct namespaces *joined; /* those that have a path */
	int status_fd;			 /* status.h */
	int start_fd;	      /* a listening socket: who connects starts the program; or -1 */
	int reports_prepared; /* the caller has something to do before pivot_root */
	int awaits_place;     /* the caller puts us into our groups, nothing is done before */
	char *places, *state; /* STATUS_TEXT_MAX bytes: where they are; state for hooks; or NULL */
	int proc_fd, root_fd; /* the host's procfs, verified; the container's root once mounted */
	int outlives_caller, program_missing,
		additional; /* the last joins a container that runs already */
	int pty_fd, tty_fd; /* both ends of its terminal, or -1 */
	uint32_t uid, gid;  /* of the program, in the container's numbers */
	uint32_t groups[CHILD_GROUPS_MAX];
	size_t n_groups, n_views;
	struct cgroup_view views[CHILD_VIEWS_MAX]; /* of our groups; fd: a detached mount, or -1 */
	struct idmaps idmaps;			   /* made by the caller */
	int unattached;	 /* the mount namespace isn't ours: the tree hangs nowhere in it */
	int all_private; /* what is cloned from the host's tree is private already */
	int fds[CHILD_MOUNTS_MAX]; /* by the spec's mounts: a source, later a mount; -1: none */
	struct seccomp_sender sender;
	char home[256]; /* "HOME=…" of the user, for an environment without it */
};

/* Runs all stages and the program; only returns by _exit. */
_Noreturn void child_main(struct child *c);
/* The last stages, also used for an additional process: from "wait for start" to the exec. */
_Noreturn void child_finish(struct child *c);

/*
 * mounts.c: makes the mount namespace private and clones the sources of binds that later mounts or
 * that could change.
 */
int child_open_sources(struct child *c, struct err *e);
/* rootfs.c: mounts the root and leaves root_fd. */
int child_mount_rootfs(struct child *c, struct err *e);
/* mounts.c: the spec's mounts in order, then devices; masks and read-only paths wait. */
int child_mount_all(struct child *c, struct err *e);
/* devices.c: one MOUNT_DEV; the spec's devices and the default ones. */
int child_mount_dev(struct child *c, const struct spec_mount *m, struct err *e);
int child_make_devices(struct child *c, struct err *e);
/* mounts.c: the end of changes to the tree: masks, read-only paths, file systems and root. */
int child_seal_tree(struct child *c, struct err *e);
/* root.c: makes root_fd "/" and lets the host's tree go. */
int child_pivot(struct child *c, struct err *e);
/* root.c: in the mount namespace that the program gets: who is shared, which the crossing undid. */
int child_set_propagation(struct child *c, struct err *e);
/* network.c: loopback up, sysctls. */
int child_configure_network(struct child *c, struct err *e);
/* terminal.c: opens a pty in the container's devpts, binds /dev/console; makes it 0, 1, 2 later. */
int child_open_terminal(struct child *c, struct err *e);
int child_take_stdio(struct child *c, struct err *e);
/* terminal.c: any user inside may open pipes as /dev/stdout again; before they have no owner there. */
int child_share_stdio(struct child *c, struct err *e);
/* identity.c: the program's user from the container's own files; hostile content. */
int child_find_user(struct child *c, struct err *e);
/* identity.c: supplementary groups, gid, uid; capabilities survive until privileges.c. */
int child_become_user(struct child *c, struct err *e);
/* privileges.c */
int child_drop_privileges(struct child *c, struct err *e);
/* program.c: an error when there is none; working directory, descriptors; exec: returns with an error. */
int child_find_program(struct child *c, struct err *e);
int child_prepare_program(struct child *c, struct err *e);
int child_run_program(struct child *c, struct err *e);
