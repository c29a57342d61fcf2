/* SPDX-License-Identifier: Apache-2.0 */
#include "base/copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/links.h"
#include "base/path.h"

#define DEPTH_MAX	  1024
#define XATTR_NAMES_MAX	  65536
#define XATTR_VALUE_MAX	  65536
#define COPY_BUFFER_BYTES 131072

/* One name in a folder of the source, to appear in one of the destination. */
struct entry {
	int from_dir, to_dir;
	const char *name;
	int depth;
	struct stat st;
};

struct copier {
	int flags;
	struct links links; /* source inode → first path in the destination */
	struct err *e;
};

static int is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

static int is_opaque(int dir_fd)
{
	static const char *const names[] = { "trusted.overlay.opaque", "user.overlay.opaque" };
	char value[2];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (fgetxattr(dir_fd, names[i], value, sizeof value) == 1 && value[0] == 'y')
			return 1;
	}
	return 0;
}

static int is_overlay_mark(const char *name)
{
	return !strncmp(name, "trusted.overlay.", 16) || !strncmp(name, "user.overlay.", 13);
}

static int copy_xattrs(const struct copier *c, int from, int to)
{
	cleanup_free char *names = xcalloc(1, XATTR_NAMES_MAX);
	cleanup_free char *value = xcalloc(1, XATTR_VALUE_MAX);
	ssize_t n = flistxattr(from, names, XATTR_NAMES_MAX);

	if (n < 0)
		return errno == ENOTSUP ? 0 : err_sys(c->e, "list extended attributes");
	for (char *name = names; name < names + n; name += strlen(name) + 1) {
		ssize_t size;

		if (is_overlay_mark(name))
			continue;
		size = fgetxattr(from, name, value, XATTR_VALUE_MAX);
		if (size < 0)
			return err_sys(c->e, "read extended attribute %s", name);
		/* Marks of a security module that isn't ours to set are not content. */
		if (fsetxattr(to, name, value, (size_t)size, 0) < 0 &&
		    !(errno == EPERM && strcmp(name, "security.capability")) && errno != ENOTSUP)
			return err_sys(c->e, "set extended attribute %s", name);
	}
	return 0;
}

/* Owner before mode: a change of owner clears set-user-id bits and file capabilities. */
static int copy_attributes(const struct copier *c, int from, int to, const struct stat *st)
{
	const struct timespec times[2] = { st->st_atim, st->st_mtim };

	if (fchown(to, st->st_uid, st->st_gid) < 0)
		return err_sys(c->e, "change owner");
	if (copy_xattrs(c, from, to) < 0)
		return -1;
	if (fchmod(to, st->st_mode & 07777) < 0)
		return err_sys(c->e, "change mode");
	if (futimens(to, times) < 0)
		return err_sys(c->e, "change times");
	return 0;
}

/* One extent, by the kernel where source and destination allow it, else through a buffer. */
static int copy_extent(const struct copier *c, const int fds[2], off_t at, off_t end)
{
	cleanup_free char *buffer = NULL;

	while (at < end) {
		off_t out = at;
		ssize_t n =
			buffer ? -1
			       : copy_file_range(fds[0], &at, fds[1], &out, (size_t)(end - at), 0);

		if (n > 0)
			continue;
		if (!buffer) {
			if (n == 0)
				return 0;
			if (errno != EXDEV && errno != EOPNOTSUPP && errno != EINVAL &&
			    errno != ENOSYS)
				return err_sys(c->e, "copy");
			buffer = xcalloc(1, COPY_BUFFER_BYTES);
		}
		n = pread(fds[0], buffer, COPY_BUFFER_BYTES, at);
		if (n <= 0)
			return n < 0 ? err_sys(c->e, "copy") : 0;
		if (n > end - at)
			n = end - at;
		if (pwrite(fds[1], buffer, (size_t)n, at) != n)
			return err_sys(c->e, "copy");
		at += n;
	}
	return 0;
}

/* Extent by extent, so that holes stay holes. */
static int copy_content(const struct copier *c, int from, int to, off_t size)
{
	const int fds[2] = { from, to };
	off_t at = 0;

	if (ioctl(to, FICLONE, from) == 0)
		return 0;
	if (ftruncate(to, size) < 0)
		return err_sys(c->e, "set size");
	while (at < size) {
		off_t data = lseek(from, at, SEEK_DATA);

		if (data < 0)
			return errno == ENXIO ? 0 : err_sys(c->e, "find data");
		at = lseek(from, data, SEEK_HOLE);
		if (at < 0)
			return err_sys(c->e, "find the end of data");
		if (copy_extent(c, fds, data, at) < 0)
			return -1;
	}
	return 0;
}

static int copy_regular(struct copier *c, const struct entry *x)
{
	cleanup_fd int from = path_open_nofollow(x->from_dir, x->name, O_RDONLY | O_NONBLOCK, c->e);
	cleanup_fd int to = -1;
	struct stat st;

	if (from < 0)
		return -1;
	if (fstat(from, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(c->e, ERR_INVALID, "%s changed while it was copied", x->name);
	to = openat(x->to_dir, x->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return err_sys(c->e, "create %s", x->name);
	if (copy_content(c, from, to, st.st_size) < 0)
		return err_wrap(c->e, "%s", x->name);
	return copy_attributes(c, from, to, &st);
}

static int copy_link(struct copier *c, const struct entry *x)
{
	const struct timespec times[2] = { x->st.st_atim, x->st.st_mtim };
	char target[4096];
	ssize_t n = readlinkat(x->from_dir, x->name, target, sizeof target - 1);

	if (n < 0)
		return err_sys(c->e, "read link %s", x->name);
	target[n] = '\0';
	if (symlinkat(target, x->to_dir, x->name) < 0 ||
	    fchownat(x->to_dir, x->name, x->st.st_uid, x->st.st_gid, AT_SYMLINK_NOFOLLOW) < 0 ||
	    utimensat(x->to_dir, x->name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(c->e, "create link %s", x->name);
	return 0;
}

static int copy_special(struct copier *c, const struct entry *x)
{
	const struct timespec times[2] = { x->st.st_atim, x->st.st_mtim };

	if (c->flags & COPY_NO_DEVICES && (S_ISCHR(x->st.st_mode) || S_ISBLK(x->st.st_mode)))
		return 0;
	if (mknodat(x->to_dir, x->name, x->st.st_mode, x->st.st_rdev) < 0)
		return errno == EPERM ? 0 : err_sys(c->e, "create special file %s", x->name);
	if (fchownat(x->to_dir, x->name, x->st.st_uid, x->st.st_gid, AT_SYMLINK_NOFOLLOW) < 0 ||
	    fchmodat(x->to_dir, x->name, x->st.st_mode & 07777, 0) < 0 ||
	    utimensat(x->to_dir, x->name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(c->e, "create special file %s", x->name);
	return 0;
}

static int copy_entries(struct copier *c, int from_dir, int to_dir, int depth);

static int copy_folder(struct copier *c, const struct entry *x)
{
	cleanup_fd int from =
		path_open_nofollow(x->from_dir, x->name, O_RDONLY | O_DIRECTORY, c->e);
	cleanup_fd int to = -1;
	struct stat st;

	if (from < 0)
		return -1;
	if (fstat(from, &st) < 0)
		return err_sys(c->e, "stat %s", x->name);
	if (c->flags & COPY_WHITEOUTS && is_opaque(from) &&
	    path_remove_tree(x->to_dir, x->name, c->e) < 0)
		return -1;
	if (mkdirat(x->to_dir, x->name, 0700) < 0 && errno != EEXIST)
		return err_sys(c->e, "create folder %s", x->name);
	to = path_open_nofollow(x->to_dir, x->name, O_RDONLY | O_DIRECTORY, c->e);
	if (to < 0 || copy_entries(c, from, to, x->depth + 1) < 0)
		return -1;
	return copy_attributes(c, from, to, &st);
}

/* What a lower layer left under this name goes, unless both are folders. */
static int clear_way(struct copier *c, const struct entry *x)
{
	struct stat old;

	if (!(c->flags & COPY_WHITEOUTS) ||
	    fstatat(x->to_dir, x->name, &old, AT_SYMLINK_NOFOLLOW) < 0 ||
	    (S_ISDIR(x->st.st_mode) && S_ISDIR(old.st_mode)))
		return 0;
	return path_remove_tree(x->to_dir, x->name, c->e);
}

static int copy_entry(struct copier *c, struct entry *x)
{
	int linked, failed;

	if (fstatat(x->from_dir, x->name, &x->st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(c->e, "stat %s", x->name);
	if (clear_way(c, x) < 0)
		return -1;
	if (S_ISDIR(x->st.st_mode))
		return copy_folder(c, x);
	if (c->flags & COPY_WHITEOUTS && is_whiteout(&x->st))
		return 0;
	linked = links_try(&c->links, &x->st, x->to_dir, x->name);
	if (linked)
		return linked < 0 ? err_sys(c->e, "link %s", x->name) : 0;
	if (S_ISREG(x->st.st_mode))
		failed = copy_regular(c, x);
	else if (S_ISLNK(x->st.st_mode))
		failed = copy_link(c, x);
	else
		failed = copy_special(c, x);
	if (!failed)
		links_remember(&c->links, &x->st, x->to_dir, x->name);
	return failed;
}

static int copy_entries(struct copier *c, int from_dir, int to_dir, int depth)
{
	int copy = fcntl(from_dir, F_DUPFD_CLOEXEC, 3), failed = 0;
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!dir)
		return err_sys(c->e, "list a folder");
	if (depth > DEPTH_MAX)
		failed = err_set(c->e, ERR_LIMIT, "folders nested deeper than %d", DEPTH_MAX) < 0;
	while (!failed && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		failed = copy_entry(c, &(struct entry){ .from_dir = from_dir,
							.to_dir = to_dir,
							.name = entry->d_name,
							.depth = depth }) < 0;
	}
	closedir(dir);
	return failed ? -1 : 0;
}

static int is_empty(int dir_fd)
{
	int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);

	while (dir && n < 3 && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return dir && n < 3;
}

int copy_tree(int from_fd, int to_fd, int flags, struct err *e)
{
	struct copier c = { .flags = flags, .e = e };
	struct stat st;
	int failed;

	if (flags & COPY_ONLY_IF_EMPTY && !is_empty(to_fd))
		return 0;
	if (fstat(from_fd, &st) < 0)
		return err_sys(e, "stat");
	failed = copy_entries(&c, from_fd, to_fd, 0) < 0 ||
		 copy_attributes(&c, from_fd, to_fd, &st) < 0;
	links_free(&c.links);
	return failed ? -1 : 0;
}
