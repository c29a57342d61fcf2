/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container may use up. Plain data, part of `struct spec`; names and units follow the OCI
 * runtime specification 1.3, config-linux.md "Control groups" and config.md "POSIX process".
 * "Not asked for" is 0 or NULL unless said otherwise: the kernel's value stays. Where 0 is a value
 * that can be asked for, a struct resource_value says whether it was.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "runtime/resource_devices.h"
#include "runtime/resource_kinds.h"

#define RESOURCE_UNLIMITED (-1)

struct resource_value {
	int set;
	int64_t value;
};

struct resource_hugepage {
	const char *page_size; /* "2MB" */
	uint64_t limit_bytes;
};

struct resource_rdma {
	const char *device;
	int64_t handles, objects; /* -1: not asked for */
};

struct resource_priority {
	const char *interface;
	uint32_t priority;
};

/* A v2 file and what is written into it, as it is. */
struct resource_file {
	const char *name, *value;
};

/*
 * What 0 and -1 of OCI's fields mean is runc's: memory, swap and reservation of 0 are as if not
 * there; any negative one, also of quota, is unlimited; cpu shares, quota, period and real-time
 * values of 0 are as if not there; a burst or idle of 0 is set; a pids limit of 0 is given as 1
 * here (the kernel lets the first process in either way), a negative one is unlimited.
 */
struct resources {
	int64_t memory_bytes;
	/* Memory and swap together, as Docker has it. v2 counts swap alone and needs memory_bytes too. */
	int64_t memory_swap_bytes;
	int64_t memory_reservation_bytes;
	int64_t memory_kernel_bytes, memory_kernel_tcp_bytes; /* v1 */
	struct resource_value memory_swappiness;  /* v1; 0 … 100, -1 as if not there */
	struct resource_value memory_no_oom_kill; /* v1 */
	int memory_check_update;		  /* refuse a limit below what is used now */
	int64_t cpu_quota_usec;			  /* per period */
	uint64_t cpu_period_usec;
	struct resource_value cpu_burst_usec;
	uint64_t cpu_shares; /* 2 … 262144, what is outside is moved to the nearer end */
	struct resource_value cpu_idle; /* 1: only when nobody else wants to, whatever the shares */
	int64_t cpu_realtime_runtime_usec; /* v1 */
	uint64_t cpu_realtime_period_usec; /* v1 */
	const char *cpuset_cpus;	   /* "0-2,5" */
	const char *cpuset_mems;
	int64_t pids_max;
	struct resource_io io;
	const struct resource_hugepage *hugepages;
	size_t n_hugepages;
	const struct resource_rdma *rdma;
	size_t n_rdma;
	struct resource_value network_class;
	const struct resource_priority *network_priorities;
	size_t n_network_priorities;
	/* In order, the last rule that fits decides; without a fitting one it is refused. */
	const struct resource_device_rule *devices;
	size_t n_devices;
	int devices_limited; /* 0: the device list isn't looked at, all that can be opened may be */
	/* Written last, so they win over the above; several lines are several writes. */
	const struct resource_file *unified;
	size_t n_unified;
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
