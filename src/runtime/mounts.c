/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spec's mounts, one function for each kind. Targets are resolved inside the container's root,
 * which a stranger filled: what the engine mounts by itself must lie on a real folder (no symbolic
 * link on the way: CVE-2019-19921, CVE-2026-41579), what the user asked for may follow links that
 * stay inside.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/path.h"
#include "runtime/child.h"
#include "runtime/id_map.h"
#include "runtime/mount_api.h"

#define OPTIONS_MAX 16

static const char *below_root(const char *target)
{
	target += strspn(target, "/");
	return *target ? target : ".";
}

/* A folder for the engine's own mounts: made where missing, refused where a link is on the way. */
static int open_own_target(const struct child *c, const char *target, struct err *e)
{
	const char *path = below_root(target);
	int fd = path_open_nofollow(c->root_fd, path, O_PATH | O_DIRECTORY, e);

	if (fd < 0 && e->sys == ENOENT) {
		cleanup_fd int made = path_make_dirs_in_root(c->root_fd, path, e);

		if (made < 0)
			return -1;
		fd = path_open_nofollow(c->root_fd, path, O_PATH | O_DIRECTORY, e);
	}
	if (fd < 0 && (e->sys == ELOOP || e->sys == ENOTDIR))
		return err_set(e, ERR_INVALID, "%s must be mounted on ordinary directory", target);
	return fd;
}

static int attach_at(int mount_fd, const struct child *c, const char *target, struct err *e)
{
	cleanup_fd int at = open_own_target(c, target, e);

	return at < 0 ? -1 : mount_attach(mount_fd, at, e);
}

/* Owners in options are the container's ids; the kernel reads them as the caller's. */
struct mapped_options {
	const char *list[OPTIONS_MAX + 1];
	char owner[2][24];
};

static int map_options(const struct child *c, const struct spec_mount *m,
		       struct mapped_options *out, struct err *e)
{
	size_t n = 0, n_owners = 0;

	for (; m->options && m->options[n]; n++) {
		const char *option = m->options[n];
		int is_gid = !strncmp(option, "gid=", 4);
		uint64_t id;
		int64_t outside;

		if (n == OPTIONS_MAX)
			return err_set(e, ERR_LIMIT, "more than %d mount options", OPTIONS_MAX);
		out->list[n] = option;
		if (!c->holder || (!is_gid && strncmp(option, "uid=", 4)))
			continue;
		if (parse_uint(option + 4, UINT32_MAX, &id, e) < 0)
			return -1;
		outside =
			is_gid ? id_map_outside(c->spec->gid_map, c->spec->n_gid_map, (uint32_t)id)
			       : id_map_outside(c->spec->uid_map, c->spec->n_uid_map, (uint32_t)id);
		if (outside < 0 || n_owners == ARRAY_SIZE(out->owner))
			return err_set(e, ERR_USAGE, "mount option %s: no such id in the container",
				       option);
		snprintf(out->owner[n_owners], sizeof out->owner[0], "%cid=%jd", is_gid ? 'g' : 'u',
			 (intmax_t)outside);
		out->list[n] = out->owner[n_owners++];
	}
	out->list[n] = NULL;
	return 0;
}

static int mount_filesystem(struct child *c, const struct spec_mount *m, struct err *e)
{
	struct mapped_options options;
	cleanup_fd int fd = -1, at = -1;

	if (map_options(c, m, &options, e) < 0)
		return -1;
	fd = mount_new(m->fstype, options.list, m->attributes, e);
	if (fd < 0)
		return -1;
	/* proc and sysfs steer the kernel: only on a real folder. A tmpfs may follow links inside. */
	if (strcmp(m->fstype, "tmpfs"))
		return attach_at(fd, c, m->target, e);
	at = path_make_dirs_in_root(c->root_fd, below_root(m->target), e);
	return at < 0 ? -1 : mount_attach(fd, at, e);
}

/* Docker: a new named volume starts with what the image has at its mount point. */
static int copy_up(const struct child *c, const struct spec_mount *m, int source, struct err *e)
{
	cleanup_fd int from =
		path_open_in_root(c->root_fd, below_root(m->target), O_RDONLY | O_DIRECTORY, e);
	cleanup_fd int to = -1;

	if (from < 0)
		return e->sys == ENOENT || e->sys == ENOTDIR ? 0 : -1;
	to = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to < 0)
		return err_sys(e, "open the volume");
	return copy_tree(from, to, COPY_ONLY_IF_EMPTY, e);
}

static int mount_bind(struct child *c, const struct spec_mount *m, struct err *e)
{
	cleanup_fd int fd = take_fd(&c->sources[m - c->spec->mounts]);
	cleanup_fd int at = -1;
	struct stat st;

	if (m->copy_up && copy_up(c, m, fd, e) < 0)
		return err_wrap(e, "fill volume");
	if (m->attributes &&
	    mount_add_attributes(fd, m->attributes, m->attributes_recursive, e) < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", m->source);
	if (S_ISDIR(st.st_mode))
		at = path_make_dirs_in_root(c->root_fd, below_root(m->target), e);
	else
		at = path_make_file_in_root(c->root_fd, below_root(m->target), e);
	return at < 0 ? -1 : mount_attach(fd, at, e);
}

/* Kernel files that are missing need no mask. */
static int open_kernel_path(const struct child *c, const char *target, struct err *e)
{
	int fd = path_open_nofollow(c->root_fd, below_root(target), O_PATH, e);

	return fd < 0 && (e->sys == ENOENT || e->sys == ENOTDIR) ? -2 : fd;
}

static int mount_mask(struct child *c, const struct spec_mount *m, struct err *e)
{
	static const char *const empty[] = { "size=4k", "nr_inodes=1", "mode=555", NULL };
	/* The host's /dev/null: the container's own could be anything (CVE-2025-31133). */
	const struct mount_clone null = {
		.dir_fd = AT_FDCWD,
		.path = "/dev/null",
		.attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		.idmap_fd = -1,
	};
	cleanup_fd int at = open_kernel_path(c, m->target, e);
	cleanup_fd int fd = -1;
	struct stat st;

	if (at < 0)
		return at == -2 ? 0 : -1;
	if (fstat(at, &st) < 0)
		return err_sys(e, "stat %s", m->target);
	if (S_ISDIR(st.st_mode))
		fd = mount_new("tmpfs", empty,
			       MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				       MOUNT_ATTR_NOEXEC,
			       e);
	else
		fd = mount_clone(&null, e);
	return fd < 0 ? -1 : mount_attach(fd, at, e);
}

static int mount_readonly(struct child *c, const struct spec_mount *m, struct err *e)
{
	cleanup_fd int at = open_kernel_path(c, m->target, e);
	struct mount_clone clone = {
		.dir_fd = at,
		.path = "",
		.recursive = 1,
		.attributes = MOUNT_ATTR_RDONLY | m->attributes,
		.attributes_recursive = 1,
		.idmap_fd = -1,
	};
	cleanup_fd int fd = -1;

	if (at < 0)
		return at == -2 ? 0 : -1;
	fd = mount_clone(&clone, e);
	return fd < 0 ? -1 : mount_attach(fd, at, e);
}

/* The container's own groups, read-only: a v2 tree at target itself, v1 ones in folders below it. */
static int mount_cgroup(struct child *c, const struct spec_mount *m, struct err *e)
{
	static const char *const options[] = { "mode=755", "size=64k", NULL };
	cleanup_fd int top = -1;

	if (c->n_views == 0)
		return 0;
	if (c->n_views == 1 && !*c->views[0].name)
		return mount_add_attributes(c->views[0].fd, m->attributes, 0, e) < 0
			       ? -1
			       : attach_at(c->views[0].fd, c, m->target, e);
	top = mount_new("tmpfs", options, m->attributes & ~(uint64_t)MOUNT_ATTR_RDONLY, e);
	if (top < 0 || attach_at(top, c, m->target, e) < 0)
		return -1;
	for (size_t i = 0; i < c->n_views; i++) {
		const struct cgroup_view *v = &c->views[i];
		cleanup_fd int at = -1;

		if (mkdirat(top, v->name, 0755) < 0)
			return err_sys(e, "create the folder of cgroup %s", v->name);
		at = fd_open(top, v->name, O_PATH | O_DIRECTORY, e);
		if (at < 0 || mount_add_attributes(v->fd, m->attributes, 0, e) < 0 ||
		    mount_attach(v->fd, at, e) < 0)
			return -1;
	}
	return mount_add_attributes(top, m->attributes, 0, e);
}

static int wants_propagation(const struct spec *spec)
{
	for (size_t i = 0; i < spec->n_mounts; i++) {
		if (spec->mounts[i].propagation & (MS_SLAVE | MS_SHARED))
			return 1;
	}
	return 0;
}

int child_open_sources(struct child *c, struct err *e)
{
	unsigned long kind = wants_propagation(c->spec) ? MS_SLAVE : MS_PRIVATE;

	if (mount(NULL, "/", NULL, MS_REC | kind, NULL) < 0)
		return err_sys(e, "make the mount namespace private");
	if (c->spec->n_mounts > CHILD_MOUNTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d mounts", CHILD_MOUNTS_MAX);
	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		const struct spec_mount *m = &c->spec->mounts[i];
		struct mount_clone clone = {
			.dir_fd = AT_FDCWD,
			.path = m->source,
			.recursive = m->recursive,
			.propagation = m->propagation ? m->propagation : MS_PRIVATE,
			.idmap_fd = m->idmapped ? c->holder->user_fd : -1,
		};

		c->sources[i] = m->kind == MOUNT_BIND ? mount_clone(&clone, e) : -1;
		if (m->kind == MOUNT_BIND && c->sources[i] < 0 && !m->optional)
			return err_wrap(e, "mount %s", m->target);
	}
	return 0;
}

static int (*const mounters[])(struct child *, const struct spec_mount *, struct err *) = {
	[MOUNT_FILESYSTEM] = mount_filesystem,
	[MOUNT_BIND] = mount_bind,
	[MOUNT_MASK] = mount_mask,
	[MOUNT_READONLY] = mount_readonly,
	[MOUNT_CGROUP] = mount_cgroup,
	[MOUNT_DEV] = child_mount_dev,
};

int child_mount_all(struct child *c, struct err *e)
{
	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		const struct spec_mount *m = &c->spec->mounts[i];

		if (m->kind == MOUNT_BIND && c->sources[i] < 0)
			continue; /* optional, and not there */
		if (mounters[m->kind](c, m, e) < 0 && !m->optional)
			return err_wrap(e, "mount %s", m->target);
	}
	return 0;
}
