/* SPDX-License-Identifier: Apache-2.0 */
/* What a limit of resources.h is called; some only one version of control groups has. */
#pragma once

enum resource {
	RESOURCE_MEMORY,
	RESOURCE_SWAP,
	RESOURCE_KERNEL_MEMORY, /* v1; newer kernels take it and do nothing */
	RESOURCE_SWAPPINESS,	/* v1 */
	RESOURCE_OOM_KILLER,	/* v1 */
	RESOURCE_CPU,
	RESOURCE_CPU_BURST,
	RESOURCE_CPU_IDLE,
	RESOURCE_CPU_REALTIME, /* v1 */
	RESOURCE_CPUSET,
	RESOURCE_PIDS,
	RESOURCE_IO_WEIGHT,
	RESOURCE_IO_LEAF_WEIGHT, /* v1, and only old kernels */
	RESOURCE_IO_RATE,
	RESOURCE_HUGEPAGES,
	RESOURCE_RDMA,
	RESOURCE_NETWORK_CLASS,	   /* v1 */
	RESOURCE_NETWORK_PRIORITY, /* v1 */
	RESOURCE_DEVICES,
	RESOURCE_UNIFIED, /* v2 */
	RESOURCE_COUNT,
};
