/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Landlock policy in an annotation, until the OCI specification has a place for it. Two forms, told
 * apart by their members:
 *
 *	the specification's draft (opencontainers/runtime-spec pull request 1241)
 *		{"ruleset": {"handledAccessFS": ["execute", …]},
 *		 "rules": {"pathBeneath": [{"allowedAccess": ["execute"], "paths": ["/usr"]}]},
 *		 "disableBestEffort": true}
 *	landlockconfig of the Landlock project
 *		{"abi": 6, "variable": [{"name": "tmp", "literal": ["/tmp"]}],
 *		 "ruleset": [{"handledAccessFs": ["abi.all"], "scoped": ["signal"]}],
 *		 "pathBeneath": [{"allowedAccess": ["abi.read_write"], "parent": ["${tmp}"]}],
 *		 "netPort": [{"allowedAccess": ["bind_tcp"], "port": [80]}]}
 *
 * Both may have network rules and scopes. What a rule allows is handled, whether it is listed or not. A
 * policy protects: unlike elsewhere, a member that isn't known is an error. Without
 * disableBestEffort what the kernel doesn't know is left out. Paths are the container's. Pure.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "runtime/spec_process.h"

#define OCI_LANDLOCK_ANNOTATION "org.cale.landlock"
#define OCI_LANDLOCK_RULES_MAX	1024 /* paths, and ports, in all */

int oci_landlock_parse(const char *text, size_t n, struct arena *a, struct spec_landlock *ret,
		       struct err *e);
