/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a new container gets from its maker besides its own namespaces: devices of the host's network,
 * a place in Intel RDT's resource groups; and its pid in a file.
 */
#pragma once

#include <sys/types.h>

#include "oci/container.h"

/* The namespaces of process `pid` exist and nobody hostile is in them yet. */
int handover_to_namespaces(const struct oci_container *c, pid_t pid, struct err *e);
/* The process is set up and waits. Notes in the record what delete has to undo. */
int handover_after_create(struct oci_container *c, pid_t pid, struct err *e);
void handover_undo(const struct oci_container *c);

/* Replaces the file whole: the number and nothing else. */
int oci_write_pid_file(const char *path, pid_t pid, struct err *e);
