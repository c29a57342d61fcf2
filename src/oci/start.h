/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.md "Start", "Lifecycle" steps 6 to 9. */
#pragma once

#include "oci/container.h"
#include "oci/notify.h"
#include "runtime/runtime.h"

/*
 * Starts one that was created: ERR_CONFLICT when it runs or has stopped. `notify` becomes what
 * oci_notify_open() makes of the address (or NULL), for oci_notify_await().
 */
int oci_start(struct oci_container *c, const char *notify_address, struct oci_notify *notify,
	      struct err *e);
/*
 * The steps themselves, for a process that the caller made or connected to: startContainer hooks, the
 * exec, a seccomp agent, poststart hooks; when one of those fails the container is killed.
 */
int oci_start_process(struct oci_container *c, struct runtime_process *process, struct err *e);
