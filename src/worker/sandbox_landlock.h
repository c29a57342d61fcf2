/* SPDX-License-Identifier: Apache-2.0 */
/* The Landlock part of the sandbox: ABI 1 (Linux 5.13) to 7; what a kernel doesn't know is left out. */
#pragma once

#include "base/err.h"
#include "worker/sandbox_rules.h"

/*
 * *ret_abi is 0 where Landlock isn't built in or switched off, and where it can't do the job: ABI 1
 * forbids links and renames between folders, which unpacking a tree needs.
 */
int sandbox_landlock(const struct sandbox *s, int *ret_abi, struct err *e);
