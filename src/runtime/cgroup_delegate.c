/* SPDX-License-Identifier: Apache-2.0 */
/* OCI runtime specification 1.3, config-linux.md "Cgroup ownership"; cgroups(7), cgroup-v2.rst "Delegation". */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_group.h"

#define LIST_BYTES_MAX 65536

/* What the specification names for kernels without the list. */
static const char fallback[] = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";

int cgroup_delegate(const struct cgroup *c, uid_t uid, gid_t gid, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(c, CGROUP_CORE);
	cleanup_free char *list = NULL;
	struct err ignored;
	char *next;

	if (!g || c->n > 1)
		return 0;
	list = fd_read_file(AT_FDCWD, "/sys/kernel/cgroup/delegate", LIST_BYTES_MAX, &ignored)
		       ?: xstrdup(fallback);
	if (fchownat(g->fd, "", uid, gid, AT_EMPTY_PATH) < 0)
		return err_sys(e, "give control group %s to the container", g->place);
	next = list;
	while (next && *next) {
		const char *name = strsep(&next, "\n");

		/* Not every group has every file. */
		if (*name && !strchr(name, '/') &&
		    fchownat(g->fd, name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
			return err_sys(e, "give %s of control group %s to the container", name,
				       g->place);
	}
	return 0;
}
