/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids that file accesses are made with, while all capabilities stay in effect: files made in an
 * idmapped tree must belong to an id of its map, or the kernel refuses with EOVERFLOW.
 * setfsuid(2), capabilities(7) "Effect of user ID changes". Async-signal-safe.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

int fsids_become(uint32_t uid, uint32_t gid, struct err *e);
