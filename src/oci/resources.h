/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: config-linux.md "Control groups", from "Memory" to "Unified". Also the document that
 * `update` takes, which is the same object. Whether the host can enforce them isn't asked here: those
 * that were given are `required`. Limits and errors as in config.h; pure.
 */
#pragma once

#include "oci/node.h"
#include "runtime/resources.h"

/* The object alone, for `update`; device rules are read, but not turned on. */
int oci_resources_parse(const char *text, size_t n, struct arena *a, struct resources *ret,
			struct err *e);

/* Makes everything that is asked for required, as reading a document does. */
void oci_resources_require(struct resources *r);

/* linux.resources; for this folder. */
int oci_resources_read(const struct oci_node *resources, struct resources *ret, struct err *e);
