/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/criu_mounts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "oci/criu.h"
#include "runtime/cgroup_control.h"
#include "runtime/mount_api.h"

#define MOUNTINFO_BYTES_MAX (16 << 20)
#define VIEWS_MAX	    16

/* ---- at checkpoint ---- */

struct line {
	uint64_t id;
	char *root, *target, *type;
};

/* The process's mounts, and which of them the document's binds are. */
struct tree {
	const struct spec *spec;
	uint64_t *ids; /* by the spec's mounts; 0: none */
};

/* "\040" and the like; proc(5). */
static void unescape(char *s)
{
	char *out = s;

	for (; *s; out++) {
		if (s[0] == '\\' && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) &&
		    isdigit((unsigned char)s[3])) {
			*out = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 4;
		} else {
			*out = *s++;
		}
	}
	*out = '\0';
}

/* "ID PARENT MAJOR:MINOR ROOT TARGET OPTIONS … - TYPE SOURCE OPTIONS" */
static int read_line(char *text, struct line *ret)
{
	char *type = strstr(text, " - "), *rest = text, *fields[5];

	if (!type)
		return -1;
	type += 3;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		fields[i] = strsep(&rest, " ");
		if (!fields[i])
			return -1;
	}
	*ret = (struct line){ strtoull(fields[0], NULL, 10), fields[3], fields[4],
			      strsep(&type, " ") };
	unescape(ret->root);
	unescape(ret->target);
	return 0;
}

/*
 * A target may lead over symbolic links. The container decides by now where they lead: what it could have taken
 * for a bind is at most made from the host's folder that the document says.
 */
static uint64_t find_mount(int root_fd, const char *target)
{
	const char *path = target + strspn(target, "/");
	struct err ignored;
	cleanup_fd int fd = path_open_in_root(root_fd, *path ? path : ".", O_PATH, &ignored);
	struct statx st;

	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID))
		return 0;
	return st.stx_mnt_id;
}

static int is_bind(const struct tree *t, const struct line *l)
{
	for (size_t i = 0; i < t->spec->n_mounts; i++) {
		if (t->spec->mounts[i].kind == MOUNT_BIND &&
		    (t->ids[i] == l->id || !strcmp(t->spec->mounts[i].target, l->target)))
			return 1;
	}
	return 0;
}

/* Over a file lies the host's null device; over a folder an empty tmpfs, which CRIU can save. */
static int is_mask(const struct tree *t, const struct line *l)
{
	for (size_t i = 0; i < t->spec->n_mounts; i++) {
		if (t->spec->mounts[i].kind == MOUNT_MASK &&
		    !strcmp(t->spec->mounts[i].target, l->target))
			return strcmp(l->root, "/") != 0;
	}
	return 0;
}

static void name_one(const struct tree *t, const struct line *l, struct text *options)
{
	if (strcmp(l->target, "/") != 0 &&
	    (is_bind(t, l) || is_mask(t, l) || !strncmp(l->type, "cgroup", 6)))
		criu_put_pair(options, CRIU_EXT_MNT, l->target, l->target);
}

int criu_mounts_name(const struct oci_container *c, struct text *options, struct err *e)
{
	const struct spec *s = &c->config.spec;
	cleanup_free char *path = xprintf("/proc/%d/mountinfo", c->record.init.pid);
	cleanup_free char *text = fd_read_file(AT_FDCWD, path, MOUNTINFO_BYTES_MAX, e);
	cleanup_free char *root = xprintf("/proc/%d/root", c->record.init.pid);
	cleanup_fd int root_fd = fd_open(AT_FDCWD, root, O_PATH | O_DIRECTORY, e);
	cleanup_free uint64_t *ids = xcalloc(s->n_mounts + 1, sizeof *ids);
	const struct tree tree = { s, ids };
	char *rest = text, *one;
	struct line l;

	if (!text || root_fd < 0)
		return -1;
	for (size_t i = 0; i < s->n_mounts; i++) {
		if (s->mounts[i].kind == MOUNT_BIND)
			ids[i] = find_mount(root_fd, s->mounts[i].target);
	}
	while ((one = strsep(&rest, "\n"))) {
		if (read_line(one, &l) == 0)
			name_one(&tree, &l, options);
	}
	return 0;
}

/* ---- at restore ---- */

static void supply_groups(const struct spec_mount *m, const struct cgroup *groups,
			  struct text *options)
{
	struct cgroup_view views[VIEWS_MAX];
	size_t n = groups ? cgroup_views(groups, views, VIEWS_MAX) : 0;

	for (size_t i = 0; i < n; i++) {
		cleanup_free char *target =
			xprintf("%s%s%s", m->target, *views[i].name ? "/" : "", views[i].name);

		criu_put_pair(options, CRIU_EXT_MNT, target, views[i].place);
	}
}

void criu_mounts_supply(const struct oci_container *c, const struct cgroup *groups,
			char *const *places, struct text *options)
{
	const struct spec *s = &c->config.spec;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct spec_mount *m = &s->mounts[i];

		if (m->kind == MOUNT_BIND)
			criu_put_pair(options, CRIU_EXT_MNT, places[i], m->source);
		else if (m->kind == MOUNT_CGROUP)
			supply_groups(m, groups, options);
		else if (m->kind == MOUNT_MASK)
			criu_put_pair(options, CRIU_EXT_MNT, m->target, "/dev/null");
	}
}

/* What CRIU makes brings its content, and the mount points in it. */
static int lies_in_new_one(const struct spec *s, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		const char *other = s->mounts[k].target;
		enum mount_kind kind = s->mounts[k].kind;
		size_t n = strlen(other);

		if ((kind == MOUNT_FILESYSTEM || kind == MOUNT_CGROUP || kind == MOUNT_DEV) &&
		    n > 1 && !strncmp(s->mounts[i].target, other, n) &&
		    s->mounts[i].target[n] == '/')
			return 1;
	}
	return 0;
}

static int make_target(const struct spec_mount *m, int root_fd, struct err *e)
{
	const char *path = m->target + strspn(m->target, "/");
	struct stat st;
	int fd;

	fd = path_open_in_root(root_fd, *path ? path : ".", O_PATH, e);
	if (fd >= 0 || e->sys != ENOENT)
		return fd;
	if (m->kind == MOUNT_BIND && stat(m->source, &st) < 0)
		return err_sys(e, "%s", m->source);
	return m->kind == MOUNT_BIND && !S_ISDIR(st.st_mode)
		       ? path_make_file_in_root(root_fd, path, e)
		       : path_make_dirs_in_root(root_fd, path, e);
}

/* What CRIU calls it: the name in its own mount namespace, which is ours, without `root`. */
static char *name_place(int at_fd, const char *root, struct arena *a)
{
	char path[64], name[PATH_MAX];
	size_t skipped = strlen(root);
	ssize_t n;

	snprintf(path, sizeof path, "/proc/self/fd/%d", at_fd);
	n = readlink(path, name, sizeof name - 1);
	name[n < 0 ? 0 : n] = '\0';
	if (strncmp(name, root, skipped) != 0 || name[skipped] != '/')
		return NULL;
	return arena_strdup(a, name + skipped);
}

/* A bind lies there while the mount points in it are made; *ret_fd is it, or -1. */
static int prepare_one(const struct criu_tree *t, size_t i, int *ret_fd, struct err *e)
{
	const struct spec_mount *m = &t->container->config.spec.mounts[i];
	const struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = m->source,
		.recursive = m->recursive,
		.idmap_fd = -1,
	};
	cleanup_fd int at = make_target(m, t->root_fd, e), fd = -1;

	if (at < 0)
		return -1;
	t->places[i] = name_place(at, t->root, t->container->arena) ?: t->places[i];
	if (m->kind != MOUNT_BIND)
		return 0;
	fd = mount_clone(&clone, e);
	if (fd < 0 || mount_propagate(fd, MS_REC | MS_PRIVATE, e) < 0 ||
	    mount_attach(fd, at, e) < 0)
		return -1;
	*ret_fd = take_fd(&fd);
	return 0;
}

static int detach(int fd, struct err *e)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (umount2(path, MNT_DETACH) < 0)
		return err_sys(e, "unmount");
	close(fd);
	return 0;
}

static int prepare_all(const struct criu_tree *t, struct err *e)
{
	const struct spec *s = &t->container->config.spec;
	cleanup_free int *fds = xcalloc(s->n_mounts + 1, sizeof *fds);
	int failed = 0;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct spec_mount *m = &s->mounts[i];

		fds[i] = -1;
		t->places[i] = arena_strdup(t->container->arena, m->target);
		if (failed || m->kind == MOUNT_MASK || m->kind == MOUNT_READONLY ||
		    m->kind == MOUNT_REMOUNT || lies_in_new_one(s, i))
			continue;
		failed = prepare_one(t, i, &fds[i], e) < 0;
		if (failed)
			err_wrap(e, "mount point %s", m->target);
	}
	for (size_t i = s->n_mounts; i-- > 0;) {
		if (fds[i] >= 0 && detach(fds[i], e) < 0)
			failed = 1;
	}
	return failed ? -1 : 0;
}

int criu_mounts_prepare(struct criu_tree *t, struct err *e)
{
	const struct spec *s = &t->container->config.spec;
	const struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = s->rootfs.path,
		.recursive = 1,
		.idmap_fd = -1,
	};
	cleanup_fd int at = -1, fd = -1;

	if (unshare(CLONE_NEWNS) < 0)
		return err_sys(e, "create a mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return err_sys(e, "make the mount namespace private");
	at = fd_open(AT_FDCWD, t->root, O_PATH | O_DIRECTORY, e);
	fd = at < 0 ? -1 : mount_clone(&clone, e);
	if (fd < 0 || mount_propagate(fd, MS_REC | MS_PRIVATE, e) < 0 ||
	    mount_attach(fd, at, e) < 0)
		return err_wrap(e, "root file system");
	t->root_fd = fd;
	t->places = arena_alloc(t->container->arena, (s->n_mounts + 1) * sizeof *t->places);
	return prepare_all(t, e);
}
