/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/layer_metadata.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/bounds.h"
#include "worker/entry_xattr.h"

int layer_metadata_read(struct archive_entry *entry, struct layer_metadata *ret, struct err *e)
{
	int64_t uid = archive_entry_uid(entry), gid = archive_entry_gid(entry);

	/* -1 means "leave as it is" to chown. */
	if (uid < 0 || gid < 0 || uid >= UINT32_MAX || gid >= UINT32_MAX)
		return err_set(e, ERR_INVALID, "an owner that is no valid id");
	ret->uid = (uid_t)uid;
	ret->gid = (gid_t)gid;
	ret->mode = archive_entry_mode(entry) & 07777;
	ret->times[1].tv_sec = archive_entry_mtime(entry);
	ret->times[1].tv_nsec = archive_entry_mtime_nsec(entry);
	ret->times[0] = ret->times[1];
	if (archive_entry_atime_is_set(entry)) {
		ret->times[0].tv_sec = archive_entry_atime(entry);
		ret->times[0].tv_nsec = archive_entry_atime_nsec(entry);
	}
	for (int i = 0; i < 2; i++) {
		if (ret->times[i].tv_nsec < 0 || ret->times[i].tv_nsec > 999999999)
			return err_set(e, ERR_INVALID, "a time with a malformed fraction");
	}
	return 0;
}

static int chown_failed(const struct layer_metadata *m, struct err *e)
{
	if (errno != EINVAL)
		return err_sys(e, "chown to %u:%u", m->uid, m->gid);
	err_set(e, ERR_INVALID, "it belongs to %u:%u, which this user's id map doesn't have",
		m->uid, m->gid);
	return err_hint(e, "a larger range in /etc/subuid and /etc/subgid");
}

struct xattr {
	const char *name;
	const void *value;
	size_t n;
};

static int set_xattr(const struct layer_writer *w, int fd, const struct xattr *x, struct err *e)
{
	const char *name = x->name;
	uint64_t bits = 0;
	int is_capability = !strcmp(name, "security.capability");

	if (strlen(name) > XATTR_NAME_MAX || x->n > LIMIT_XATTR_BYTES)
		return err_set(e, ERR_LIMIT, "an extended attribute of more than %d bytes",
			       LIMIT_XATTR_BYTES);
	if (is_capability && entry_xattr_capabilities(x->value, x->n, &bits, e) < 0)
		return -1;
	if (fsetxattr(fd, name, x->value, x->n, 0) < 0) {
		/* The file system has no such attributes, or not on this kind of file. */
		if (errno != EOPNOTSUPP && (is_capability || errno != EPERM))
			return err_sys(e, "set attribute %.64s", name);
		w->result->dropped_xattrs++;
		return 0;
	}
	w->result->file_capabilities |= bits;
	return 0;
}

static int set_xattrs(const struct layer_writer *w, int fd, struct archive_entry *entry,
		      struct err *e)
{
	struct xattr x;

	if (archive_entry_xattr_reset(entry) > LIMIT_XATTRS)
		return err_set(e, ERR_LIMIT, "more than %d extended attributes", LIMIT_XATTRS);
	while (archive_entry_xattr_next(entry, &x.name, &x.value, &x.n) == ARCHIVE_OK) {
		if (!x.name)
			return err_set(e, ERR_INVALID, "an extended attribute without a name");
		switch (entry_xattr_fate(x.name)) {
		case XATTR_REFUSE:
			return err_set(e, ERR_INVALID, "it carries overlay's own mark %.64s",
				       x.name);
		case XATTR_DROP:
			w->result->dropped_xattrs++;
			break;
		case XATTR_TAKE:
			if (set_xattr(w, fd, &x, e) < 0)
				return -1;
		}
	}
	return 0;
}

int layer_metadata_set(const struct layer_writer *w, int fd, struct archive_entry *entry,
		       const struct layer_metadata *m, struct err *e)
{
	/* In this order: chown clears setuid bits and file capabilities. */
	if (!w->tree->own_ids && fchown(fd, m->uid, m->gid) < 0)
		return chown_failed(m, e);
	if (fchmod(fd, m->mode) < 0)
		return err_sys(e, "chmod");
	if (set_xattrs(w, fd, entry, e) < 0)
		return -1;
	return futimens(fd, m->times) < 0 ? err_sys(e, "set times") : 0;
}

int layer_metadata_set_at(const struct layer_writer *w, int dir_fd, const char *name,
			  const struct layer_metadata *m, struct err *e)
{
	struct stat st;

	if (!w->tree->own_ids && fchownat(dir_fd, name, m->uid, m->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return chown_failed(m, e);
	/* Just made by us, in a tree that nobody else writes to: it is what it was. */
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "stat");
	if (!S_ISLNK(st.st_mode) && fchmodat(dir_fd, name, m->mode, 0) < 0)
		return err_sys(e, "chmod");
	if (utimensat(dir_fd, name, m->times, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "set times");
	return 0;
}
