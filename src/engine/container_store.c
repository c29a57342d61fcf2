/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/container_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "engine/container_claims.h"

#define CLAIM_FILE "claim"

int container_store_open(const struct home *h, struct container_store *ret, struct err *e)
{
	struct container_store s = { -1, -1, -1, -1, -1 };

	s.containers_fd = home_open_folder(h, "containers", e);
	if (s.containers_fd >= 0)
		s.names_fd = home_open_folder(h, "names", e);
	if (s.names_fd >= 0)
		s.ids_fd = home_open_folder(h, "ids", e);
	if (s.ids_fd >= 0)
		s.tmp_fd = home_open_folder(h, "tmp", e);
	if (s.tmp_fd >= 0) {
		if (mkdirat(h->runroot_fd, "containers", 0700) < 0 && errno != EEXIST)
			err_sys(e, "create %s/containers", h->runroot);
		else
			s.run_fd = fd_open(h->runroot_fd, "containers", O_RDONLY | O_DIRECTORY, e);
	}
	if (s.run_fd < 0) {
		container_store_close(&s);
		return -1;
	}
	*ret = s;
	return 0;
}

void container_store_close(struct container_store *s)
{
	int *fds[] = { &s->containers_fd, &s->names_fd, &s->ids_fd, &s->tmp_fd, &s->run_fd };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		cleanup_fdp(fds[i]);
		*fds[i] = -1;
	}
}

static int write_claim(const struct container_draft *d, struct err *e)
{
	cleanup_fd int fd = fd_open(d->dir_fd, CLAIM_FILE, O_WRONLY | O_CREAT | O_EXCL, e);

	return fd < 0 ? -1 : fd_write_all(fd, d->id, CONTAINER_ID_DIGITS, e);
}

int container_draft_new(const struct container_store *s, struct container_draft *d, struct err *e)
{
	/* A sweep may take the folder away before it is locked: then another one is made. */
	for (int i = 0; i < 16; i++) {
		*d = (struct container_draft){ .dir_fd = -1, .slice = CONTAINER_NO_SLICE };
		file_random_hex(d->id, CONTAINER_ID_DIGITS);
		if (mkdirat(s->tmp_fd, d->id, 0700) < 0)
			return err_sys(e, "create a container's folder");
		d->dir_fd = openat(s->tmp_fd, d->id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (d->dir_fd >= 0 && flock(d->dir_fd, LOCK_EX | LOCK_NB) == 0 &&
		    faccessat(s->tmp_fd, d->id, F_OK, 0) == 0)
			return write_claim(d, e);
		cleanup_fdp(&d->dir_fd);
	}
	d->dir_fd = -1;
	return err_set(e, ERR_SYSTEM, "can't lock a new container's folder");
}

int container_draft_claim_name(const struct container_store *s, struct container_draft *d,
			       const char *name, struct err *e)
{
	char owner[CONTAINER_ID_SIZE];

	/* A second try after the claim of a container that is gone was cleared away. */
	for (int i = 0; i < 2; i++) {
		if (file_claim(d->dir_fd, CLAIM_FILE, s->names_fd, name, e) == 0)
			return 0;
		if (e->code != ERR_CONFLICT)
			return -1;
		if (claim_is_valid(s, s->names_fd, name, owner))
			return err_set(
				e, ERR_CONFLICT,
				"the container name \"%s\" is already in use by container %s", name,
				owner);
		unlinkat(s->names_fd, name, 0);
	}
	return -1;
}

int container_draft_claim_slice(const struct container_store *s, struct container_draft *d,
				struct err *e)
{
	char hex[9], name[16];
	unsigned start;

	/* From a random place, so that a free one is found at once however many are taken. */
	file_random_hex(hex, 8);
	sscanf(hex, "%x", &start);
	for (unsigned i = 0; i < CONTAINER_SLICES; i++) {
		int slice = (int)((start + i) % CONTAINER_SLICES);

		snprintf(name, sizeof name, "%d", slice);
		if (file_claim(d->dir_fd, CLAIM_FILE, s->ids_fd, name, e) == 0) {
			d->slice = slice;
			return 0;
		}
		if (e->code != ERR_CONFLICT)
			return -1;
	}
	return err_set(e, ERR_LIMIT, "all %d ranges of user ids are in use by containers",
		       CONTAINER_SLICES);
}

int container_draft_publish(const struct container_store *s, struct container_draft *d,
			    struct err *e)
{
	if (renameat(s->tmp_fd, d->id, s->containers_fd, d->id) < 0)
		return err_sys(e, "create container %.12s", d->id);
	d->done = 1;
	return 0;
}

void container_draft_end(const struct container_store *s, struct container_draft *d)
{
	struct err ignored;

	if (!d->done && d->dir_fd >= 0) {
		claims_release(s, d->id);
		path_remove_tree(s->tmp_fd, d->id, &ignored);
	}
	cleanup_fdp(&d->dir_fd);
	d->dir_fd = -1;
}

static int is_id(const char *text)
{
	return strlen(text) == CONTAINER_ID_DIGITS &&
	       strspn(text, "0123456789abcdef") == CONTAINER_ID_DIGITS;
}

/* The one container whose id begins so; more than one is an error. */
static int resolve_prefix(const struct container_store *s, const char *prefix, char *ret_id,
			  struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	size_t n, length = strlen(prefix);
	char **ids = container_list_ids(s, a, &n, e);
	int found = 0;

	if (!ids)
		return -1;
	for (char *const *id = ids; *id; id++) {
		if (strncmp(*id, prefix, length))
			continue;
		if (found++)
			return err_set(e, ERR_CONFLICT,
				       "multiple containers found with provided prefix: %s",
				       prefix);
		memcpy(ret_id, *id, CONTAINER_ID_SIZE);
	}
	return found ? 0 : err_set(e, ERR_NOT_FOUND, "no such container: %s", prefix);
}

int container_resolve(const struct container_store *s, const char *name, char *ret_id,
		      struct err *e)
{
	size_t n = strlen(name);

	if (*name == '/') {
		name++;
		n--;
	}
	if (n == 0 || n > 255 || strchr(name, '/') || *name == '.')
		return err_set(e, ERR_NOT_FOUND, "no such container: %s", name);
	if (is_id(name) && faccessat(s->containers_fd, name, F_OK, 0) == 0) {
		memcpy(ret_id, name, CONTAINER_ID_SIZE);
		return 0;
	}
	if (claim_is_valid(s, s->names_fd, name, ret_id))
		return 0;
	if (n < CONTAINER_ID_DIGITS && strspn(name, "0123456789abcdef") == n)
		return resolve_prefix(s, name, ret_id, e);
	return err_set(e, ERR_NOT_FOUND, "no such container: %s", name);
}

int container_open_dir(const struct container_store *s, const char *id, int lock, struct err *e)
{
	cleanup_fd int fd =
		openat(s->containers_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat here, there;

	if (fd < 0)
		return errno == ENOENT ? err_set(e, ERR_NOT_FOUND, "no such container: %.12s", id)
				       : err_sys(e, "open container %.12s", id);
	if (!lock)
		return take_fd(&fd);
	while (flock(fd, LOCK_EX) < 0) {
		if (errno != EINTR)
			return err_sys(e, "lock container %.12s", id);
	}
	/* It may have been removed while we waited. */
	if (fstat(fd, &here) < 0 || fstatat(s->containers_fd, id, &there, 0) < 0 ||
	    here.st_ino != there.st_ino)
		return err_set(e, ERR_NOT_FOUND, "no such container: %.12s", id);
	return take_fd(&fd);
}

int container_open_run_dir(const struct container_store *s, const char *id, int make, struct err *e)
{
	if (make && mkdirat(s->run_fd, id, 0700) < 0 && errno != EEXIST)
		return err_sys(e, "create the run folder of container %.12s", id);
	return fd_open(s->run_fd, id, O_RDONLY | O_DIRECTORY, e);
}

void container_remove_run_dir(const struct container_store *s, const char *id)
{
	struct err ignored;

	path_remove_tree(s->run_fd, id, &ignored);
}

char **container_list_ids(const struct container_store *s, struct arena *a, size_t *ret_n,
			  struct err *e)
{
	int copy = openat(s->containers_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	char **ids = NULL;
	struct dirent *entry;
	size_t n = 0;

	if (!dir)
		return err_sys(e, "list containers"), NULL;
	while ((entry = readdir(dir))) {
		if (is_id(entry->d_name))
			ARENA_PUSH(a, ids, n) = arena_strdup(a, entry->d_name);
	}
	closedir(dir);
	*ret_n = n;
	ARENA_PUSH(a, ids, n) = NULL;
	return ids;
}

int container_retire(const struct container_store *s, const char *id, const char *name, int slice,
		     struct err *e)
{
	char number[16];

	if (renameat(s->containers_fd, id, s->tmp_fd, id) < 0)
		return err_sys(e, "remove container %.12s", id);
	if (name)
		claim_release(s->names_fd, name, id);
	snprintf(number, sizeof number, "%d", slice);
	if (slice != CONTAINER_NO_SLICE)
		claim_release(s->ids_fd, number, id);
	return 0;
}

void container_store_sweep(const struct container_store *s, void (*before)(void *data, int dir_fd),
			   void *data)
{
	int copy = openat(s->tmp_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	struct err ignored;

	while (dir && (entry = readdir(dir))) {
		cleanup_fd int fd = -1;

		if (!is_id(entry->d_name))
			continue;
		fd = openat(s->tmp_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
			continue;
		before(data, fd);
		claims_release(s, entry->d_name);
		path_remove_tree(s->tmp_fd, entry->d_name, &ignored);
	}
	if (dir)
		closedir(dir);
}
