/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From which memory nodes a process gets its pages: set_mempolicy(2). OCI runtime specification
 * 1.3, config-linux.md "Memory policy".
 */
#pragma once

#include "base/err.h"
#include "runtime/spec_scheduling.h"

/* Are mode, flags and nodes one that the kernel could take? Pure, for who reads a config. */
int memory_policy_check(const struct spec_memory_policy *p, struct err *e);
/* For the calling thread and all that it executes or forks; nothing when it isn't `set`. */
int memory_policy_set(const struct spec_memory_policy *p, struct err *e);
