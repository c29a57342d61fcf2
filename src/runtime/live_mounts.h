/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts of a container that runs: what is added to its tree and what is taken away again. mount(2),
 * open_tree(2), move_mount(2), mount_namespaces(7).
 *
 * Theory of operation. All is done by a helper process, which ends with it. As the caller (an ordinary
 * user's in the user namespace that the container's lies in) it makes each mount, attached nowhere:
 * sources, devices and options are looked up where nothing is the container's. When the container has
 * a user namespace of its own the mounts cross into that as at create, so that the kernel locks their
 * flags against the container's root. Then it joins the container's mount namespace. There everything
 * is hostile and changing: targets are resolved as at create (tree.h). The helper is in nobody's pid
 * namespace but the caller's and isn't dumpable.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/spec.h"

#define LIVE_MOUNTS_MAX 256

struct live_mounts {
	/* The container's, but for `mounts`: those to add, or to remove by `target` alone. */
	const struct spec *spec;
	pid_t pid; /* of its first process, and */
	int pid_fd;
};

/*
 * Binds and new file systems. All or, after an error, none; ERR_UNENFORCED for kinds that only exist
 * from the beginning (cgroup, proc, remount …).
 */
int live_mounts_add(const struct live_mounts *l, struct err *e);
/*
 * The last one first; those before an error are gone. A target with a symbolic link on the way is
 * refused: the container could have it lead to something that hides the kernel's files.
 */
int live_mounts_remove(const struct live_mounts *l, struct err *e);
/*
 * Adds to mounts that are there what protects them of their `attributes` and, for masks and read-only
 * paths, always does. What isn't mounted is passed over.
 */
int live_mounts_protect(const struct live_mounts *l, struct err *e);
