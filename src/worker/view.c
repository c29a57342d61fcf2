/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/view.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

int view_open(int fd, uint64_t attributes)
{
	struct mount_attr attr = { .attr_set = attributes | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID |
					       MOUNT_ATTR_NOEXEC };
	cleanup_fd int mount = (int)syscall(SYS_open_tree, fd, "",
					    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	int seen;

	if (mount < 0 ||
	    syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, &attr, sizeof attr) < 0)
		return -1;
	seen = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Its last close would detach the mount; it stays open as long as the process. */
	if (seen >= 0)
		take_fd(&mount);
	return seen;
}
