/* SPDX-License-Identifier: Apache-2.0 */
/* The hooks that run in the caller's namespaces: config.md "POSIX-platform Hooks". */
#pragma once

#include "oci/container.h"
#include "runtime/hooks.h"

/*
 * Before them: opens the files that annotations name for what hooks of the host print, if it has such
 * hooks, as whoever we are. They exist or are made (0600), are plain files and no links, and only grow. The container closes them.
 */
int oci_hooks_open_output(struct oci_container *c, struct err *e);

/* All of one kind, until one fails. */
int oci_hooks_run(const struct oci_container *c, enum hook_kind kind, enum oci_status status,
		  pid_t pid, struct err *e);
/* poststop: each one runs; `warn` hears of those that failed. */
void oci_hooks_poststop(const struct oci_container *c, void (*warn)(const struct err *));
