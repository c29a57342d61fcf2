/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Id maps: config-linux.md "User namespace mappings", also those of mounts. What the kernel would
 * refuse without saying why (user_namespaces(7)) is refused here: empty and overlapping ranges.
 */
#pragma once

#include "oci/node.h"
#include "runtime/spec_mount.h"

#define OCI_MAPPINGS_MAX 340 /* the kernel's UID_GID_MAP_MAX_EXTENTS */

struct oci_mapping {
	const struct id_range *ranges;
	size_t n;
};

/* Absent: n is 0. */
int oci_mapping_read(const struct oci_node *n, const char *key, struct oci_mapping *ret,
		     struct err *e);
/* NULL, or what is wrong with it. */
const char *oci_mapping_fault(const struct id_range *ranges, size_t n);
