/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's process made from what `checkpoint` saved: the step of create (create.h) in which otherwise
 * one is started. Whoever wrote the images decides what the process is and may do: criu.h.
 */
#pragma once

#include "oci/criu.h"
#include "runtime/runtime.h"

struct oci_restoring {
	const struct criu_options *options;
	struct oci_container *container;
	struct cgroup **groups; /* there when adopt() has returned */
	int *hooks_began;
	void *data;
	/* CRIU's process waits: what it makes will be in its groups. */
	int (*adopt)(void *data, pid_t criu, struct err *e);
};
/* The process runs and is the caller's child. */
int oci_restore_process(const struct oci_restoring *r, struct runtime_process *ret, struct err *e);
