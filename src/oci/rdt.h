/* SPDX-License-Identifier: Apache-2.0 */
/* Cache and memory bandwidth: config-linux.md "IntelRdt". */
#pragma once

#include "oci/node.h"
#include "runtime/spec.h"

#define OCI_RDT_LINES_MAX 256

int oci_rdt_read(const struct oci_node *linux_node, struct spec_rdt *ret, struct err *e);
