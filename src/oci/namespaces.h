/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Namespaces, id maps and what may only be asked for with certain namespaces: config-linux.md
 * "Namespaces", "User namespace mappings", "Offset for Time Namespace".
 */
#pragma once

#include "oci/names.h"
#include "oci/node.h"
#include "runtime/spec.h"

extern const struct oci_name oci_namespace_names[];

/* The members of `linux`. */
int oci_namespaces_read(const struct oci_node *linux_node, struct spec *spec, struct err *e);
/* Is there one that isn't the caller's: a new one or one to join? */
int oci_has_namespace(const struct spec *spec, enum namespace_kind kind);
