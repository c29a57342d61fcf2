/* SPDX-License-Identifier: Apache-2.0 */
/* The half of cgroup_host.h that asks the kernel. */
#include "runtime/cgroup_host.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"

#define MOUNTINFO_BYTES_MAX (64 << 20)
#define GROUPS_BYTES_MAX    (1 << 20)
#define UNIFIED_POINT	    "/sys/fs/cgroup"

/*
 * Nearly every modern host: one v2 tree at the usual place, and we may write at its top. A busy
 * host's mountinfo costs milliseconds to print, so it isn't asked for then.
 */
static int is_plain_v2(void)
{
	struct statfs s;

	return statfs(UNIFIED_POINT, &s) == 0 && s.f_type == CGROUP2_SUPER_MAGIC &&
	       faccessat(AT_FDCWD, UNIFIED_POINT, W_OK, AT_EACCESS) == 0 &&
	       faccessat(AT_FDCWD, UNIFIED_POINT "/cgroup.procs", W_OK, AT_EACCESS) == 0;
}

int cgroup_host_read(struct arena *a, struct cgroup_host *ret, struct err *e)
{
	cleanup_free char *mountinfo = NULL, *groups = NULL;

	if (is_plain_v2()) {
		*ret = (struct cgroup_host){
			.list = { { .version = 2,
				    .controllers = CGROUP_ALL,
				    .point = UNIFIED_POINT,
				    .own = "" } },
			.n = 1,
		};
		return 0;
	}
	mountinfo = fd_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_BYTES_MAX, e);
	if (!mountinfo)
		return -1;
	groups = fd_read_file(AT_FDCWD, "/proc/self/cgroup", GROUPS_BYTES_MAX, e);
	if (!groups)
		return -1;
	cgroup_host_parse(mountinfo, groups, a, ret);
	return 0;
}
