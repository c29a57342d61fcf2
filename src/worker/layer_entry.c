/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/layer_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "image/bounds.h"
#include "worker/entry_path.h"
#include "worker/layer_metadata.h"
#include "worker/tree.h"
#include "worker/tree_mark.h"

/* Where an entry goes: a folder that exists, a name in it, and what is there now. */
struct place {
	const struct entry_path *path;
	int dir_fd; /* borrowed */
	const char *name;
	int exists;
	struct stat now;
};

static int write_content(const struct layer_writer *w, int fd, int64_t size, struct err *e)
{
	const void *data;
	size_t n;
	la_int64_t at;
	int r;

	while ((r = archive_read_data_block(w->archive, &data, &n, &at)) == ARCHIVE_OK) {
		if (at < 0 || at > size || (int64_t)n > size - at)
			return err_set(e, ERR_INVALID, "content beyond its size");
		/* Holes aren't written. */
		for (size_t done = 0; done < n;) {
			ssize_t part =
				pwrite(fd, (const char *)data + done, n - done, at + (off_t)done);

			if (part < 0 && errno != EINTR)
				return err_sys(e, "write");
			done += part > 0 ? (size_t)part : 0;
		}
		w->result->bytes += (int64_t)n;
	}
	if (r != ARCHIVE_EOF)
		return err_set(e, ERR_INVALID, "%s",
			       archive_error_string(w->archive) ?: "damaged tar");
	return ftruncate(fd, size) < 0 ? err_sys(e, "set size") : 0;
}

static int make_file(struct layer_writer *w, const struct place *p, struct archive_entry *entry,
		     struct err *e)
{
	int64_t size = archive_entry_size(entry);
	struct layer_metadata m;
	cleanup_fd int fd = -1;

	if (size < 0 || size > LIMIT_FILE_BYTES)
		return err_set(e, ERR_LIMIT, "larger than %lld bytes", (long long)LIMIT_FILE_BYTES);
	if (layer_metadata_read(entry, &m, e) < 0)
		return -1;
	fd = openat(p->dir_fd, p->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, "create");
	if (write_content(w, fd, size, e) < 0)
		return -1;
	return layer_metadata_set(w, fd, entry, &m, e);
}

static int folder_path(const struct entry_path *p, char *out)
{
	return snprintf(out, PATH_MAX, "%s%s%s", p->parent, *p->parent ? "/" : "", p->name) <
			       PATH_MAX
		       ? 0
		       : -1;
}

/* `hidden`: the layer removed what was here before; the new folder shows nothing of it. */
static int make_folder(struct layer_writer *w, const struct place *p, struct archive_entry *entry,
		       int hidden, struct err *e)
{
	char path[PATH_MAX];
	struct layer_metadata m;
	cleanup_fd int fd = -1;

	if (layer_metadata_read(entry, &m, e) < 0)
		return -1;
	if (folder_path(p->path, path) < 0)
		return err_set(e, ERR_LIMIT, "a name that is too long");
	if (!p->exists && mkdirat(p->dir_fd, p->name, 0700) < 0)
		return err_sys(e, "make folder");
	fd = openat(p->dir_fd, p->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "open folder");
	if (hidden && tree_mark_opaque(w->tree, fd, e) < 0)
		return -1;
	if (layer_metadata_set(w, fd, entry, &m, e) < 0)
		return -1;
	return folders_add(&w->folders, path, m.times, e);
}

static int make_symlink(struct layer_writer *w, const struct place *p, struct archive_entry *entry,
			struct err *e)
{
	const char *target = archive_entry_symlink(entry);
	struct layer_metadata m;

	if (!target || !*target || strlen(target) > LIMIT_PATH_BYTES)
		return err_set(e, ERR_INVALID, "a symbolic link to nothing or to a name too long");
	if (layer_metadata_read(entry, &m, e) < 0)
		return -1;
	if (symlinkat(target, p->dir_fd, p->name) < 0)
		return err_sys(e, "make symbolic link");
	return layer_metadata_set_at(w, p->dir_fd, p->name, &m, e);
}

static int make_node(struct layer_writer *w, const struct place *p, struct archive_entry *entry,
		     struct err *e)
{
	mode_t type = archive_entry_filetype(entry);
	dev_t device = 0;
	struct layer_metadata m;

	if (type != AE_IFIFO)
		device = makedev((unsigned)archive_entry_rdevmajor(entry),
				 (unsigned)archive_entry_rdevminor(entry));
	if (type == AE_IFCHR && device == 0)
		return err_set(e, ERR_INVALID, "a character device 0:0, overlay's own mark");
	if (layer_metadata_read(entry, &m, e) < 0)
		return -1;
	if (mknodat(p->dir_fd, p->name, type | 0600, device) < 0) {
		if (errno != EPERM || type == AE_IFIFO)
			return err_sys(e, "make node");
		w->result->skipped_devices++;
		return 0;
	}
	return layer_metadata_set_at(w, p->dir_fd, p->name, &m, e);
}

static int find_place(struct layer_writer *w, const struct entry_path *path, struct place *ret,
		      struct err *e)
{
	*ret = (struct place){ .path = path, .name = path->name };
	ret->dir_fd = tree_parent(w->tree, path->parent, e);
	if (ret->dir_fd < 0)
		return -1;
	if (fstatat(ret->dir_fd, ret->name, &ret->now, AT_SYMLINK_NOFOLLOW) == 0)
		ret->exists = 1;
	else if (errno != ENOENT)
		return err_sys(e, "stat");
	return 0;
}

static int clear_place(struct layer_writer *w, struct place *p, struct err *e)
{
	if (!p->exists)
		return 0;
	p->exists = 0;
	if (++w->replaced > LIMIT_REPLACED)
		return err_set(e, ERR_LIMIT, "more than %d names that stand there twice",
			       LIMIT_REPLACED);
	/* What is removed may be on the way to the folder that is remembered: look it up again. */
	if (S_ISDIR(p->now.st_mode) || S_ISLNK(p->now.st_mode)) {
		if (path_remove_tree(p->dir_fd, p->name, e) < 0)
			return -1;
		tree_forget(w->tree);
		p->dir_fd = tree_parent(w->tree, p->path->parent, e);
		return p->dir_fd < 0 ? -1 : 0;
	}
	return unlinkat(p->dir_fd, p->name, 0) < 0 ? err_sys(e, "replace") : 0;
}

/* The target is looked up first: replacing what is in the way could remove it. */
static int make_hard_link(struct layer_writer *w, const struct entry_path *path,
			  const char *target_text, struct err *e)
{
	struct entry_path target;
	struct place p;
	struct stat st;
	cleanup_fd int target_dir = -1;
	int fd;

	if (entry_path_parse(target_text, &target, e) < 0)
		return err_wrap(e, "hard link to %s", target_text);
	if (target.meaning != ENTRY_PLAIN)
		return err_set(e, ERR_INVALID, "a hard link to a whiteout or the root");
	fd = tree_parent_existing(w->tree, target.parent, e);
	target_dir = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (target_dir < 0 || fstatat(target_dir, target.name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    tree_is_whiteout(&st))
		return err_set(e, ERR_INVALID, "a hard link to %s, which isn't in this layer",
			       target_text);
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_INVALID, "a hard link to a folder");
	if (find_place(w, path, &p, e) < 0)
		return -1;
	if (p.exists && p.now.st_dev == st.st_dev && p.now.st_ino == st.st_ino)
		return 0;
	if (clear_place(w, &p, e) < 0)
		return -1;
	if (linkat(target_dir, target.name, p.dir_fd, p.name, 0) < 0)
		return err_sys(e, "hard link to %s", target_text);
	return 0;
}

static int write_whiteout(struct layer_writer *w, const struct entry_path *path, struct err *e)
{
	cleanup_fd int fd = -1;
	struct place p;

	if (find_place(w, path, &p, e) < 0)
		return -1;
	if (!p.exists) {
		if (mknodat(p.dir_fd, p.name, S_IFCHR | 0600, makedev(0, 0)) < 0)
			return err_sys(e, "make whiteout");
		return 0;
	}
	/* The layer removes it and has it again: a file hides the old one, a folder must be told. */
	if (!S_ISDIR(p.now.st_mode))
		return 0;
	fd = openat(p.dir_fd, p.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? err_sys(e, "open folder") : tree_mark_opaque(w->tree, fd, e);
}

static int write_plain(struct layer_writer *w, const struct entry_path *path,
		       struct archive_entry *entry, struct err *e)
{
	mode_t type = archive_entry_filetype(entry);
	struct place p;
	int hidden;

	if (find_place(w, path, &p, e) < 0)
		return -1;
	hidden = p.exists && tree_is_whiteout(&p.now);
	if (!(p.exists && type == AE_IFDIR && S_ISDIR(p.now.st_mode)) && clear_place(w, &p, e) < 0)
		return -1;
	switch (type) {
	case AE_IFREG:
		return make_file(w, &p, entry, e);
	case AE_IFDIR:
		return make_folder(w, &p, entry, hidden, e);
	case AE_IFLNK:
		return make_symlink(w, &p, entry, e);
	case AE_IFCHR:
	case AE_IFBLK:
	case AE_IFIFO:
		return make_node(w, &p, entry, e);
	default:
		return err_set(e, ERR_INVALID, "neither file, folder, link, device nor fifo");
	}
}

static int write_root(struct layer_writer *w, struct archive_entry *entry, struct err *e)
{
	struct layer_metadata m;

	if (archive_entry_filetype(entry) != AE_IFDIR || archive_entry_hardlink(entry))
		return err_set(e, ERR_INVALID, "the root is not a folder");
	if (layer_metadata_read(entry, &m, e) < 0 ||
	    layer_metadata_set(w, w->tree->out_fd, entry, &m, e) < 0)
		return -1;
	return folders_add(&w->folders, "", m.times, e);
}

int layer_entry_write(struct layer_writer *w, struct archive_entry *entry, struct err *e)
{
	const char *name = archive_entry_pathname(entry), *hard_link;
	struct entry_path path;
	int dir;

	if (!name)
		return err_set(e, ERR_INVALID, "an entry without a name");
	if (entry_path_parse(name, &path, e) < 0)
		return -1;
	hard_link = archive_entry_hardlink(entry);
	switch (path.meaning) {
	case ENTRY_ROOT:
		return write_root(w, entry, e);
	case ENTRY_IGNORED:
		return 0;
	case ENTRY_WHITEOUT:
		return write_whiteout(w, &path, e);
	case ENTRY_OPAQUE:
		dir = tree_parent(w->tree, path.parent, e);
		return dir < 0 ? -1 : tree_mark_opaque(w->tree, dir, e);
	case ENTRY_PLAIN:
		break;
	}
	return hard_link ? make_hard_link(w, &path, hard_link, e) : write_plain(w, &path, entry, e);
}
