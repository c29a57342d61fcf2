/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `cale oci mounts`: mounts for a container that runs, as crun has them. The document is a JSON array of
 * the form that config.md "Mounts" describes; what the container may do against it: runtime/live_mounts.h.
 */
#pragma once

#include "oci/container.h"

/* All of them or none. Relative sources are in the bundle. */
int oci_live_mounts_add(const struct oci_container *c, const char *text, size_t n, struct err *e);
/* By `destination` alone. What hides the kernel's files is refused. */
int oci_live_mounts_remove(const struct oci_container *c, const char *text, size_t n,
			   struct err *e);
