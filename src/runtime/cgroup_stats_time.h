/* SPDX-License-Identifier: Apache-2.0 */
/* The part of cgroup_stats.h that is about time, CPUs and waiting for them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CGROUP_NO_LIMIT UINT64_MAX

/* Pressure stall information; averages are percent. Kernel: accounting/psi.rst. */
struct cgroup_pressure {
	int there;
	struct cgroup_stall {
		double avg10, avg60, avg300;
		uint64_t total_usec;
	} some, full;
};

struct cgroup_numbers {
	uint64_t *items;
	size_t n;
};

struct cgroup_cpu_stats {
	uint64_t total_nsec, user_nsec, kernel_nsec;
	struct cgroup_numbers percpu_nsec, percpu_user_nsec, percpu_kernel_nsec; /* v1 */
	uint64_t periods, throttled_periods, throttled_nsec;
	uint64_t bursts, burst_nsec;
	struct cgroup_pressure pressure;
};

/* v1 */
struct cgroup_cpuset_stats {
	struct cgroup_numbers cpus, mems;
	uint64_t cpu_exclusive, mem_hardwall, mem_exclusive, memory_migrate, memory_spread_page,
		memory_spread_slab, memory_pressure, sched_load_balance;
	int64_t sched_relax_domain_level;
};
