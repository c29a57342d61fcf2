/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/layer_tar.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "image/bounds.h"
#include "worker/layer_entry.h"

#define BLOCK_BYTES (256 << 10)

static void release(struct archive **a)
{
	archive_read_free(*a);
}

static struct archive *open_tar(int fd, struct err *e)
{
	cleanup_by(release) struct archive *a = archive_read_new();

	if (!a || archive_read_support_format_tar(a) != ARCHIVE_OK ||
	    archive_read_support_format_empty(a) != ARCHIVE_OK ||
	    archive_read_open_fd(a, fd, BLOCK_BYTES) != ARCHIVE_OK) {
		err_set(e, ERR_INVALID, "no tar: %s", a ? archive_error_string(a) : "no memory");
		return NULL;
	}
	return take_ptr(a);
}

static int write_entries(struct layer_writer *w, struct err *e)
{
	struct archive_entry *entry;
	int r;

	/* Warnings are about names in another character set; their bytes are taken as they are. */
	while ((r = archive_read_next_header(w->archive, &entry)) == ARCHIVE_OK ||
	       r == ARCHIVE_WARN) {
		if (++w->result->entries > LIMIT_LAYER_ENTRIES)
			return err_set(e, ERR_LIMIT, "more than %d entries", LIMIT_LAYER_ENTRIES);
		if (layer_entry_write(w, entry, e) < 0)
			return err_wrap(e, "%.200s", archive_entry_pathname(entry) ?: "?");
	}
	if (r != ARCHIVE_EOF)
		return err_set(e, ERR_INVALID, "damaged tar: %s",
			       archive_error_string(w->archive) ?: "no reason given");
	return 0;
}

/* Padding after the end: whoever hashes the stream must be able to write all of it. */
static int drain(int fd, struct err *e)
{
	char rest[65536];
	ssize_t n;

	do {
		n = fd_read_full(fd, rest, sizeof rest, e);
	} while (n > 0);
	return (int)n;
}

int layer_unpack_tar(int fd, struct tree *tree, struct layer_result *ret, struct err *e)
{
	cleanup_by(release) struct archive *a = open_tar(fd, e);
	struct layer_writer w = { .archive = a, .tree = tree, .result = ret };
	int r;

	*ret = (struct layer_result){};
	if (!a)
		return -1;
	r = write_entries(&w, e);
	if (r == 0)
		r = drain(fd, e);
	if (r == 0)
		r = folders_set_times(&w.folders, tree->out_fd, e);
	folders_free(&w.folders);
	return r;
}
