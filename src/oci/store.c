/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"

#define CACHE_FOLDER   "@seccomp"
#define LOCK_FILE      "lock"
#define CONTAINERS_MAX 1000000

/*
 * Of a user who is root in a user namespace (rootless Podman's) $XDG_RUNTIME_DIR is the place, too;
 * /run belongs to somebody else there.
 */
static const char *default_root(struct arena *a)
{
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");

	if (runtime_dir && *runtime_dir == '/' && (geteuid() != 0 || access("/run", W_OK) < 0))
		return arena_printf(a, "%s/cale-oci", runtime_dir);
	return geteuid() == 0 ? "/run/cale-oci"
			      : arena_printf(a, "/tmp/cale-oci-%u", (unsigned)geteuid());
}

static const char *make_absolute(const char *path, struct arena *a)
{
	char cwd[PATH_MAX];

	if (*path == '/' || !getcwd(cwd, sizeof cwd))
		return arena_strdup(a, path);
	return arena_printf(a, "%s/%s", cwd, path);
}

/* A folder that somebody else could write into would let them give us containers of their making. */
static int check_owner(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", path);
	if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, ERR_DENIED, "%s: others than you may write there", path);
	return 0;
}

int oci_store_open(const char *root, int make, struct arena *a, struct oci_store *ret,
		   struct err *e)
{
	const char *path = root ? make_absolute(root, a) : default_root(a);
	cleanup_fd int fd = -1;

	*ret = (struct oci_store){ .fd = -1, .path = path };
	if (root && (!*root || !strcmp(path, "/")))
		return err_set(e, ERR_USAGE, "--root: \"%s\" is no folder for containers", root);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && make) {
		if (path_make_own_dirs(path, 0700, e) < 0)
			return -1;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0 && errno == ENOENT && !root)
		return 0;
	if (fd < 0)
		return err_sys(e, "%s", path);
	if (check_owner(fd, path, e) < 0)
		return -1;
	ret->fd = take_fd(&fd);
	return 0;
}

void oci_store_close(struct oci_store *s)
{
	cleanup_fdp(&s->fd);
	s->fd = -1;
}

int oci_store_cache(const struct oci_store *s)
{
	return fd_open_own_dir(s->fd, CACHE_FOLDER);
}

int oci_id_check(const char *id, struct err *e)
{
	size_t n = strlen(id);

	if (!n || n > OCI_ID_MAX || !strcmp(id, ".") || !strcmp(id, ".."))
		return err_set(e, ERR_USAGE, "invalid container ID format: \"%.64s\"", id);
	for (const char *p = id; *p; p++) {
		if ((*p < 'a' || *p > 'z') && (*p < 'A' || *p > 'Z') && (*p < '0' || *p > '9') &&
		    !strchr("_+-.", *p))
			return err_set(e, ERR_USAGE, "invalid container ID format: \"%.64s\"", id);
	}
	return 0;
}

int oci_store_lock(int dir_fd, struct err *e)
{
	return file_lock(dir_fd, LOCK_FILE, LOCK_EX, e);
}

int oci_store_try_lock(int dir_fd, struct err *e)
{
	return file_lock(dir_fd, LOCK_FILE, LOCK_EX | LOCK_NB, e);
}

int oci_store_claim(const struct oci_store *s, const char *id, int *ret_lock_fd, struct err *e)
{
	cleanup_fd int dir_fd = -1;

	*ret_lock_fd = -1;
	if (oci_id_check(id, e) < 0)
		return -1;
	if (mkdirat(s->fd, id, 0711) < 0) {
		if (errno == EEXIST)
			return err_set(e, ERR_CONFLICT,
				       "container with given ID already exists: %s", id);
		return err_sys(e, "create %s/%s", s->path, id);
	}
	dir_fd = fd_open(s->fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
	if (dir_fd < 0)
		return -1;
	*ret_lock_fd = oci_store_lock(dir_fd, e);
	return *ret_lock_fd < 0 ? -1 : take_fd(&dir_fd);
}

int oci_store_find(const struct oci_store *s, const char *id, struct err *e)
{
	int fd;

	if (oci_id_check(id, e) < 0)
		return -1;
	fd = s->fd < 0 ? -1 : openat(s->fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && (s->fd < 0 || errno == ENOENT))
		return err_set(e, ERR_NOT_FOUND, "container does not exist: %s", id);
	return fd < 0 ? err_sys(e, "container %s", id) : fd;
}

int oci_store_remove(const struct oci_store *s, const char *id, struct err *e)
{
	return path_remove_tree(s->fd, id, e);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **oci_store_list(const struct oci_store *s, struct arena *a, size_t *ret_n, struct err *e)
{
	char **ids = arena_alloc(a, sizeof *ids);
	const struct dirent *d;
	struct err ignored;
	size_t n = 0;
	DIR *dir;

	*ret_n = 0;
	if (s->fd < 0)
		return ids;
	dir = fdopendir(openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (!dir)
		return err_sys(e, "list %s", s->path), NULL;
	while ((d = readdir(dir)) && n < CONTAINERS_MAX) {
		if (oci_id_check(d->d_name, &ignored) == 0)
			ARENA_PUSH(a, ids, n) = arena_strdup(a, d->d_name);
	}
	closedir(dir);
	qsort(ids, n, sizeof *ids, by_name);
	*ret_n = n;
	return ids;
}

char **oci_store_match(const struct oci_store *s, const char *pattern, struct arena *a,
		       size_t *ret_n, struct err *e)
{
	size_t n, kept = 0;
	char **ids = oci_store_list(s, a, &n, e);
	regex_t regex;

	*ret_n = 0;
	if (!ids)
		return NULL;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return err_set(e, ERR_USAGE, "\"%s\" is no regular expression", pattern), NULL;
	for (size_t i = 0; i < n; i++) {
		if (regexec(&regex, ids[i], 0, NULL, 0) == 0)
			ids[kept++] = ids[i];
	}
	regfree(&regex);
	*ret_n = kept;
	return ids;
}
