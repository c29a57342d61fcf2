/* SPDX-License-Identifier: Apache-2.0 */
/* The network namespace of a process that somebody else makes. */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/spec.h"

/*
 * If the spec wants a new one: loopback up and the spec's net.* sysctls, as a process of ours has them. The
 * caller's own is never touched; the caller has one thread.
 */
int network_configure(const struct spec *spec, pid_t pid, struct err *e);
