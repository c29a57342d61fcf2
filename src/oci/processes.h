/* SPDX-License-Identifier: Apache-2.0 */
/* Which processes a container has, as its cgroup knows. */
#pragma once

#include "base/text.h"
#include "oci/container.h"

struct oci_pids {
	pid_t *items; /* ascending; in the container's arena */
	size_t n;
};

int oci_processes(const struct oci_container *c, struct oci_pids *ret, struct err *e);
/* "[1,2]\n" */
void oci_processes_add_json(struct text *t, const struct oci_pids *pids);
/* The lines of ps(1) with its options (none: -ef) that are about them. */
int oci_processes_add_table(struct text *t, const struct oci_pids *pids, char *const *options,
			    struct err *e);
