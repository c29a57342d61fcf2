/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges and limits of a process: config.md `process.capabilities`, `process.rlimits`. */
#pragma once

#include "oci/node.h"
#include "runtime/spec_process.h"

/*
 * No `capabilities` is none at all. A name that isn't in capabilities(7) is refused, one that the
 * kernel doesn't know isn't seen here.
 */
int oci_capabilities_read(const struct oci_node *process, struct spec_process *ret, struct err *e);
int oci_rlimits_read(const struct oci_node *process, struct spec_process *ret, struct err *e);
