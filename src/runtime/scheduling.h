/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process's share of CPU and disk time: sched_setattr(2), ioprio_set(2). OCI runtime
 * specification 1.3, config.md "scheduler", "ioPriority".
 *
 * Theory of operation. What makes a process more important needs CAP_SYS_NICE of the host, which
 * the process has lost once it is in its user namespace. Setting it before has a price: a deadline
 * process can't fork, and all the set-up would run in its few microseconds per period. So the
 * caller sets it by pid, last of all. Without privileges the caller may not touch a process
 * of another id, but every process may make itself less important: so the process tries first, and
 * the caller only sets what isn't there.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/spec.h"

/* Are the values ones that the kernel could take? Pure, for who reads a config. */
int scheduler_check(const struct spec_scheduler *s, struct err *e);
int io_priority_check(const struct spec_io_priority *p, struct err *e);

/* In the process itself: no error when it lacks the privilege. Async-signal-safe. */
int scheduler_try(const struct spec_scheduler *s, struct err *e);
int io_priority_try(const struct spec_io_priority *p, struct err *e);

/* By the caller, when the process has come to where it waits for the start. */
int scheduler_ensure(const struct spec *spec, pid_t pid, struct err *e);
int io_priority_ensure(const struct spec_io_priority *p, pid_t pid, struct err *e);
/* Both. */
int scheduling_ensure(const struct spec *spec, pid_t pid, struct err *e);
