/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/procfs.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/mount_api.h"

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

static int open_file(int proc_fd, const char *path, int flags, struct err *e)
{
	/* "self" is a symbolic link; a mount over any part of the way is refused. */
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};
	cleanup_fd int fd = (int)syscall(SYS_openat2, proc_fd, path, &how, sizeof how);

	if (fd < 0)
		return err_sys(e, "open /proc/%s", path);
	if (!is_procfs(fd))
		return err_set(e, ERR_SYSTEM, "/proc/%s is not in a proc file system", path);
	return take_fd(&fd);
}

ssize_t procfs_read(int proc_fd, const char *path, char *ret, size_t size, struct err *e)
{
	cleanup_fd int fd = open_file(proc_fd, path, O_RDONLY, e);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, ret, size - 1);
	if (n < 0)
		return err_sys(e, "read /proc/%s", path);
	ret[n] = '\0';
	return n;
}

int procfs_new(struct err *e)
{
	const struct mount_filesystem proc = {
		.type = "proc",
		.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
	};

	return mount_new(&proc, e);
}

int procfs_write(int proc_fd, const char *path, const char *value, struct err *e)
{
	cleanup_fd int fd = open_file(proc_fd, path, O_WRONLY, e);
	size_t n = strlen(value);

	if (fd < 0)
		return -1;
	if (write(fd, value, n) != (ssize_t)n)
		return err_sys(e, "write \"%s\" to /proc/%s", value, path);
	return 0;
}
