/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables in landlockconfig's paths: "${home}/x" is one path for each value of "home", several
 * variables give all combinations; "$$" is a "$". Pure.
 */
#pragma once

#include <stddef.h>

#include "base/mem.h"

#define OCI_LANDLOCK_VARIABLES_MAX 64
#define OCI_LANDLOCK_STEPS_MAX	   8192 /* of expanding all paths of a policy */

struct oci_landlock_variable {
	const char *name;
	const char *const *values; /* NULL-terminated; NULL: none */
};

struct oci_landlock_templates {
	struct arena *arena;
	struct oci_landlock_variable variables[OCI_LANDLOCK_VARIABLES_MAX];
	size_t n, steps;
};

/* Gives each path, in the arena, to `add`, until that returns -1. -1 also for an unknown variable. */
int oci_landlock_expand(struct oci_landlock_templates *t, const char *path,
			int (*add)(void *to, const char *path), void *to);
