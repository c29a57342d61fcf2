/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and values of the caller's: config.md "Annotations". */
#pragma once

#include "oci/config.h"
#include "oci/node.h"

int oci_annotations_read(const struct oci_node *document, struct oci_config *c, struct err *e);
