/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/mount_api.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/mem.h"

#define OPTION_KEY_MAX 64

static int configure(int fs_fd, const char *option, struct err *e)
{
	const char *value = strchr(option, '=');
	char key[OPTION_KEY_MAX];
	size_t n = value ? (size_t)(value - option) : strlen(option);
	int failed;

	if (n >= sizeof key)
		return err_set(e, ERR_USAGE, "unknown mount option \"%s\"", option);
	memcpy(key, option, n);
	key[n] = '\0';
	if (value)
		failed = fsconfig(fs_fd, FSCONFIG_SET_STRING, key, value + 1, 0);
	else
		failed = fsconfig(fs_fd, FSCONFIG_SET_FLAG, key, NULL, 0);
	return failed < 0 ? err_sys(e, "mount option \"%s\"", option) : 0;
}

int mount_new(const char *fstype, const char *const *options, uint64_t attributes, struct err *e)
{
	cleanup_fd int fs_fd = fsopen(fstype, FSOPEN_CLOEXEC);
	int fd;

	if (fs_fd < 0)
		return err_sys(e, "file system %s", fstype);
	for (; options && *options; options++) {
		if (configure(fs_fd, *options, e) < 0)
			return -1;
	}
	if (fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return err_sys(e, "create file system %s", fstype);
	fd = fsmount(fs_fd, FSMOUNT_CLOEXEC, (unsigned)attributes);
	return fd < 0 ? err_sys(e, "mount %s", fstype) : fd;
}

int mount_clone(const struct mount_clone *c, struct err *e)
{
	const unsigned recursive = c->recursive ? AT_RECURSIVE : 0;
	struct mount_attr attr = { .attr_set = c->attributes, .propagation = c->propagation };
	cleanup_fd int fd =
		open_tree(c->dir_fd, c->path,
			  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | recursive);

	if (fd < 0)
		return err_sys(e, "clone the mount of %s", *c->path ? c->path : "a file");
	if (c->idmap_fd >= 0) {
		struct mount_attr idmap = {
			.attr_set = MOUNT_ATTR_IDMAP,
			.userns_fd = (unsigned)c->idmap_fd,
		};

		if (mount_setattr(fd, "", AT_EMPTY_PATH | recursive, &idmap, sizeof idmap) < 0) {
			err_sys(e, "map the ids of %s", *c->path ? c->path : "a mount");
			e->code = ERR_UNENFORCED;
			return -1;
		}
	}
	if ((attr.attr_set || attr.propagation) &&
	    mount_setattr(fd, "", AT_EMPTY_PATH | (c->attributes_recursive ? AT_RECURSIVE : 0),
			  &attr, sizeof attr) < 0)
		return err_sys(e, "set mount attributes of %s", *c->path ? c->path : "a mount");
	return take_fd(&fd);
}

int mount_attach(int mount_fd, int target_fd, struct err *e)
{
	if (move_mount(mount_fd, "", target_fd, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return err_sys(e, "attach a mount");
	return 0;
}

int mount_add_attributes(int fd, uint64_t attributes, int recursive, struct err *e)
{
	struct mount_attr attr = { .attr_set = attributes };

	if (mount_setattr(fd, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
			  sizeof attr) < 0)
		return err_sys(e, "set mount attributes");
	return 0;
}
