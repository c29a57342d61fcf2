/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done for a container outside of it: a place in Intel RDT's resource groups, its pid in a file,
 * the news for its seccomp agent.
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

/* Replaces the file whole: the number and nothing else. */
int oci_write_pid_file(const char *path, pid_t pid, struct err *e);
