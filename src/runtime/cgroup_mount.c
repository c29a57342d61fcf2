/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's own groups and nothing above them, with or without a cgroup namespace: a v2 tree
 * at target itself, v1 ones in folders below it. A container without a group sees an empty folder,
 * never the host's (CVE-2023-25809).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup_host.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

/* "cpu,cpuacct" is also found as "cpu" and as "cpuacct". */
static int link_parts(int top, const char *name, struct err *e)
{
	char part[CGROUP_NAME_MAX];

	if (!strchr(name, ','))
		return 0;
	for (const char *p = name; *p;) {
		size_t n = strcspn(p, ",");

		if (n > 0 && n < sizeof part) {
			memcpy(part, p, n);
			part[n] = '\0';
			if (symlinkat(name, top, part) < 0 && errno != EEXIST)
				return err_sys(e, "link cgroup %s", part);
		}
		p += n + (p[n] == ',');
	}
	return 0;
}

static int attach_view(const struct cgroup_view *v, const struct spec_mount *m, int top,
		       struct err *e)
{
	cleanup_fd int at = fd_open(top, v->name, O_PATH | O_DIRECTORY, e);

	if (at < 0 || mount_add_attributes(v->fd, m->attributes, 0, e) < 0)
		return -1;
	return mount_attach(v->fd, at, e);
}

static int attach_one(struct child *c, const struct spec_mount *m, int at, struct err *e)
{
	if (mount_add_attributes(c->views[0].fd, m->attributes, 0, e) < 0)
		return -1;
	return tree_attach(c, m, c->views[0].fd, at, e);
}

static int attach_folders(struct child *c, const struct spec_mount *m, int at, struct err *e)
{
	static const char *const options[] = { "mode=755", "size=64k", NULL };
	const struct mount_filesystem tmpfs = {
		.type = "tmpfs",
		.source = "tmpfs",
		.options = options,
		.attributes = m->attributes & ~(uint64_t)MOUNT_ATTR_RDONLY,
	};
	int readonly = (m->attributes & MOUNT_ATTR_RDONLY) || !c->n_views;
	cleanup_fd int top = mount_new(&tmpfs, e);

	if (top < 0)
		return -1;
	/* All that is ours to make, while the mount can still be made read-only before it is seen. */
	for (size_t i = 0; i < c->n_views; i++) {
		if (mkdirat(top, c->views[i].name, 0755) < 0)
			return err_sys(e, "create the folder of cgroup %s", c->views[i].name);
		if (link_parts(top, c->views[i].name, e) < 0)
			return -1;
	}
	if (readonly && mount_add_attributes(top, MOUNT_ATTR_RDONLY, 0, e) < 0)
		return -1;
	if (tree_attach(c, m, top, at, e) < 0)
		return -1;
	for (size_t i = 0; i < c->n_views; i++) {
		if (attach_view(&c->views[i], m, top, e) < 0)
			return -1;
	}
	return 0;
}

int tree_mount_cgroup(struct child *c, const struct spec_mount *m, struct err *e)
{
	cleanup_fd int at = -1;

	if (c->n_views == 0 && m->optional)
		return 0;
	at = tree_open_target(c, m, TARGET_ORDINARY, NULL, e);
	if (at < 0)
		return -1;
	if (c->n_views == 1 && !*c->views[0].name)
		return attach_one(c, m, at, e);
	return attach_folders(c, m, at, e);
}
