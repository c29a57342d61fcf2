/* SPDX-License-Identifier: Apache-2.0 */
/* What a document can't say and the host must: the last step from config.json to a whole spec. */
#pragma once

#include "oci/container.h"

/*
 * The compiled seccomp filter, from the cache where it is there already; what the container can't have
 * is left out and noted as warnings.
 */
int oci_finish_spec(struct oci_container *c, struct err *e);
/* The same for a process that joins the container. */
int oci_finish_process(const struct oci_container *c, struct spec_process *p, struct err *e);
