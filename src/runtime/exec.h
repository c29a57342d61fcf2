/* SPDX-License-Identifier: Apache-2.0 */
/* A further process in a running container: runtime.h has what is the same as for the first one. */
#pragma once

#include "runtime/runtime.h"

struct runtime_exec {
	int target_fd;		 /* pidfd of the container's first process, or its init's program */
	const struct spec *spec; /* the container's, with `process` replaced by the one to run */
	int outlives_caller;	 /* otherwise it dies with the caller */
	/* NULL, or only place() in it: then no cgroup is given; *ret is of no interest. */
	const struct runtime_events *events;
	const struct namespaces *namespaces; /* NULL, or instead of the pidfd: namespaces_ask() */
};
/*
 * A further process in a running container: joins all its namespaces and its cgroup. As with
 * runtime_create() the process waits for runtime_start(); it is the caller's child. The one that
 * place() gets is its helper, which hands on the groups that it is in.
 */
int runtime_exec(const struct runtime_exec *request, const struct cgroup *cgroup,
		 const struct runtime_io *io, struct runtime_process *ret, struct err *e);
