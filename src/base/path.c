/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
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
 * Walks from the root, one prefix longer each time: a prefix that exists is opened inside the root,
 * a missing last part is made in the directory that the shorter prefix led to.
 */
int path_make_dirs_in_root(int root_fd, const char *path, struct err *e)
{
	cleanup_fd int at = fcntl(root_fd, F_DUPFD_CLOEXEC, 3);
	char copy[PATH_MAX];

	if (at < 0)
		return err_sys(e, "duplicate descriptor");
	if (copy_path(copy, path, e) < 0)
		return -1;
	for (char *p = copy, *end; *p; p = end) {
		char *part, saved;
		int next;

		p += strspn(p, "/");
		end = p + strcspn(p, "/");
		if (p == end)
			break;
		saved = *end;
		*end = '\0';
		part = p;
		next = open_how(root_fd, copy, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
		if (next < 0 && errno == ENOENT) {
			if (mkdirat(at, part, 0755) < 0 && errno != EEXIST)
				return err_sys(e, "create directory %s", copy);
			next = open_how(root_fd, copy, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
		}
		if (next < 0)
			return err_sys(e, "open directory %s", copy);
		*end = saved;
		close(at);
		at = next;
	}
	return take_fd(&at);
}

int path_make_file_in_root(int root_fd, const char *path, struct err *e)
{
	cleanup_fd int parent = -1, made = -1;
	char copy[PATH_MAX], *slash;
	int fd;

	if (copy_path(copy, path, e) < 0)
		return -1;
	fd = open_how(root_fd, path, O_PATH, RESOLVE_IN_ROOT);
	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? err_sys(e, "open %s", path) : fd;
	slash = strrchr(copy, '/');
	if (slash)
		*slash = '\0';
	parent = path_make_dirs_in_root(root_fd, slash ? copy : "", e);
	if (parent < 0)
		return -1;
	made = openat(parent, slash ? slash + 1 : path, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      0644);
	if (made < 0 && errno != EEXIST)
		return err_sys(e, "create %s", path);
	return path_open_in_root(root_fd, path, O_PATH, e);
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
