/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a resource can't be limited here, for a person. Nothing is written and no group is made;
 * whether a value is accepted is only known when it is written. Used by cgroup*.c only.
 */
#pragma once

#include "runtime/cgroup_host.h"
#include "runtime/resources.h"

/* NULL: it can. `hint` ("" when there is none) gets the command that mends it. */
const char *cgroup_probe(const struct cgroup_host *host, enum resource r, char *hint,
			 size_t hint_size);
/* What does the same for a resource that only v1 has, or has by name; NULL: it isn't one of those. */
const char *cgroup_probe_instead(enum resource r);
