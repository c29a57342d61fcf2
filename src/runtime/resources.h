/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container may use up. Plain data, part of `struct spec`; names and units follow the OCI
 * runtime specification 1.3, config-linux.md "Control groups" and config.md "POSIX process".
 * "Not asked for" is 0 or NULL unless said otherwise: the kernel's value stays.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define RESOURCE_UNLIMITED (-1)

enum resource {
	RESOURCE_MEMORY,
	RESOURCE_SWAP,
	RESOURCE_CPU,
	RESOURCE_CPUSET,
	RESOURCE_PIDS,
	RESOURCE_COUNT,
};

struct resources {
	int64_t memory_bytes;
	int64_t memory_swap_bytes; /* memory and swap together, as Docker has it; -1 unlimited swap */
	int64_t memory_reservation_bytes;
	int64_t cpu_quota_usec; /* per period */
	uint64_t cpu_period_usec;
	uint64_t cpu_shares;
	const char *cpuset_cpus; /* "0-2,5" */
	const char *cpuset_mems;
	int64_t pids_max; /* -1 unlimited */
	/*
	 * Limits that were asked for (not defaults), as bits 1 << enum resource: those that the host
	 * can't enforce are errors, the others are left out.
	 */
	uint32_t required;
};

/* setrlimit(2); RLIM_INFINITY is UINT64_MAX. */
struct resource_limit {
	int kind; /* RLIMIT_NOFILE … */
	uint64_t soft, hard;
	const char *name; /* for messages: "nofile" */
};
