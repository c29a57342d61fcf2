/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/procfs.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"

static int is_procfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

int procfs_open(struct err *e)
{
	cleanup_fd int fd = open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "open /proc");
	if (!is_procfs(fd))
		return err_set(e, ERR_SYSTEM, "/proc is not a proc file system");
	return take_fd(&fd);
}

int procfs_write(int proc_fd, const char *path, const char *value, struct err *e)
{
	/* "self" is a symbolic link; a mount over any part of the way is refused. */
	struct open_how how = {
		.flags = O_WRONLY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};
	cleanup_fd int fd = (int)syscall(SYS_openat2, proc_fd, path, &how, sizeof how);
	size_t n = strlen(value);

	if (fd < 0)
		return err_sys(e, "open /proc/%s", path);
	if (!is_procfs(fd))
		return err_set(e, ERR_SYSTEM, "/proc/%s is not in a proc file system", path);
	if (write(fd, value, n) != (ssize_t)n)
		return err_sys(e, "write \"%s\" to /proc/%s", value, path);
	return 0;
}
