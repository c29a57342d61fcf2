/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Namespaces that the document joins by path: CRIU leaves network and pid ones alone and joins the others again. It
 * can't do that with a cgroup namespace.
 */
#pragma once

#include "oci/criu_wire.h"
#include "oci/container.h"

/* At checkpoint. */
int criu_namespaces_name(const struct oci_container *c, struct text *options, struct err *e);
/* At restore: fds are to be handed to CRIU, the first as `first_fd`; how many (NS_COUNT at most), or -1. */
int criu_namespaces_supply(const struct oci_container *c, int first_fd, int *ret_fds,
			   struct text *options, struct err *e);
