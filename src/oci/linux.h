/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md: the `linux` object, part by part. */
#pragma once

#include "oci/config.h"
#include "oci/node.h"

/* The object, or an empty one for a document without. Namespaces are read first, then `mounts`. */
int oci_linux_read_namespaces(const struct oci_node *linux_node, struct oci_config *c,
			      struct err *e);
int oci_linux_read(const struct oci_node *linux_node, struct oci_config *c, struct err *e);
