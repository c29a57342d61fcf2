/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel parameters: config-linux.md "Sysctl". Only those that belong to a namespace of the
 * container's are taken: anything else would change the host (CVE-2022-0811 and its like). Names
 * become paths below /proc/sys, so that parts such as ".." are refused.
 */
#pragma once

#include "oci/node.h"
#include "runtime/spec.h"

#define OCI_SYSCTLS_MAX 1024

/* After the namespaces. Sets the spec's `sysctl_namespaces`, too. */
int oci_sysctls_read(const struct oci_node *linux_node, struct spec *spec, struct err *e);
