/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container uses: all that `events --stats` tells, in runc's terms also where v2 counts
 * otherwise (its swap is alone, ours is memory and swap; its times are microseconds, ours are
 * nanoseconds). A file that this kernel or group doesn't have leaves zeros.
 *
 * The files are the kernel's; a container can't write into them.
 */
#pragma once

#include "runtime/cgroup.h"
#include "runtime/cgroup_stats_time.h"

struct cgroup_memory_use {
	uint64_t usage, max_usage, failures, limit;
};

struct cgroup_named_number {
	const char *name;
	uint64_t value;
};

struct cgroup_memory_stats {
	uint64_t cache;
	struct cgroup_memory_use memory, swap, kernel, kernel_tcp; /* swap: with memory */
	struct cgroup_memory_use swap_only;
	struct cgroup_named_number *raw; /* memory.stat */
	size_t n_raw;
	struct cgroup_pressure pressure;
};

struct cgroup_io_entry {
	uint64_t major, minor;
	const char *operation; /* "Read" …, "" */
	uint64_t value;
};

enum cgroup_io_kind {
	CGROUP_IO_SERVICE_BYTES,
	CGROUP_IO_SERVICED,
	CGROUP_IO_QUEUED,
	CGROUP_IO_SERVICE_TIME,
	CGROUP_IO_WAIT_TIME,
	CGROUP_IO_MERGED,
	CGROUP_IO_TIME,
	CGROUP_IO_SECTORS,
	CGROUP_IO_KINDS,
};

struct cgroup_io_stats {
	struct cgroup_io_entries {
		struct cgroup_io_entry *items;
		size_t n;
	} kinds[CGROUP_IO_KINDS];
	struct cgroup_pressure pressure;
};

struct cgroup_hugetlb_stats {
	const char *page_size;
	uint64_t usage, max_usage, failures;
};

struct cgroup_rdma_stats {
	const char *device;
	uint64_t handles, objects, handles_limit, objects_limit; /* CGROUP_NO_LIMIT */
};

struct cgroup_stats {
	struct cgroup_cpu_stats cpu;
	struct cgroup_cpuset_stats cpuset;
	struct cgroup_memory_stats memory;
	uint64_t pids, pids_limit; /* 0: none */
	struct cgroup_io_stats io;
	struct cgroup_hugetlb_stats *hugetlb;
	size_t n_hugetlb;
	struct cgroup_rdma_stats *rdma;
	size_t n_rdma;
};

/* Everything is the arena's. */
int cgroup_stats_read(const struct cgroup *c, struct arena *a, struct cgroup_stats *ret,
		      struct err *e);
