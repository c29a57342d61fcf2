/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker shuts itself into before it reads its first foreign byte. In this order:
 *
 *	dies with its parent · no core, no ptrace · limits of memory, CPU time, file size, files
 *	network and IPC namespaces of its own, empty (where the caller may make some)
 *	capabilities: all gone but `capabilities`, from the bounding set too · no_new_privs
 *	Landlock: nothing of the file system but `folders`; nothing of the network
 *	seccomp: an allow-list; anything else kills the process
 *
 * Memory safety bugs in a parser then reach: the input, the reply pipe, the folders.
 * All but Landlock and the namespaces must hold or sandbox_enter() fails. Landlock is left out on
 * kernels without it (since 5.13; `landlock_abi` 0); the system calls that reach beyond the folders
 * are then held only by the caller's user namespace, if it is in one.
 */
#pragma once

#include "base/err.h"
#include "worker/sandbox_rules.h"

/* Later calls only read and write descriptors that are open, and use the folders. */
int sandbox_enter(const struct sandbox *s, struct sandbox_state *ret, struct err *e);
