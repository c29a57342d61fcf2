/* SPDX-License-Identifier: Apache-2.0 */
/* The calling thread's capability sets as 64-bit masks; capget(2). Async-signal-safe. */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct capset {
	uint64_t effective, permitted, inheritable;
};

int capset_get(struct capset *ret, struct err *e);
int capset_put(const struct capset *c, struct err *e);
/* Lowers the bounding set to `keep`; needs CAP_SETPCAP. */
int capset_limit_bounding(uint64_t keep, struct err *e);
/* Raises the ambient set to exactly `set`, whose bits are permitted and inheritable. */
int capset_set_ambient(uint64_t set, struct err *e);

/* Those of `asked` that can be raised beside these sets: permitted and inheritable at once. */
static inline uint64_t capset_ambient(uint64_t asked, uint64_t permitted, uint64_t inheritable)
{
	return asked & permitted & inheritable;
}
