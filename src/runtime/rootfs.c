/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's root. All of it happens in the child's private mount namespace, so nothing has
 * to be undone. Layers and the writable folder are named /proc/self/fd/N: that keeps 127 layers
 * below the 4,096 bytes that mount(2) takes, needs no escaping, and works with mounts attached only
 * here on every kernel since 5.19 (6.12 refuses descriptors of detached mounts).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/child.h"
#include "runtime/mount_api.h"

#define OPTIONS_MAX 4096 /* one page is what mount(2) copies */

/*
 * Opens a folder of ours; when ids are mapped, a mapped clone of it that is attached over it.
 */
static int open_mapped(const struct child *c, const char *path, struct err *e)
{
	struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = path,
		.attributes = MOUNT_ATTR_NODEV,
		.idmap_fd = c->spec->rootfs.idmapped ? c->holder->user_fd : -1,
	};
	cleanup_fd int plain = fd_open(AT_FDCWD, path, O_PATH | O_DIRECTORY, e);
	cleanup_fd int mapped = -1;

	if (plain < 0)
		return -1;
	if (clone.idmap_fd < 0)
		return take_fd(&plain);
	mapped = mount_clone(&clone, e);
	if (mapped < 0 || mount_attach(mapped, plain, e) < 0)
		return -1;
	return take_fd(&mapped);
}

static int add_layers(const struct spec_rootfs *r, int store, char *options, struct err *e)
{
	size_t used = 0;

	for (size_t i = 0; i < r->n_layers; i++) {
		/* Kept open: overlay resolves the names only when it is mounted. */
		int layer = fd_open(store, r->layers[i], O_PATH | O_DIRECTORY, e);

		if (layer < 0)
			return err_wrap(e, "image layer");
		used += (size_t)snprintf(options + used, OPTIONS_MAX - used, "%s/proc/self/fd/%d",
					 i ? ":" : "lowerdir=", layer);
		if (used >= OPTIONS_MAX)
			return err_set(e, ERR_LIMIT, "more layers than overlay can take");
	}
	return (int)used;
}

/*
 * Overlay remembers the credentials that it was mounted with and makes its copies with them: they
 * must be ids of the map, with all capabilities.
 */
static int mount_overlay(struct child *c, struct err *e)
{
	const struct spec_rootfs *r = &c->spec->rootfs;
	char options[OPTIONS_MAX], target[32];
	cleanup_fd int store = open_mapped(c, r->layer_store, e);
	cleanup_fd int own = store < 0 ? -1 : open_mapped(c, r->path, e);
	cleanup_fd int upper = -1, work = -1;
	int used;

	if (own < 0)
		return -1;
	upper = fd_open(own, "upper", O_PATH | O_DIRECTORY, e);
	work = upper < 0 ? -1 : fd_open(own, "work", O_PATH | O_DIRECTORY, e);
	if (work < 0)
		return -1;
	used = add_layers(r, store, options, e);
	if (used < 0)
		return -1;
	used += snprintf(options + used, sizeof options - (size_t)used,
			 ",upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d%s%s", upper, work,
			 r->user_xattrs ? ",userxattr" : "", r->volatile_upper ? ",volatile" : "");
	if ((size_t)used >= sizeof options)
		return err_set(e, ERR_LIMIT, "more layers than overlay can take");
	snprintf(target, sizeof target, "/proc/self/fd/%d", own);
	if (mount("overlay", target, "overlay", MS_NODEV | (r->nosuid ? MS_NOSUID : 0), options) <
	    0)
		return err_sys(e, "mount overlay");
	/* Looked up again by path: the descriptor is of what now lies below. */
	c->root_fd = fd_open(AT_FDCWD, r->path, O_PATH | O_DIRECTORY, e);
	return c->root_fd < 0 ? -1 : 0;
}

/*
 * What lies on an unbindable mount never comes along when something of the host is bound with all
 * below it: the tree isn't part of itself, where nothing would be masked.
 */
static int shield(int at, struct err *e)
{
	const struct mount_clone clone = {
		.dir_fd = at,
		.path = "",
		.propagation = MS_UNBINDABLE,
		.idmap_fd = -1,
	};
	cleanup_fd int fd = mount_clone(&clone, e);

	return fd < 0 || mount_attach(fd, at, e) < 0 ? -1 : take_fd(&fd);
}

static int binds_trees(const struct spec *spec)
{
	for (size_t i = 0; i < spec->n_mounts; i++) {
		if (spec->mounts[i].kind == MOUNT_BIND && spec->mounts[i].recursive)
			return 1;
	}
	return 0;
}

static int mount_directory(struct child *c, struct err *e)
{
	const struct spec_rootfs *r = &c->spec->rootfs;
	const struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = r->path,
		.recursive = !r->idmapped,
		.attributes =
			(r->devices ? 0 : MOUNT_ATTR_NODEV) | (r->nosuid ? MOUNT_ATTR_NOSUID : 0),
		.idmap_fd = r->idmapped ? c->holder->user_fd : -1,
	};
	cleanup_fd int at = -1, shielded = -1;

	c->root_fd = mount_clone(&clone, e);
	if (c->root_fd < 0)
		return err_wrap(e, "root file system");
	if (c->unattached)
		return mount_propagate(c->root_fd,
				       MS_REC | (r->propagation & MS_SLAVE ? MS_SLAVE : MS_PRIVATE),
				       e);
	at = fd_open(AT_FDCWD, r->path, O_PATH | O_DIRECTORY, e);
	if (at < 0)
		return -1;
	if (!(r->propagation & MS_SLAVE) && !c->all_private &&
	    mount_propagate(c->root_fd, MS_PRIVATE | MS_REC, e) < 0)
		return -1;
	if (!binds_trees(c->spec))
		return mount_attach(c->root_fd, at, e);
	shielded = shield(at, e);
	return shielded < 0 ? -1 : mount_attach(c->root_fd, shielded, e);
}

int child_mount_rootfs(struct child *c, struct err *e)
{
	if (c->spec->rootfs.kind == ROOTFS_DIRECTORY)
		return mount_directory(c, e);
	if (c->unattached)
		return err_set(e, ERR_UNENFORCED, "an image needs a mount namespace of its own");
	return mount_overlay(c, e);
}
