/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits that name devices: which may be used, and how fast block devices are. OCI runtime
 * specification 1.3, config-linux.md "Allowed Device list" and "Block IO". Part of struct resources.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum resource_access {
	RESOURCE_ACCESS_READ = 1,
	RESOURCE_ACCESS_WRITE = 2,
	RESOURCE_ACCESS_MKNOD = 4,
};

#define RESOURCE_DEVICE_ANY (-1)

struct resource_device_rule {
	int allow;
	char type;	      /* 'a' all, whatever the rest says; 'b' block, 'c' character */
	int64_t major, minor; /* RESOURCE_DEVICE_ANY */
	unsigned access;      /* bits of enum resource_access */
};

struct resource_weight {
	uint32_t major, minor;
	uint16_t weight, leaf_weight; /* 10 … 1000; 0: not asked for */
};

struct resource_throttle {
	uint32_t major, minor;
	uint64_t rate; /* bytes or operations a second; 0 takes the limit away */
};

enum resource_throttle_kind {
	RESOURCE_READ_BYTES,
	RESOURCE_WRITE_BYTES,
	RESOURCE_READ_OPERATIONS,
	RESOURCE_WRITE_OPERATIONS,
	RESOURCE_THROTTLE_COUNT,
};

struct resource_io {
	uint16_t weight, leaf_weight; /* 10 … 1000; 0: not asked for */
	const struct resource_weight *weights;
	size_t n_weights;
	struct resource_throttles {
		const struct resource_throttle *items;
		size_t n;
	} throttles[RESOURCE_THROTTLE_COUNT];
};
