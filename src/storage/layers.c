/* SPDX-License-Identifier: Apache-2.0 */
#include "storage/layers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"

#define META_FOLDER    ".meta"
#define META_BYTES_MAX 4096

static const char *const folders[] = {
	[LAYER_TRUSTED] = "layers/root",
	[LAYER_USER] = "layers/user",
	[LAYER_ONE_ID] = "layers/one-id",
};

/* The numbers of a layer's meta file. */
static const struct {
	const char *key;
	size_t offset;
} members[] = {
	{ "unpackedBytes", offsetof(struct layer_meta, unpacked_bytes) },
	{ "entries", offsetof(struct layer_meta, entries) },
	{ "fileCapabilities", offsetof(struct layer_meta, file_capabilities) },
	{ "skippedDevices", offsetof(struct layer_meta, skipped_devices) },
	{ "droppedXattrs", offsetof(struct layer_meta, dropped_xattrs) },
};

const char *layer_store_folder(enum layer_form form)
{
	return folders[form];
}

const char *layer_path(const char *chain_id)
{
	return digest_hex(chain_id);
}

static int make_folder(int dir_fd, const char *name, struct err *e)
{
	if (mkdirat(dir_fd, name, 0700) < 0 && errno != EEXIST)
		return err_sys(e, "create folder %s", name);
	return 0;
}

int layer_store_open(int root_fd, enum layer_form form, struct layer_store *ret, struct err *e)
{
	*ret = (struct layer_store){ -1, form };
	if (make_folder(root_fd, "layers", e) < 0 || make_folder(root_fd, folders[form], e) < 0)
		return -1;
	ret->fd = fd_open(root_fd, folders[form], O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
	return ret->fd < 0 ? -1 : make_folder(ret->fd, META_FOLDER, e);
}

void layer_store_close(struct layer_store *s)
{
	cleanup_fdp(&s->fd);
	s->fd = -1;
}

static void meta_path(const char *chain_id, char *out, size_t size)
{
	snprintf(out, size, META_FOLDER "/%s", digest_hex(chain_id));
}

static int read_meta(const struct layer_store *s, const char *chain_id, struct layer_meta *ret,
		     struct err *e)
{
	char path[128];
	const char *blob = "";
	cleanup_json json_t *o = NULL;

	meta_path(chain_id, path, sizeof path);
	o = json_parse_file(s->fd, path, META_BYTES_MAX, e);
	for (size_t i = 0; o && i < ARRAY_SIZE(members); i++) {
		int64_t value = 0;

		if (json_get_int(o, members[i].key, &value, e) < 0)
			return -1;
		memcpy((char *)ret + members[i].offset, &value, sizeof value);
	}
	if (!o || json_get_string(o, "blob", &blob, e) < 0)
		return -1;
	snprintf(ret->blob, sizeof ret->blob, "%s", blob);
	return 0;
}

static int write_meta(const struct layer_store *s, const struct layer_new *n, struct err *e)
{
	cleanup_json json_t *o = json_object();
	cleanup_free char *text = NULL;
	cleanup_fd int fd = fd_open(s->fd, META_FOLDER, O_RDONLY | O_DIRECTORY, e);

	if (fd < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		int64_t value;

		memcpy(&value, (const char *)&n->meta + members[i].offset, sizeof value);
		json_object_set_new(o, members[i].key, json_integer(value));
	}
	json_put_string(o, "blob", n->meta.blob);
	text = json_dump(o, 0);
	return file_replace(fd, digest_hex(n->chain_id), text, FILE_DURABLE, e);
}

int layer_exists(const struct layer_store *s, const char *chain_id)
{
	return faccessat(s->fd, digest_hex(chain_id), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int layer_find(const struct layer_store *s, const char *chain_id, struct layer_meta *ret,
	       struct err *e)
{
	struct stat st;

	*ret = (struct layer_meta){};
	if (fstatat(s->fd, digest_hex(chain_id), &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(e, "layer %s", chain_id);
	return read_meta(s, chain_id, ret, e) < 0 ? err_wrap(e, "layer %s", chain_id) : 1;
}

int layer_commit(const struct layer_store *s, struct layer_new *n, struct err *e)
{
	/* First the meta: a tree in its place must have one. */
	if (write_meta(s, n, e) < 0)
		return err_wrap(e, "layer %s", n->chain_id);
	if (renameat2(s->fd, n->name, s->fd, digest_hex(n->chain_id), RENAME_NOREPLACE) < 0) {
		if (errno != EEXIST)
			return err_sys(e, "layer %s", n->chain_id);
		layer_abandon(s, n);
		return 0;
	}
	close(take_fd(&n->lock_fd));
	return fsync(s->fd) < 0 ? err_sys(e, "fsync layers") : 0;
}

void layer_abandon(const struct layer_store *s, struct layer_new *n)
{
	struct err ignored;

	if (n->lock_fd < 0)
		return;
	path_remove_tree(s->fd, n->name, &ignored);
	close(take_fd(&n->lock_fd));
}

int layer_store_sync(const struct layer_store *s, struct err *e)
{
	return syncfs(s->fd) < 0 ? err_sys(e, "sync layers") : 0;
}

/* Renamed first, so that a half removed tree never has a layer's name. */
static int remove_layer(const struct layer_store *s, const char *hex, struct err *e)
{
	char path[128], name[TEMPORARY_NAME_SIZE];
	cleanup_fd int fd = -1;

	fd = temporary_folder(s->fd, name, e);
	if (fd < 0)
		return -1;
	if (renameat(s->fd, hex, s->fd, name) < 0)
		return err_sys(e, "remove layer %s", hex);
	snprintf(path, sizeof path, META_FOLDER "/%.64s", hex);
	unlinkat(s->fd, path, 0);
	return path_remove_tree(s->fd, name, e);
}

static void sweep(const struct layer_store *s)
{
	cleanup_fd int meta_fd = openat(s->fd, META_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	temporary_sweep(s->fd, 1);
	temporary_sweep(meta_fd, 1);
}

int layer_store_clean(const struct layer_store *s, const struct layer_removal *r, struct err *e)
{
	int fd = fd_open(s->fd, ".", O_RDONLY | O_DIRECTORY, e), failed = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return err_sys(e, "list layers");
	sweep(s);
	while (!failed && (entry = readdir(dir))) {
		char chain_id[DIGEST_SIZE];

		if (!digest_is_hex(entry->d_name, 64, 64))
			continue;
		snprintf(chain_id, sizeof chain_id, DIGEST_PREFIX "%.64s", entry->d_name);
		if (r->needed(r->context, chain_id))
			continue;
		failed = remove_layer(s, entry->d_name, e) < 0;
		if (!failed && r->removed)
			r->removed(r->context, chain_id);
	}
	closedir(dir);
	return failed ? -1 : 0;
}
