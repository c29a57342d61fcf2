/* SPDX-License-Identifier: Apache-2.0 */
/* The half of cgroup_host.h that asks the kernel. */
#include "runtime/cgroup_host.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"

#define MOUNTINFO_BYTES_MAX (64 << 20)
#define MOUNTINFO_START	    32768
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

/*
 * The hierarchies are mounted early, so a busy host's list needn't be read further than to them:
 * its first MOUNTINFO_START bytes, if all are in there.
 */
static int read_start(int fd, const char *groups, struct arena *a, struct cgroup_host *ret)
{
	cleanup_free char *text = xcalloc(1, MOUNTINFO_START + 1);
	struct err ignored;
	ssize_t n = fd_read_full(fd, text, MOUNTINFO_START, &ignored);
	char *end = n < 0 ? NULL : strrchr(text, '\n');

	if (!end)
		return 0;
	end[1] = '\0';
	cgroup_host_parse(text, groups, a, ret);
	return n < MOUNTINFO_START || cgroup_host_is_complete(ret, groups);
}

static int read_mounts(const char *groups, struct arena *a, struct cgroup_host *ret, struct err *e)
{
	cleanup_fd int fd = fd_open(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY, e);
	cleanup_free char *mountinfo = NULL;

	if (fd < 0)
		return -1;
	if (read_start(fd, groups, a, ret))
		return 0;
	mountinfo = fd_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_BYTES_MAX, e);
	if (!mountinfo)
		return -1;
	cgroup_host_parse(mountinfo, groups, a, ret);
	return 0;
}

int cgroup_host_read(struct arena *a, struct cgroup_host *ret, struct err *e)
{
	cleanup_free char *groups = NULL;

	if (is_plain_v2()) {
		*ret = (struct cgroup_host){
			.list = { { .version = 2,
				    .controllers = CGROUP_V2_ALL,
				    .point = UNIFIED_POINT,
				    .own = "",
				    .top_is_ours = 1 } },
			.n = 1,
		};
		return 0;
	}
	groups = fd_read_file(AT_FDCWD, "/proc/self/cgroup", GROUPS_BYTES_MAX, e);
	return groups ? read_mounts(groups, a, ret, e) : -1;
}

int cgroup_host_read_process(pid_t pid, struct arena *a, struct cgroup_host *ret, struct err *e)
{
	cleanup_free char *groups = NULL;
	char file[64];

	snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)pid);
	groups = fd_read_file(AT_FDCWD, file, GROUPS_BYTES_MAX, e);
	return groups ? read_mounts(groups, a, ret, e) : -1;
}
