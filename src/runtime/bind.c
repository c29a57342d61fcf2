/* SPDX-License-Identifier: Apache-2.0 */
/* Binds: a copy of a mount of the host, with its own flags, ids and propagation, in the container. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/fd.h"
#include "base/path.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

/* The user namespace whose map m is shown through, or -1; -2 is an error. */
static int idmap_of(const struct child *c, const struct spec_mount *m, struct err *e)
{
	if (m->idmap.n_uid)
		return idmaps_find(&c->idmaps, &m->idmap);
	if (!m->idmapped)
		return -1;
	if (c->holder && c->holder->user_fd >= 0)
		return c->holder->user_fd;
	err_set(e, ERR_INVALID,
		"an id map was asked for, and the container has no user namespace "
		"to take it from");
	return -2;
}

static int propagate(const struct child *c, const struct spec_mount *m, int fd, struct err *e)
{
	uint64_t wanted = m->propagation ? m->propagation : MS_PRIVATE | MS_REC;

	/* What was shared with the host when it was cloned stays in that group. */
	if (wanted & MS_PRIVATE && c->all_private)
		return 0;
	return mount_propagate(fd, wanted, e);
}

int tree_clone_source(const struct child *c, const struct spec_mount *m, struct err *e)
{
	const struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = m->source,
		.recursive = m->recursive,
		.nofollow = m->source_nofollow,
		.idmap_fd = idmap_of(c, m, e),
		.idmap_top_only = !m->idmap.recursive,
	};
	cleanup_fd int fd = -1;

	if (clone.idmap_fd == -2)
		return -1;
	fd = mount_clone(&clone, e);
	if (fd < 0 && e->sys == EINVAL && !m->recursive && clone.idmap_fd < 0)
		return err_hint(
			e, "in a user namespace what is mounted below can't be left out: rbind");
	if (fd < 0)
		return -1;
	if (tree_set_attributes(c, m, fd, e) < 0 || propagate(c, m, fd, e) < 0)
		return err_wrap(e, "%s", m->source);
	return take_fd(&fd);
}

/* Docker: a new named volume starts with what the image has at its mount point. */
static int copy_up(const struct spec_mount *m, int source, int target, struct err *e)
{
	cleanup_fd int from = openat(target, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int to = -1;

	if (from < 0)
		return errno == ENOTDIR ? 0 : err_sys(e, "open %s", m->target);
	to = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to < 0)
		return err_sys(e, "open the volume");
	return copy_tree(from, to, COPY_ONLY_IF_EMPTY, e);
}

/* 1: the source was a link, and target is the same one now. */
static int copy_symlink(const struct child *c, const struct spec_mount *m, struct err *e)
{
	char link[PATH_MAX], found[PATH_MAX], parent[PATH_MAX];
	ssize_t n = readlink(m->source, link, sizeof link - 1), had;
	size_t slash = 0;
	cleanup_fd int folder = -1;

	if (n < 0)
		return errno == EINVAL ? 0 : err_sys(e, "read link %s", m->source);
	link[n] = '\0';
	for (size_t i = 0; m->target[i]; i++) {
		if (i >= sizeof parent - 1)
			return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX - 1);
		parent[i] = m->target[i];
		if (parent[i] == '/')
			slash = i;
	}
	parent[slash] = '\0';
	folder = path_make_dirs_in_root(c->root_fd, parent, e);
	if (folder < 0)
		return -1;
	if (symlinkat(link, folder, m->target + slash + 1) == 0)
		return 1;
	if (errno != EEXIST)
		return err_sys(e, "create link %s", m->target);
	had = readlinkat(folder, m->target + slash + 1, found, sizeof found);
	for (ssize_t i = 0; had == n && i < n; i++) {
		if (found[i] != link[i])
			had = -1;
	}
	return had == n ? 1
			: err_set(e, ERR_CONFLICT, "%s exists and isn't the link that %s is",
				  m->target, m->source);
}

static int is_procfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static int take_source(struct child *c, const struct spec_mount *m, struct err *e)
{
	int *early = tree_fd(c, m);

	return *early >= 0 ? take_fd(early) : tree_clone_source(c, m, e);
}

int tree_mount_bind(struct child *c, const struct spec_mount *m, struct err *e)
{
	cleanup_fd int fd = -1, at = -1;
	int flags = 0, existed;
	struct stat st;

	if (m->copy_symlink) {
		int made = copy_symlink(c, m, e);

		if (made)
			return made < 0 ? -1 : 0;
	}
	fd = take_source(c, m, e);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", m->source);
	if (!S_ISDIR(st.st_mode))
		flags |= TARGET_FILE;
	if (tree_below(m->target, "/proc") && is_procfs(fd))
		flags |= TARGET_PROCFS;
	at = tree_open_target(c, m, flags, &existed, e);
	if (at < 0)
		return -1;
	if (m->copy_up && existed && copy_up(m, fd, at, e) < 0)
		return err_wrap(e, "fill volume");
	if (tree_attach(c, m, fd, at, e) < 0)
		return -1;
	tree_keep(c, m, &fd);
	return 0;
}
