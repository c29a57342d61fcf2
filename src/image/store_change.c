/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of names and records, one process at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "image/digest.h"
#include "image/manifest.h"
#include "image/store.h"
#include "image/store_names.h"

int image_change_begin(const struct image_store *s, struct image_change *ret, struct err *e)
{
	ret->store = s;
	ret->lock_fd = file_lock(s->fd, "index.lock", LOCK_EX, e);
	return ret->lock_fd < 0 ? -1 : 0;
}

void image_change_abort(struct image_change *c)
{
	cleanup_fdp(&c->lock_fd);
	c->lock_fd = -1;
}

int image_change_record(struct image_change *c, const struct image_record *r, struct err *e)
{
	cleanup_free char *text = image_record_to_json(r);

	return file_replace(c->store->records_fd, digest_hex(r->id), text, FILE_DURABLE, e);
}

int image_change_name(struct image_change *c, const struct image_ref *ref, const char *id,
		      struct err *e)
{
	char folder[IMAGE_REPOSITORY_SIZE];
	cleanup_fd int fd = -1;

	image_name_folder(ref->repository, folder);
	if (mkdirat(c->store->names_fd, folder, 0700) == 0) {
		if (fsync(c->store->names_fd) < 0)
			return err_sys(e, "fsync names");
	} else if (errno != EEXIST) {
		return err_sys(e, "create folder for names");
	}
	fd = fd_open(c->store->names_fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
	return fd < 0 ? -1 : file_replace(fd, ref->tag, id, FILE_DURABLE, e);
}

int image_change_unname(struct image_change *c, const struct image_ref *ref, struct err *e)
{
	char folder[IMAGE_REPOSITORY_SIZE], path[sizeof folder + IMAGE_TAG_SIZE];

	image_name_folder(ref->repository, folder);
	snprintf(path, sizeof path, "%s/%s", folder, ref->tag);
	if (unlinkat(c->store->names_fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(e, "remove name %s", path);
	/* Fails while there are other tags. */
	unlinkat(c->store->names_fd, folder, AT_REMOVEDIR);
	return 0;
}

int image_change_forget(struct image_change *c, const char *id, struct err *e)
{
	if (unlinkat(c->store->records_fd, digest_hex(id), 0) < 0 && errno != ENOENT)
		return err_sys(e, "remove image %s", id);
	return 0;
}

static json_t *index_entry(const struct image_store *s, const struct image_record *r,
			   const struct image_ref *name)
{
	char full[IMAGE_REF_SIZE];
	json_t *o = json_object(), *platform = json_object(), *notes;
	struct stat st = {};

	fstatat(s->blobs_fd, digest_hex(r->manifest_digest), &st, AT_SYMLINK_NOFOLLOW);
	json_put_string(o, "mediaType", r->manifest_type ?: MEDIA_OCI_MANIFEST);
	json_put_string(o, "digest", r->manifest_digest);
	json_object_set_new(o, "size", json_integer(st.st_size));
	json_put_string(platform, "architecture", r->architecture);
	json_put_string(platform, "os", r->os);
	if (r->variant)
		json_put_string(platform, "variant", r->variant);
	json_object_set_new(o, "platform", platform);
	if (name) {
		image_ref_full(name, full);
		notes = json_object();
		json_put_string(notes, ANNOTATION_REF_NAME, full);
		json_object_set_new(o, "annotations", notes);
	}
	return o;
}

struct name_list {
	struct image_name *items;
	size_t n;
};

/* A record that can't be read is left out: the rest must stay usable, and a check reports it. */
static void add_entries(const struct image_store *s, const char *id, const struct name_list *names,
			json_t *list)
{
	cleanup_arena struct arena *a = arena_new();
	struct err unreadable;
	const struct image_record *r = image_store_read(s, id, a, &unreadable);
	size_t shown = 0;

	if (!r)
		return;
	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->items[i].id, id) != 0)
			continue;
		json_array_append_new(list, index_entry(s, r, &names->items[i].ref));
		shown++;
	}
	if (!shown)
		json_array_append_new(list, index_entry(s, r, NULL));
}

static int write_index(const struct image_store *s, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_json json_t *index = json_object();
	cleanup_free char *text = NULL;
	json_t *list = json_array();
	struct name_list names = {};
	char **ids;
	size_t n;

	json_object_set_new(index, "schemaVersion", json_integer(2));
	json_put_string(index, "mediaType", MEDIA_OCI_INDEX);
	json_object_set_new(index, "manifests", list);
	if (image_store_ids(s, a, &ids, &n, e) < 0 ||
	    image_store_names(s, a, &names.items, &names.n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_entries(s, ids[i], &names, list);
	text = json_dump(index, 0);
	return file_replace(s->fd, "index.json", text, FILE_VOLATILE, e);
}

int image_change_end(struct image_change *c, struct err *e)
{
	int r = write_index(c->store, e);

	image_change_abort(c);
	return r;
}
