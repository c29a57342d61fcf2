/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/tree_inherit.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "image/bounds.h"
#include "worker/entry_xattr.h"

static int copy_xattrs(int from, int to, struct err *e)
{
	char names[LIMIT_XATTR_BYTES], value[LIMIT_XATTR_BYTES];
	ssize_t n = flistxattr(from, names, sizeof names);

	for (char *p = names; n > 0 && p < names + n; p += strlen(p) + 1) {
		ssize_t size;

		if (entry_xattr_fate(p) != XATTR_TAKE)
			continue;
		size = fgetxattr(from, p, value, sizeof value);
		if (size < 0 || fsetxattr(to, p, value, (size_t)size, 0) < 0)
			return err_sys(e, "copy attribute %s", p);
	}
	return 0;
}

int tree_inherit(const struct tree *t, int fd, int lower_fd, struct err *e)
{
	struct stat st = { .st_mode = 0755 };

	if (lower_fd >= 0 && fstat(lower_fd, &st) < 0)
		return err_sys(e, "stat");
	if (!t->own_ids && fchown(fd, st.st_uid, st.st_gid) < 0)
		return err_sys(e, "chown");
	if (fchmod(fd, st.st_mode & 07777) < 0)
		return err_sys(e, "chmod");
	return lower_fd < 0 ? 0 : copy_xattrs(lower_fd, fd, e);
}
