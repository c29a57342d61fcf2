/* SPDX-License-Identifier: Apache-2.0 */
/* Undoing create: runtime.md "Delete", "Lifecycle" steps 12 and 13. */
#pragma once

#include "oci/container.h"

/*
 * With `force` a running one is killed first. ERR_CONFLICT when it runs; one that was created and
 * not started may go. `warn` hears of poststop hooks that failed; it may be NULL.
 */
int oci_delete(struct oci_container *c, int force, void (*warn)(const struct err *), struct err *e);
/* The container's process is gone: groups, poststop hooks, folder. The last step of each of them. */
int oci_container_dispose(struct oci_container *c, int hooks, struct err *e);
/* A folder that a killed create left half-filled, and its groups. 1: it is just being filled. */
int oci_delete_leftover(const struct oci_store *s, const char *id);
