/* SPDX-License-Identifier: Apache-2.0 */
/* Changing the limits of a container that exists: runc's `update`. */
#pragma once

#include "oci/container.h"

/*
 * Writes what `r` asks for and keeps the rest. Period or quota alone, memory or swap alone take the
 * other's value from what was set before. What holds afterwards is what the next update starts from.
 */
int oci_update(struct oci_container *c, const struct resources *r, struct err *e);
