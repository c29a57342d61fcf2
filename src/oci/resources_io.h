/* SPDX-License-Identifier: Apache-2.0 */
/* Block devices: config-linux.md "Block IO". */
#pragma once

#include "oci/node.h"
#include "runtime/resource_devices.h"

int oci_resources_io_read(const struct oci_node *resources, struct resource_io *ret, struct err *e);
