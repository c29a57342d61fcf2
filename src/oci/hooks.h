/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of the caller's at certain moments: config.md "POSIX-platform Hooks". */
#pragma once

#include "oci/names.h"
#include "oci/node.h"
#include "runtime/spec_hooks.h"

#define OCI_HOOKS_MAX 256 /* of each kind */

/* The members of `hooks`, in the order of enum hook_kind. */
extern const struct oci_name oci_hook_names[];

int oci_hooks_read(const struct oci_node *document, struct spec_hooks *ret, struct err *e);
