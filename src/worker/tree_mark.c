/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/tree_mark.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mem.h"

int tree_is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

int tree_mark_opaque(const struct tree *t, int folder_fd, struct err *e)
{
	cleanup_fd int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsetxattr(fd, t->opaque_xattr, "y", 1, 0) < 0)
		return err_sys(e, "mark a folder opaque");
	return 0;
}

int tree_is_opaque(const struct tree *t, int folder_fd)
{
	char value;

	return fgetxattr(folder_fd, t->opaque_xattr, &value, 1) == 1 && value == 'y';
}
