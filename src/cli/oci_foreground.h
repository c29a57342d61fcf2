/* SPDX-License-Identifier: Apache-2.0 */
/* Staying with a process that `oci run` or `oci exec` started: its terminal, our signals, its end. */
#pragma once

#include "base/err.h"
#include "runtime/runtime.h"

/* Before the process exists: from now on signals are kept for it, and orphans of it become ours. */
int oci_foreground_prepare(int subreaper, struct err *e);
/* Until the process has ended; its exit code as a shell has it. */
int oci_foreground_wait(struct runtime_process *p, int *ret_exit_code, struct err *e);
