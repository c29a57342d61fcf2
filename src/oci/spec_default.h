/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The config.json that `spec` writes to begin with: a shell with a terminal, few capabilities, a
 * read-only root, the paths masked that Cale's own containers have masked. Pure.
 */
#pragma once

#include <stdint.h>

#include "base/json.h"

struct oci_spec_default {
	int cgroup_namespace; /* where cgroups are v2 */
	int rootless;	      /* a user namespace with one id, no network of its own, no limits */
	uint32_t uid, gid;    /* with rootless: the caller's */
};

json_t *oci_spec_default(const struct oci_spec_default *d);
