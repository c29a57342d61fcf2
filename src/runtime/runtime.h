/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carrying out a spec: one process becomes a container's first one.
 *
 *	runtime_create()  everything up to the exec: namespaces, root, mounts, limits, privileges
 *	runtime_start()   lets it execute its program; reports when that failed
 *
 * The caller is the parent of the container's process and reaps it. When the caller dies before
 * runtime_start(), the process ends by itself. The container is hostile from its exec on, its file
 * tree is hostile from the beginning.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/cgroup.h"
#include "runtime/io.h"
#include "runtime/spec.h"

struct runtime_process {
	pid_t pid;
	int pid_fd;
	int status_fd; /* used by runtime_start() */
	int pty_fd;    /* the terminal's other end, or -1 */
};

/*
 * `cgroup` was made by cgroup_create() and is joined. On failure nothing is left but the cgroup.
 * ERR_COMMAND_* is only reported by runtime_start().
 */
int runtime_create(const struct spec *spec, const struct cgroup *cgroup,
		   const struct runtime_io *io, struct runtime_process *ret, struct err *e);
int runtime_start(struct runtime_process *process, struct err *e);
/* Kills what was created and not started, reaps it, closes the descriptors. */
void runtime_abort(struct runtime_process *process);

struct runtime_exec {
	int target_fd;		 /* pidfd of the container's first process, or its init's program */
	const struct spec *spec; /* the container's, with `process` replaced by the one to run */
	int outlives_caller;	 /* otherwise it dies with the caller */
};
/*
 * A further process in a running container: joins all its namespaces and its cgroup. As with
 * runtime_create() the process waits for runtime_start(); it is the caller's child.
 */
int runtime_exec(const struct runtime_exec *request, const struct cgroup *cgroup,
		 const struct runtime_io *io, struct runtime_process *ret, struct err *e);
