/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices: config-linux.md "Devices" (nodes to make) and "Allowed Device list" (which may be used).
 * Everything is denied that no rule allows; the rules of the default devices come last, so that
 * those always work.
 */
#pragma once

#include "oci/node.h"
#include "runtime/spec.h"

int oci_devices_read(const struct oci_node *linux_node, struct spec *spec, struct err *e);
int oci_device_rules_read(const struct oci_node *resources, struct resources *ret, struct err *e);
/* Adds the rules of the default devices and turns the control on. */
/* Are they those of a document, which `of` has with the defaults behind them? */
int oci_device_rules_are(const struct resources *r, const struct resources *of);
void oci_device_rules_add_defaults(struct arena *a, struct resources *r);
