/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the finished tree becomes "/". pivot_root(2) puts the old root aside, from where it is let go;
 * without it (the host runs from its initramfs, which can't be left) the tree is moved over the old
 * root, and with a mount namespace that isn't ours it is only what the process sees.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

#define LINE_MAX_ 8192

static int refuse_pivot(struct err *e)
{
	int why = errno;
	struct statfs fs;

	if (why == EINVAL && statfs("/", &fs) == 0 &&
	    (fs.f_type == RAMFS_MAGIC || fs.f_type == TMPFS_MAGIC)) {
		err_set(e, ERR_UNENFORCED,
			"pivot_root: the host runs from its initramfs, which "
			"can't be left");
		return err_hint(e,
				"--no-pivot moves the root over it, which protects the host less");
	}
	errno = why;
	return err_sys(e, "pivot_root");
}

static int pivot(struct err *e)
{
	/* Puts the old root on top of the new one, from where it is let go (pivot_root(2)). */
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return refuse_pivot(e);
	if (umount2(".", MNT_DETACH) < 0)
		return err_sys(e, "detach the host's file system");
	return 0;
}

/* "\040" and the like; proc(5). */
static void unescape(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (s[0] == '\\' && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) &&
		    isdigit((unsigned char)s[3])) {
			*out++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

/*
 * One line of mountinfo. A whole proc or sysfs of the host, in reach below our root, would let a
 * container mount one anew that nothing is masked in: it goes, or is covered.
 */
static int hide_kernel_filesystem(char *line, const char *root, struct err *e)
{
	char *fields[5], *type = strstr(line, " - "), *rest = line;

	if (!type || (strncmp(type, " - proc ", 8) != 0 && strncmp(type, " - sysfs ", 9) != 0))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		fields[i] = strsep(&rest, " ");
		if (!fields[i])
			return 0;
	}
	unescape(fields[4]);
	if (strcmp(fields[3], "/") != 0 || tree_below(fields[4], root))
		return 0;
	if (umount2(fields[4], MNT_DETACH | UMOUNT_NOFOLLOW) == 0 || errno == ENOENT)
		return 0;
	if (errno != EINVAL && errno != EPERM)
		return err_sys(e, "detach the host's %s", fields[4]);
	if (mount("tmpfs", fields[4], "tmpfs", MS_RDONLY, "size=4k,mode=555") < 0)
		return err_sys(e, "cover the host's %s", fields[4]);
	return 0;
}

static int hide_kernel_filesystems(const struct child *c, struct err *e)
{
	cleanup_fd int fd = fd_open(c->proc_fd, "self/mountinfo", O_RDONLY, e);
	char buffer[LINE_MAX_];
	size_t have = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, buffer + have, sizeof buffer - 1 - have)) > 0) {
		char *line = buffer, *end;

		have += (size_t)n;
		buffer[have] = '\0';
		while ((end = strchr(line, '\n'))) {
			*end = '\0';
			if (hide_kernel_filesystem(line, c->spec->rootfs.path, e) < 0)
				return -1;
			line = end + 1;
		}
		have -= (size_t)(line - buffer);
		memmove(buffer, line, have);
		if (have == sizeof buffer - 1)
			have = 0; /* longer than any mount of these */
	}
	return n < 0 ? err_sys(e, "read mountinfo") : 0;
}

static int move_over(const struct child *c, struct err *e)
{
	if (hide_kernel_filesystems(c, e) < 0)
		return -1;
	if (move_mount(c->root_fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return err_sys(e, "move the root file system");
	return chroot(".") < 0 ? err_sys(e, "enter the root file system") : 0;
}

int child_pivot(struct child *c, struct err *e)
{
	int failed;

	if (fchdir(c->root_fd) < 0)
		return err_sys(e, "enter the root file system");
	if (c->unattached)
		failed = chroot(".") < 0 ? err_sys(e, "enter the root file system") : 0;
	else
		failed = c->spec->rootfs.no_pivot ? move_over(c, e) : pivot(e);
	if (failed)
		return -1;
	return chdir("/") < 0 ? err_sys(e, "enter the root file system") : 0;
}

/*
 * The crossing made slaves of shared mounts, which get groups of the container's own, and unbindable
 * ones private.
 */
static int propagate_again(const struct child *c, struct err *e)
{
	cleanup_fd int root = -1;

	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		const struct spec_mount *m = &c->spec->mounts[i];
		uint64_t lost = m->propagation & (MS_SHARED | MS_UNBINDABLE);
		cleanup_fd int fd = -1;

		if (!lost)
			continue;
		if (root < 0)
			root = fd_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, e);
		fd = root < 0 ? -1 : path_open_in_root(root, m->target, O_PATH, e);
		if (fd < 0 || mount_propagate(fd, lost | (m->propagation & MS_REC), e) < 0)
			return err_wrap(e, "%s", m->target);
	}
	return 0;
}

int child_set_propagation(struct child *c, struct err *e)
{
	const uint64_t wanted = c->spec->rootfs.propagation & (MS_SHARED | MS_UNBINDABLE | MS_REC);
	cleanup_fd int root = -1;

	if (c->holder && c->holder->user_fd >= 0 && !c->unattached && propagate_again(c, e) < 0)
		return -1;
	if (!(wanted & (MS_SHARED | MS_UNBINDABLE)))
		return 0;
	if (c->unattached)
		return err_set(e, ERR_UNENFORCED,
			       "the root's propagation can't be set without a mount namespace");
	root = fd_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, e);
	return root < 0 ? -1 : mount_propagate(root, wanted, e);
}
