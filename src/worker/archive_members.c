/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/archive_members.h"

#include <archive.h>
#include <archive_entry.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "image/bounds.h"
#include "worker/entry_path.h"
#include "worker/inflate.h"

#define LINKS_MAX 8

struct reader {
	struct inflate *inflate;
	struct err err; /* of inflate, behind libarchive's back */
	int failed;
};

static la_ssize_t read_more(struct archive *a, void *context, const void **ret)
{
	struct reader *r = context;
	ssize_t n = inflate_read(r->inflate, ret, &r->err);

	if (n < 0) {
		r->failed = 1;
		archive_set_error(a, 0, "read error");
	}
	return n;
}

static int tar_error(struct archive *a, const struct reader *r, struct err *e)
{
	if (r->failed) {
		*e = r->err;
		return -1;
	}
	return err_set(e, ERR_INVALID, "damaged tar: %s",
		       archive_error_string(a) ?: "no reason given");
}

/* "a/b" of an entry's name; -1 for the root and what no archive of images has. */
static int normal_name(const char *text, char *out, struct err *e)
{
	struct entry_path p;

	if (entry_path_parse(text, &p, e) < 0)
		return -1;
	if (p.meaning != ENTRY_PLAIN)
		return err_set(e, ERR_INVALID, "a name that no image archive has");
	if (snprintf(out, PATH_MAX, "%s%s%s", p.parent, *p.parent ? "/" : "", p.name) >= PATH_MAX)
		return err_set(e, ERR_LIMIT, "a name that is too long");
	return 0;
}

/* A symbolic link counts from its own folder; docker save writes "../<id>/layer.tar". */
static int link_name(const char *member, const char *target, char *out, struct err *e)
{
	char joined[2 * PATH_MAX], *slash;

	if (*target == '/')
		return err_set(e, ERR_INVALID, "a link out of the archive");
	snprintf(joined, sizeof joined, "%s", member);
	for (slash = strrchr(joined, '/'); slash && !strncmp(target, "../", 3); target += 3) {
		*slash = '\0';
		slash = strrchr(joined, '/');
		if (!slash && !strncmp(target + 3, "../", 3))
			return err_set(e, ERR_INVALID, "a link out of the archive");
		if (!slash) {
			target += 3;
			break;
		}
	}
	if (!slash)
		return normal_name(target, out, e);
	snprintf(slash + 1, sizeof joined - (size_t)(slash + 1 - joined), "%s", target);
	return normal_name(joined, out, e);
}

/* What the name promises: 64 digits at its end, but for ".json". NULL when nothing. */
static const char *promised_hex(const char *name, char *out)
{
	const char *base = strrchr(name, '/');
	size_t n;

	base = base ? base + 1 : name;
	n = strcspn(base, ".");
	if (n != 64 || (strcmp(base + n, ".json") != 0 && strncmp(name, "blobs/sha256/", 13) != 0))
		return NULL;
	snprintf(out, 65, "%.64s", base);
	return digest_is_hex(out, 64, 64) ? out : NULL;
}

static int stage_file(struct archive_members *m, struct archive *a, struct archive_member *item,
		      const struct reader *r, struct err *e)
{
	char promised[65], *digest = arena_alloc(m->arena, DIGEST_SIZE);
	const void *data;
	la_int64_t at, expected = 0;
	int64_t bytes;
	size_t n;
	int status;

	if (stage_begin(m->stage, e) < 0)
		return -1;
	while ((status = archive_read_data_block(a, &data, &n, &at)) == ARCHIVE_OK) {
		if (at != expected)
			return err_set(e, ERR_INVALID, "a sparse file");
		expected += (la_int64_t)n;
		if (stage_add(m->stage, data, n, e) < 0)
			return -1;
	}
	if (status != ARCHIVE_EOF)
		return tar_error(a, r, e);
	if (stage_end(m->stage, digest, &bytes, e) < 0)
		return -1;
	if (promised_hex(item->name, promised) && strcmp(promised, digest_hex(digest)) != 0)
		return err_set(e, ERR_INVALID, "it has digest %s", digest);
	item->digest = digest;
	return 0;
}

static int take_member(struct archive_members *m, struct archive *a, struct archive_entry *entry,
		       const struct reader *r, struct err *e)
{
	char name[PATH_MAX], target[PATH_MAX];
	struct archive_member item = {};
	const char *hard = archive_entry_hardlink(entry);
	mode_t type = archive_entry_filetype(entry);

	if (type == AE_IFDIR && !hard)
		return 0;
	if (!hard && type != AE_IFREG && type != AE_IFLNK)
		return err_set(e, ERR_INVALID, "neither file, folder nor link");
	if (normal_name(archive_entry_pathname(entry) ?: "", name, e) < 0)
		return -1;
	item.name = arena_strdup(m->arena, name);
	if (hard || type == AE_IFLNK) {
		if ((hard ? normal_name(hard, target, e)
			  : link_name(name, archive_entry_symlink(entry) ?: "", target, e)) < 0)
			return -1;
		item.link = arena_strdup(m->arena, target);
	} else if (stage_file(m, a, &item, r, e) < 0) {
		return -1;
	}
	if (m->n == LIMIT_ARCHIVE_MEMBERS)
		return err_set(e, ERR_LIMIT, "more than %d members", LIMIT_ARCHIVE_MEMBERS);
	ARENA_PUSH(m->arena, m->items, m->n) = item;
	return 0;
}

static void release(struct archive **a)
{
	archive_read_free(*a);
}

int archive_members_read(struct archive_members *m, int fd, struct err *e)
{
	const struct inflate_source source = { .fd = fd, .max_bytes = LIMIT_ARCHIVE_BYTES };
	cleanup_by(inflate_freep) struct inflate *inflate = inflate_open(&source, e);
	cleanup_by(release) struct archive *a = archive_read_new();
	struct reader r = { .inflate = inflate };
	struct archive_entry *entry;
	const void *rest;
	ssize_t n;
	int status;

	if (!inflate)
		return -1;
	if (!a || archive_read_support_format_tar(a) != ARCHIVE_OK)
		return err_set(e, ERR_SYSTEM, "libarchive can't start");
	if (archive_read_open(a, &r, NULL, read_more, NULL) != ARCHIVE_OK)
		return err_set(e, ERR_INVALID,
			       "not a tar archive, plain or compressed with gzip or zstd");
	while ((status = archive_read_next_header(a, &entry)) == ARCHIVE_OK ||
	       status == ARCHIVE_WARN) {
		if (take_member(m, a, entry, &r, e) < 0)
			return err_wrap(e, "%.200s", archive_entry_pathname(entry) ?: "?");
	}
	if (status != ARCHIVE_EOF)
		return tar_error(a, &r, e);
	/* Whoever writes into our pipe shall get to its end. */
	do {
		n = inflate_read(inflate, &rest, e);
	} while (n > 0);
	return (int)n;
}

static const struct archive_member *find_once(const struct archive_members *m, const char *name)
{
	/* A later member of the same name replaces the earlier one, as tar does. */
	for (size_t i = m->n; i > 0; i--) {
		if (!strcmp(m->items[i - 1].name, name))
			return &m->items[i - 1];
	}
	return NULL;
}

const struct archive_member *archive_members_find(const struct archive_members *m, const char *name)
{
	const struct archive_member *found = find_once(m, name);

	for (int i = 0; found && found->link; i++)
		found = i < LINKS_MAX ? find_once(m, found->link) : NULL;
	return found;
}
