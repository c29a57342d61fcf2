/* SPDX-License-Identifier: Apache-2.0 */
#include "image/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "image/digest.h"

#define RECORD_BYTES_MAX (32 << 20)
#define LAYOUT_TEXT	 "{\"imageLayoutVersion\":\"1.0.0\"}"

static int open_folder(int dir_fd, const char *name, struct err *e)
{
	if (mkdirat(dir_fd, name, 0700) < 0 && errno != EEXIST)
		return err_sys(e, "create folder %s", name);
	return fd_open(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
}

int image_store_open(int root_fd, struct image_store *ret, struct err *e)
{
	cleanup_fd int blobs = -1;

	*ret = (struct image_store){ -1, -1, -1, -1 };
	ret->fd = open_folder(root_fd, "images", e);
	if (ret->fd < 0 || (blobs = open_folder(ret->fd, "blobs", e)) < 0 ||
	    (ret->blobs_fd = open_folder(blobs, "sha256", e)) < 0 ||
	    (ret->records_fd = open_folder(ret->fd, "records", e)) < 0 ||
	    (ret->names_fd = open_folder(ret->fd, "names", e)) < 0)
		return err_wrap(e, "image store");
	if (faccessat(ret->fd, "oci-layout", F_OK, 0) == 0)
		return 0;
	return file_replace(ret->fd, "oci-layout", LAYOUT_TEXT, FILE_VOLATILE, e);
}

void image_store_close(struct image_store *s)
{
	int *fds[] = { &s->fd, &s->blobs_fd, &s->records_fd, &s->names_fd };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		cleanup_fdp(fds[i]);
	*s = (struct image_store){ -1, -1, -1, -1 };
}

int image_store_hold(const struct image_store *s, enum image_hold hold, struct err *e)
{
	return file_lock(s->fd, "lock", hold == IMAGE_HOLD_REMOVE ? LOCK_EX : LOCK_SH, e);
}

struct image_record *image_store_read(const struct image_store *s, const char *id, struct arena *a,
				      struct err *e)
{
	cleanup_free char *text = NULL;
	struct image_record *r;

	if (digest_check(id, e) < 0)
		return NULL;
	text = fd_read_file(s->records_fd, digest_hex(id), RECORD_BYTES_MAX, e);
	if (!text) {
		if (e->sys == ENOENT)
			err_set(e, ERR_NOT_FOUND, "no such image: %s", id);
		return NULL;
	}
	r = image_record_from_json(text, strlen(text), a, e);
	if (r && strcmp(r->id, id) == 0)
		return r;
	if (r)
		err_set(e, ERR_INVALID, "it is of another image");
	err_wrap(e, "record of image %s", id);
	return NULL;
}

static void close_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

int image_store_ids(const struct image_store *s, struct arena *a, char ***ret, size_t *ret_n,
		    struct err *e)
{
	int fd = fd_open(s->records_fd, ".", O_RDONLY | O_DIRECTORY, e);
	cleanup_by(close_dir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	char **ids = NULL;
	size_t n = 0;

	if (!dir)
		return err_sys(e, "list images");
	while ((entry = readdir(dir))) {
		if (digest_is_hex(entry->d_name, 64, 64))
			ARENA_PUSH(a, ids, n) = arena_printf(a, DIGEST_PREFIX "%s", entry->d_name);
	}
	ARENA_PUSH(a, ids, n) = NULL;
	*ret = ids;
	*ret_n = n - 1;
	return 0;
}
