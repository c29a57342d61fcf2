/* SPDX-License-Identifier: Apache-2.0 */
/* Limits by name: config-linux.md "Huge page limits", "Network", "RDMA", "Unified". */
#pragma once

#include "oci/node.h"
#include "runtime/resources.h"

int oci_resources_lists_read(const struct oci_node *resources, struct resources *ret,
			     struct err *e);
