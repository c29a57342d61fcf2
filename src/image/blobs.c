/* SPDX-License-Identifier: Apache-2.0 */
#include "image/blobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

int image_stage_open(const struct image_store *s, struct image_stage *ret, struct err *e)
{
	ret->store = s;
	ret->fd = temporary_folder(s->fd, ret->name, e);
	return ret->fd < 0 ? -1 : 0;
}

void image_stage_close(struct image_stage *stage)
{
	struct err ignored;

	if (stage->fd < 0)
		return;
	path_remove_tree(stage->store->fd, stage->name, &ignored);
	close(take_fd(&stage->fd));
}

/* O_NONBLOCK: a fifo in the place of a file must not keep us waiting. */
static int open_regular(int dir_fd, const char *digest, struct err *e)
{
	cleanup_fd int fd =
		path_open_nofollow(dir_fd, digest_hex(digest), O_RDONLY | O_NONBLOCK, e);
	struct stat st;

	if (fd < 0) {
		if (e->sys == ENOENT)
			err_set(e, ERR_NOT_FOUND, "blob %s is missing", digest);
		return -1;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_INVALID, "blob %s is not a file", digest);
	return take_fd(&fd);
}

int image_blob_open(const struct image_store *s, const char *digest, struct err *e)
{
	return digest_check(digest, e) < 0 ? -1 : open_regular(s->blobs_fd, digest, e);
}

int image_stage_blob(const struct image_stage *stage, const char *digest, int *ret_is_new,
		     struct err *e)
{
	int fd = image_blob_open(stage->store, digest, e);

	*ret_is_new = 0;
	if (fd >= 0 || e->code != ERR_NOT_FOUND)
		return fd;
	*ret_is_new = 1;
	return open_regular(stage->fd, digest, e);
}

int image_stage_take(const struct image_stage *stage, const char *digest, struct err *e)
{
	const char *hex = digest_hex(digest);

	if (renameat2(stage->fd, hex, stage->store->blobs_fd, hex, RENAME_NOREPLACE) < 0 &&
	    errno != EEXIST && errno != ENOENT)
		return err_sys(e, "store blob %s", digest);
	return 0;
}

int image_blobs_sync(const struct image_store *s, struct err *e)
{
	return fsync(s->blobs_fd) < 0 ? err_sys(e, "fsync blobs") : 0;
}

static void sweep(const struct image_store *s)
{
	int fd = openat(s->names_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	temporary_sweep(s->fd, 1);
	temporary_sweep(s->records_fd, 1);
	while (dir && (entry = readdir(dir))) {
		cleanup_fd int names = *entry->d_name == '.'
					       ? -1
					       : openat(s->names_fd, entry->d_name,
							O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		temporary_sweep(names, 1);
	}
	if (dir)
		closedir(dir);
}

int image_blobs_clean(const struct image_store *s, int (*needed)(void *context, const char *digest),
		      void *context, struct err *e)
{
	int fd = fd_open(s->blobs_fd, ".", O_RDONLY | O_DIRECTORY, e), failed = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return err_sys(e, "list blobs");
	sweep(s);
	while (!failed && (entry = readdir(dir))) {
		char digest[DIGEST_SIZE];

		if (!digest_is_hex(entry->d_name, 64, 64))
			continue;
		snprintf(digest, sizeof digest, DIGEST_PREFIX "%.64s", entry->d_name);
		if (!needed(context, digest) && unlinkat(s->blobs_fd, entry->d_name, 0) < 0)
			failed = err_sys(e, "remove blob %s", digest) < 0;
	}
	closedir(dir);
	return failed ? -1 : 0;
}
