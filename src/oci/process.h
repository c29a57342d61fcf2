/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process of a container: config.md "Process". Also process.json, with which `exec` says what to
 * run. Limits and errors as in config.h; pure.
 */
#pragma once

#include "oci/node.h"
#include "runtime/spec_process.h"

/* A process.json. Its Landlock policy, filter and what the container has beyond it are the caller's. */
int oci_process_parse(const char *text, size_t n, struct arena *a, struct spec_process *ret,
		      struct err *e);

/* The object itself; for this folder. */
int oci_process_read(const struct oci_node *process, struct spec_process *ret, struct err *e);
