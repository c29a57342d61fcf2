/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a process gets its share of CPU, disk and memory nodes: OCI runtime specification 1.3,
 * config.md "Linux Process" and config-linux.md "Memory policy". Part of struct spec_process.
 */
#pragma once

#include <stdint.h>

/* sched_setattr(2); all 0 with `set` 0: as the caller's. */
struct spec_scheduler {
	int set;
	uint32_t policy; /* SCHED_* */
	int32_t nice;
	uint32_t priority;
	uint64_t flags; /* SCHED_FLAG_* */
	uint64_t runtime_nsec, deadline_nsec, period_nsec;
};

/* ioprio_set(2) */
struct spec_io_priority {
	int set;
	int io_class; /* IOPRIO_CLASS_* */
	int priority;
};

/* set_mempolicy(2) */
struct spec_memory_policy {
	int set;
	unsigned mode;	   /* MPOL_* with MPOL_F_* */
	const char *nodes; /* "0-3,7", or NULL */
};
