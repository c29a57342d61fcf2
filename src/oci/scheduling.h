/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a process is scheduled: config.md `process.scheduler`, `.ioPriority`, `.execCPUAffinity`;
 * config-linux.md "Memory policy", "Personality". Values that the kernel would refuse or pass over
 * are errors.
 */
#pragma once

#include "oci/names.h"
#include "oci/node.h"
#include "runtime/spec_process.h"

extern const struct oci_name oci_memory_policy_modes[], oci_memory_policy_flags[];

/* Members of `process`. */
int oci_scheduling_read(const struct oci_node *process, struct spec_process *ret, struct err *e);
/* Members of `linux` that concern the process. */
int oci_scheduling_read_linux(const struct oci_node *linux_node, struct spec_process *ret,
			      struct err *e);
