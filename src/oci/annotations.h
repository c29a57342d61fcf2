/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and values of the caller's: config.md "Annotations". */
#pragma once

#include "oci/config.h"
#include "oci/node.h"

/* The program keeps the supplementary groups of whoever calls the runtime. */
#define OCI_KEEP_GROUPS_ANNOTATION "run.oci.keep_original_groups"

int oci_annotations_read(const struct oci_node *document, struct oci_config *c, struct err *e);
