/* SPDX-License-Identifier: Apache-2.0 */
/* Signals to containers: runtime.md "Kill". */
#pragma once

#include "oci/container.h"

/*
 * To the first process. SIGKILL reaches all of a container without a pid namespace of its own. ERR_CONFLICT
 * "container not running".
 */
int oci_kill(const struct oci_container *c, int signal, struct err *e);
/* SIGKILL to everything in it; pid_fd is of the first process. */
int oci_kill_all(const struct oci_container *c, int pid_fd, struct err *e);
