/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done for a container outside of it: a place in Intel RDT's resource groups, its pid, pidfd and
 * terminal for who waits for them, the news for its seccomp agent.
 */
#pragma once

#include <sys/types.h>

#include "oci/container.h"
#include "runtime/runtime.h"

/* Before the process exists. Notes in the record what delete has to undo. */
int handover_begin(struct oci_container *c, struct err *e);
/* A process of the container, which waits for its start. */
int handover_join(const struct oci_container *c, pid_t pid, struct err *e);
void handover_undo(const struct oci_container *c);

/* New lines for its resource group; NULL keeps one as it is. */
int handover_update_rdt(const struct oci_container *c, const char *l3, const char *bandwidth,
			struct err *e);

/* Starts it: `state` is for hooks, or NULL. A filter's listener goes to the agent of the document. */
int handover_start(const struct oci_container *c, struct runtime_process *process, pid_t pid,
		   const char *state, struct err *e);

/* Who gets what of a process that waits for its start; each may be NULL. */
struct handover_targets {
	const char *console_socket; /* its terminal; without one the caller keeps that */
	const char *pidfd_socket;
	const char *pid_file; /* replaced whole: the number and nothing else */
};
int handover_announce(const struct handover_targets *t, struct runtime_process *process,
		      struct err *e);
