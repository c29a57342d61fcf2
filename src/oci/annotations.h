/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and values of the caller's: config.md "Annotations". */
#pragma once

#include "oci/config.h"
#include "oci/node.h"

/* The program keeps the supplementary groups of whoever calls the runtime. */
#define OCI_KEEP_GROUPS_ANNOTATION "run.oci.keep_original_groups"

/* Files that get what hooks of the host print, at their end. */
#define OCI_HOOKS_STDOUT_ANNOTATION "run.oci.hooks.stdout"
#define OCI_HOOKS_STDERR_ANNOTATION "run.oci.hooks.stderr"
/* As --pidfd-socket. */
#define OCI_PIDFD_RECEIVER_ANNOTATION "run.oci.pidfd_receiver"

int oci_annotations_read(const struct oci_node *document, struct oci_config *c, struct err *e);
/*
 * Of a container to be: ERR_UNENFORCED for those of crun's that aren't carried out. Not of one that is there,
 * which has to be deleted whatever it says.
 */
int oci_annotations_check(const struct oci_config *c, struct err *e);
