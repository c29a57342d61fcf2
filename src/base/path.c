/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

/* EAGAIN means that the tree changed under the lookup; the kernel asks to try again. */
#define RACE_RETRIES 128
/* Deeper trees are removed only to this depth at a time; the kernel's own limit is on path strings. */
#define DEPTH_MAX 4096
/* As many as the kernel follows in one path. */
#define LINKS_MAX 40

static int open_how(int root_fd, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? 0644 : 0,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	long fd;
	int tries = 0;

	do {
		fd = syscall(SYS_openat2, root_fd, path, &how, sizeof how);
	} while (fd < 0 && (errno == EAGAIN || errno == EINTR) && ++tries < RACE_RETRIES);
	return (int)fd;
}

int path_open_in_root(int root_fd, const char *path, int flags, struct err *e)
{
	int fd = open_how(root_fd, path, flags, RESOLVE_IN_ROOT);

	return fd < 0 ? err_sys(e, "open %s", path) : fd;
}

int path_open_nofollow(int root_fd, const char *path, int flags, struct err *e)
{
	int fd = open_how(root_fd, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);

	return fd < 0 ? err_sys(e, "open %s", path) : fd;
}

/* On the stack: these functions also run between clone and exec, where nothing allocates. */
static int copy_path(char copy[PATH_MAX], const char *path, struct err *e)
{
	size_t n = strlen(path);

	if (n >= PATH_MAX)
		return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX - 1);
	memcpy(copy, path, n + 1);
	return 0;
}

/*
 * `path` names a link without a target, in the folder that its first n bytes name: leaves in `path`
 * where it leads, followed by `rest`. A relative one is only appended to its folder's path, so that
 * the kernel resolves the folder's own links. Returns 1: walk again.
 */
static int follow_dangling(int dir_fd, char path[PATH_MAX], size_t n, const char *rest,
			   struct err *e)
{
	const char *name = path + n + strspn(path + n, "/");
	char target[PATH_MAX], joined[PATH_MAX];
	ssize_t length = readlinkat(dir_fd, name, target, sizeof target - 1);
	int written;

	if (length < 0)
		return err_sys(e, "read link %s", path);
	target[length] = '\0';
	written = snprintf(joined, sizeof joined, "%.*s%s%s%s%s", *target == '/' ? 0 : (int)n, path,
			   n && *target != '/' ? "/" : "", target, *rest ? "/" : "", rest);
	if (written >= PATH_MAX)
		return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX - 1);
	memcpy(path, joined, (size_t)written + 1);
	return 1;
}

/*
 * Walks from the root, one prefix longer each time: one that exists is opened inside the root, one
 * that is missing is made in the folder that the shorter one led to. The last one is taken for
 * missing: callers have looked. 1: `path` was replaced by where a link in it leads.
 */
static int walk_and_make(int root_fd, char path[PATH_MAX], int *ret_fd, struct err *e)
{
	cleanup_fd int at = -1;
	char *part, *end;

	for (char *p = path; *p; p = end) {
		int parent = at < 0 ? root_fd : at, next = -1, existed = 0;
		char saved;

		part = p + strspn(p, "/");
		end = part + strcspn(part, "/");
		if (part == end)
			break;
		saved = *end;
		*end = '\0';
		if (saved)
			next = open_how(root_fd, path, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
		if (next < 0 && (!saved || errno == ENOENT)) {
			existed = mkdirat(parent, part, 0755) < 0;
			if (existed && errno != EEXIST)
				return err_sys(e, "create directory %s", path);
			next = open_how(root_fd, path, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
		}
		if (next < 0 && errno == ENOENT && existed)
			return follow_dangling(parent, path, (size_t)(p - path),
					       saved ? end + 1 : end, e);
		if (next < 0)
			return err_sys(e, "open directory %s", path);
		*end = saved;
		if (at >= 0)
			close(at);
		at = next;
	}
	*ret_fd = at < 0 ? fcntl(root_fd, F_DUPFD_CLOEXEC, 3) : take_fd(&at);
	return *ret_fd < 0 ? err_sys(e, "duplicate descriptor") : 0;
}

int path_make_dirs_in_root(int root_fd, const char *path, struct err *e)
{
	char copy[PATH_MAX];
	int fd = -1, moved = 1;

	if (copy_path(copy, path, e) < 0)
		return -1;
	for (int links = 0; moved == 1; links++) {
		if (links > LINKS_MAX)
			return err_set(e, ERR_INVALID, "%s leads through too many links", path);
		moved = walk_and_make(root_fd, copy, &fd, e);
	}
	return moved < 0 ? -1 : fd;
}

/* As walk_and_make(), for a file. */
static int make_file(int root_fd, char path[PATH_MAX], int *ret_fd, struct err *e)
{
	char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	cleanup_fd int parent = -1, made = -1;

	if (slash)
		*slash = '\0';
	parent = path_make_dirs_in_root(root_fd, slash ? path : "", e);
	if (parent < 0)
		return -1;
	made = openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (made >= 0) {
		*ret_fd = path_open_in_root(parent, name, O_PATH | O_NOFOLLOW, e);
		return *ret_fd < 0 ? -1 : 0;
	}
	if (errno != EEXIST)
		return err_sys(e, "create %s", name);
	if (slash)
		*slash = '/';
	*ret_fd = path_open_in_root(root_fd, path, O_PATH, e);
	if (*ret_fd >= 0 || e->sys != ENOENT)
		return *ret_fd < 0 ? -1 : 0;
	return follow_dangling(parent, path, slash ? (size_t)(slash - path) : 0, "", e);
}

int path_make_file_in_root(int root_fd, const char *path, struct err *e)
{
	char copy[PATH_MAX];
	int fd = open_how(root_fd, path, O_PATH, RESOLVE_IN_ROOT), moved = 1;

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? err_sys(e, "open %s", path) : fd;
	if (copy_path(copy, path, e) < 0)
		return -1;
	for (int links = 0; moved == 1; links++) {
		if (links > LINKS_MAX)
			return err_set(e, ERR_INVALID, "%s leads through too many links", path);
		moved = make_file(root_fd, copy, &fd, e);
	}
	return moved < 0 ? -1 : fd;
}

int path_make_own_dirs(const char *path, mode_t mode, struct err *e)
{
	char copy[PATH_MAX];

	if (copy_path(copy, path, e) < 0)
		return -1;
	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			return err_sys(e, "create directory %s", copy);
		*p = '/';
	}
	if (mkdir(copy, mode) < 0 && errno != EEXIST)
		return err_sys(e, "create directory %s", copy);
	return 0;
}

static int remove_entries(int dir_fd, int depth, struct err *e);

static int remove_one(int dir_fd, const char *name, int depth, struct err *e)
{
	struct stat st;
	cleanup_fd int fd = -1;

	if (unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(e, "remove %s", name);
	/* Our overlay's work directory has mode 0; the owner may always change that. */
	fd = open_how(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
		      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
	if (fd < 0 && errno == EACCES && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode) && fchmodat(dir_fd, name, 0700, 0) == 0)
		fd = open_how(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
			      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(e, "remove %s", name);
	if (unlinkat(dir_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return err_sys(e, "remove %s", name);
	if (remove_entries(fd, depth + 1, e) < 0)
		return -1;
	if (unlinkat(dir_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_sys(e, "remove %s", name);
	return 0;
}

static int remove_entries(int dir_fd, int depth, struct err *e)
{
	struct stat st;
	struct dirent *entry;
	DIR *dir;
	int copy, failed = 0;

	if (depth > DEPTH_MAX)
		return err_set(e, ERR_LIMIT, "directory tree deeper than %d", DEPTH_MAX);
	if (fstat(dir_fd, &st) == 0 && (st.st_mode & 0700) != 0700)
		(void)!fchmod(dir_fd, 0700);
	copy = fcntl(dir_fd, F_DUPFD_CLOEXEC, 3);
	dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir)
		return err_sys(e, "list directory");
	while (!failed && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		failed = remove_one(dir_fd, entry->d_name, depth, e) < 0;
	}
	closedir(dir);
	return failed ? -1 : 0;
}

int path_remove_tree(int dir_fd, const char *name, struct err *e)
{
	return remove_one(dir_fd, name, 0, e);
}

int path_is_plain_relative(const char *path)
{
	if (*path == '\0' || *path == '/' || strlen(path) >= PATH_MAX)
		return 0;
	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return 0;
		p += n;
		if (*p == '/' && *++p == '\0')
			return 0;
	}
	return 1;
}
