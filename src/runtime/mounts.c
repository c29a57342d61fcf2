/* SPDX-License-Identifier: Apache-2.0 */
/* The spec's mounts, one after the other; tree.h has the rules, each kind its own file. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

static int (*const mounters[])(struct child *, const struct spec_mount *, struct err *) = {
	[MOUNT_FILESYSTEM] = tree_mount_filesystem,
	[MOUNT_BIND] = tree_mount_bind,
	[MOUNT_CGROUP] = tree_mount_cgroup,
	[MOUNT_DEV] = child_mount_dev,
	[MOUNT_REMOUNT] = tree_remount,
};

/*
 * Most sources are looked up when it is their turn, as earlier mounts may be part of them. Before the
 * tree is private is the turn of those that stay in a group with the host; before an overlay's
 * layers are mounted, all: no bind must show those.
 */
static int clone_early(struct child *c, int shared, struct err *e)
{
	const struct spec_rootfs *r = &c->spec->rootfs;

	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		const struct spec_mount *m = &c->spec->mounts[i];
		int wanted = r->kind == ROOTFS_OVERLAY;

		if (m->kind != MOUNT_BIND || c->fds[i] >= 0 || m->copy_symlink)
			continue;
		if (shared)
			wanted = m->propagation & MS_SHARED && !tree_below(m->source, r->path);
		if (!wanted)
			continue;
		c->fds[i] = tree_clone_source(c, m, e);
		if (c->fds[i] < 0 && !m->optional)
			return err_wrap(e, "mount %s", m->target);
	}
	return 0;
}

static uint64_t hosts_propagation(const struct spec *spec)
{
	if (spec->rootfs.propagation & MS_SLAVE)
		return MS_SLAVE;
	for (size_t i = 0; i < spec->n_mounts; i++) {
		if (spec->mounts[i].propagation & MS_SLAVE)
			return MS_SLAVE;
	}
	return MS_PRIVATE;
}

int child_open_sources(struct child *c, struct err *e)
{
	uint64_t kind = hosts_propagation(c->spec);

	if (c->spec->n_mounts > CHILD_MOUNTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d mounts", CHILD_MOUNTS_MAX);
	for (size_t i = 0; i < c->spec->n_mounts; i++)
		c->fds[i] = -1;
	c->unattached = c->spec->namespaces[NS_MOUNT].mode != NS_MODE_NEW;
	if (clone_early(c, 1, e) < 0)
		return -1;
	if (!c->unattached && mount(NULL, "/", NULL, MS_REC | kind, NULL) < 0)
		return err_sys(e, "make the mount namespace private");
	c->all_private = !c->unattached && kind == MS_PRIVATE;
	return clone_early(c, 0, e);
}

static int mount_one(struct child *c, const struct spec_mount *m, struct err *e)
{
	const char *source = m->source ? m->source : m->fstype;

	if (mounters[m->kind](c, m, e) == 0 || m->optional)
		return 0;
	return err_wrap(e, "error mounting \"%s\" to rootfs at \"%s\"", source ? source : "none",
			m->target);
}

int child_mount_all(struct child *c, struct err *e)
{
	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		const struct spec_mount *m = &c->spec->mounts[i];

		if (m->kind != MOUNT_MASK && m->kind != MOUNT_READONLY && mount_one(c, m, e) < 0)
			return -1;
	}
	return child_make_devices(c, e);
}

/* A mount of a tree that hangs nowhere can't be changed, but a changed copy can lie over it. */
static int seal_by_copy(int fd, struct err *e)
{
	const struct mount_clone clone = {
		.dir_fd = fd,
		.path = "",
		.recursive = 1,
		.attributes = MOUNT_ATTR_RDONLY,
		.idmap_fd = -1,
	};
	cleanup_fd int copy = mount_clone(&clone, e);

	return copy < 0 ? -1 : mount_attach(copy, fd, e);
}

int child_seal_tree(struct child *c, struct err *e)
{
	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		const struct spec_mount *m = &c->spec->mounts[i];

		if (c->fds[i] < 0 || !tree_is_sealed_late(m))
			continue;
		if ((c->unattached ? seal_by_copy(c->fds[i], e)
				   : mount_add_attributes(c->fds[i], MOUNT_ATTR_RDONLY, 0, e)) < 0)
			return err_wrap(e, "make %s read-only", m->target);
	}
	if (tree_cover(c, e) < 0)
		return -1;
	if (!c->spec->rootfs.readonly)
		return 0;
	return mount_add_attributes(c->root_fd, MOUNT_ATTR_RDONLY, 0, e);
}
