/* SPDX-License-Identifier: Apache-2.0 */
/* Names of images: one small file each. Neither "+" nor a leading "." can be in a reference. */
#include "image/store_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "image/digest.h"
#include "image/store.h"

#define NAME_FILE_MAX 128

void image_name_folder(const char *repository, char *out)
{
	snprintf(out, IMAGE_REPOSITORY_SIZE, "%s", repository);
	for (char *p = out; *p; p++) {
		if (*p == '/')
			*p = '+';
	}
}

static int read_id(int dir_fd, const char *file, char *ret_id, struct err *e)
{
	cleanup_free char *text = fd_read_file(dir_fd, file, NAME_FILE_MAX, e);

	if (!text) {
		if (e->sys == ENOENT)
			e->code = ERR_NOT_FOUND;
		return -1;
	}
	if (digest_check(text, e) < 0)
		return -1;
	memcpy(ret_id, text, DIGEST_SIZE);
	return 0;
}

int image_store_name_get(const struct image_store *s, const struct image_ref *ref, char *ret_id,
			 struct err *e)
{
	char folder[IMAGE_REPOSITORY_SIZE], path[sizeof folder + IMAGE_TAG_SIZE];

	image_name_folder(ref->repository, folder);
	snprintf(path, sizeof path, "%s/%s", folder, ref->tag);
	return read_id(s->names_fd, path, ret_id, e);
}

struct list {
	struct arena *arena;
	struct image_name *items;
	size_t n;
};

static void close_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int list_tags(int names_fd, const char *folder, struct list *l, struct err *e)
{
	int fd = openat(names_fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_by(close_dir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	/* Its last name was removed meanwhile. */
	if (!dir)
		return errno == ENOENT ? 0 : err_sys(e, "list names");
	while ((entry = readdir(dir))) {
		struct image_name name = {};

		if (*entry->d_name == '.' || strlen(entry->d_name) >= sizeof name.ref.tag)
			continue;
		if (read_id(dirfd(dir), entry->d_name, name.id, e) < 0) {
			if (e->code == ERR_NOT_FOUND)
				continue;
			return err_wrap(e, "name %s:%s", folder, entry->d_name);
		}
		snprintf(name.ref.repository, sizeof name.ref.repository, "%s", folder);
		for (char *p = name.ref.repository; *p; p++) {
			if (*p == '+')
				*p = '/';
		}
		snprintf(name.ref.tag, sizeof name.ref.tag, "%s", entry->d_name);
		ARENA_PUSH(l->arena, l->items, l->n) = name;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct image_name *x = a, *y = b;
	int r = strcmp(x->ref.repository, y->ref.repository);

	return r ? r : strcmp(x->ref.tag, y->ref.tag);
}

int image_store_names(const struct image_store *s, struct arena *a, struct image_name **ret,
		      size_t *ret_n, struct err *e)
{
	int fd = fd_open(s->names_fd, ".", O_RDONLY | O_DIRECTORY, e);
	cleanup_by(close_dir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct list l = { .arena = a };
	struct dirent *entry;

	if (!dir)
		return err_sys(e, "list names");
	while ((entry = readdir(dir))) {
		if (*entry->d_name != '.' && list_tags(s->names_fd, entry->d_name, &l, e) < 0)
			return -1;
	}
	if (l.n)
		qsort(l.items, l.n, sizeof *l.items, compare);
	*ret = l.items;
	*ret_n = l.n;
	return 0;
}
