/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/fsids.h"

#include <sys/fsuid.h>

#include "runtime/capset.h"

int fsids_become(uint32_t uid, uint32_t gid, struct err *e)
{
	struct capset held;

	if (capset_get(&held, e) < 0)
		return -1;
	setfsgid(gid);
	setfsuid(uid);
	/* The kernel dropped the file capabilities from the effective set: raise them again. */
	if (capset_put(&held, e) < 0)
		return -1;
	if ((uint32_t)setfsuid((uid_t)-1) != uid || (uint32_t)setfsgid((gid_t)-1) != gid)
		return err_set(e, ERR_SYSTEM, "can't access files as %u:%u", uid, gid);
	return 0;
}
