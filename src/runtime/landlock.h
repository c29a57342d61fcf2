/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock: rules on files and ports that a process puts on itself and that all it executes keeps.
 * landlock(7), Documentation/userspace-api/landlock.rst.
 *
 * Rules only ever allow something that a `handled_` right forbids. The paths are the container's and
 * hostile: they are resolved inside its root, without magic links, and a rule is bound to the file
 * found; whoever swaps names meanwhile gets a rule for another file of the same container.
 *
 * A domain can't be joined: a process that is executed in a running container later makes one of its
 * own with the same path and port rules. It has no scopes, since those would cut it off from the
 * container's processes, whose domain is another one.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "runtime/spec_process.h"

/* The kernel's ABI, or -1 with errno where it has no Landlock. */
int landlock_abi(void);

/*
 * A ruleset below the root directory `root_fd`, while files can still be opened; `scopes` are
 * those of `l` or none. -1 in *ret: there is nothing to enforce. With `best_effort`
 * what this kernel doesn't know and paths that don't exist are left out; otherwise ERR_UNENFORCED names
 * the ABI that is needed. What makes no sense for a file that isn't a directory is always left out.
 */
int landlock_prepare(const struct spec_landlock *l, uint64_t scopes, int root_fd, int *ret,
		     struct err *e);
/* Enters it; needs no_new_privs or CAP_SYS_ADMIN in the user namespace. Nothing for -1. */
int landlock_enter(int ruleset_fd, struct err *e);
