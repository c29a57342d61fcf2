/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotations "org.systemd.property.NAME" of a container as properties of its unit, as runc and crun have
 * them; values are GVariant text ("true", "uint64 5", "'text'", "['a.service', 'b.service']"). Pure.
 *
 * Who writes annotations may be anybody who may start a container, while a unit's properties can
 * run commands, reboot the host and lift limits (CVE-2024-3154). So only what a list of ours names
 * is taken: how this one unit is ordered, described and stopped. All else is ERR_DENIED and the
 * container doesn't start; limits belong to the spec's resources.
 */
#pragma once

#include "base/err.h"
#include "runtime/systemd_property.h"

struct systemd_annotation {
	const char *key, *value;
};

/* Adds the property; an annotation that isn't for systemd adds nothing. */
int systemd_annotation(const struct systemd_annotation *a, struct systemd_properties *ret,
		       struct err *e);
