/* SPDX-License-Identifier: Apache-2.0 */
/* Extended attributes of a layer's entries: which are taken, and what file capabilities say. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum xattr_fate {
	XATTR_TAKE,   /* user.*, security.capability, POSIX ACLs */
	XATTR_DROP,   /* labels and integrity marks of another machine, trusted.* */
	XATTR_REFUSE, /* overlay's own marks: they would let a layer rearrange others */
};

enum xattr_fate entry_xattr_fate(const char *name);

/*
 * The permitted set of a security.capability value (struct vfs_cap_data of linux/capability.h,
 * revisions 1 to 3) as bits.
 */
int entry_xattr_capabilities(const void *value, size_t n, uint64_t *ret, struct err *e);
