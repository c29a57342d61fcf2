/* SPDX-License-Identifier: Apache-2.0 */
/* Metadata of folders that a layer implies but doesn't list. */
#pragma once

#include "base/err.h"
#include "worker/tree_state.h"

/*
 * Gives the folder `fd` the owner, mode and attributes of `lower_fd`, the topmost folder below that
 * it is merged with; 0755 of root when that is -1.
 */
int tree_inherit(const struct tree *t, int fd, int lower_fd, struct err *e);
