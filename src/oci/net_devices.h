/* SPDX-License-Identifier: Apache-2.0 */
/* Network devices that move into the container: config-linux.md "Network Devices". */
#pragma once

#include "oci/node.h"
#include "runtime/spec.h"

#define OCI_NET_DEVICES_MAX 256

/* After the namespaces. */
int oci_net_devices_read(const struct oci_node *linux_node, struct spec *spec, struct err *e);
