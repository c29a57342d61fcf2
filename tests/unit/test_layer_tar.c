/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker/layer_tar.h: entries of a tar and the tree that they make, on top of another one. Everything
 * belongs to the caller here, so it needs no privilege; ids and devices are the system tests' affair.
 */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "worker/entry_path.h"
#include "worker/entry_xattr.h"
#include "worker/layer_tar.h"
#include "worker/tree.h"

/* "f name content", "d name", "l name target", "h name target", "p name", "x name key": words. */
static void add_entry(struct archive *a, const char *text)
{
	struct archive_entry *entry = archive_entry_new();
	char kind, name[512] = "", rest[512] = "";

	sscanf(text, "%c %511s %511s", &kind, name, rest);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_perm(entry, kind == 'd' ? 0750 : 0640);
	archive_entry_set_mtime(entry, 1000000000, 5);
	archive_entry_set_filetype(entry, kind == 'd'	? AE_IFDIR
					  : kind == 'l' ? AE_IFLNK
					  : kind == 'p' ? AE_IFIFO
							: AE_IFREG);
	if (kind == 'l')
		archive_entry_set_symlink(entry, rest);
	if (kind == 'h')
		archive_entry_set_hardlink(entry, rest);
	if (kind == 'x')
		archive_entry_xattr_add_entry(entry, rest, "y", 1);
	archive_entry_set_size(entry, kind == 'f' ? (la_int64_t)strlen(rest) : 0);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (kind == 'f')
		archive_write_data(a, rest, strlen(rest));
	archive_entry_free(entry);
}

/* Entries are separated by ";". */
static int make_tar(const char *entries)
{
	int fd = memfd_create("tar", MFD_CLOEXEC);
	struct archive *a = archive_write_new();
	char *copy = xstrdup(entries), *save = NULL;

	archive_write_set_format_pax(a);
	assert_int_equal(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (char *one = strtok_r(copy, ";", &save); one; one = strtok_r(NULL, ";", &save))
		add_entry(a, one);
	archive_write_close(a);
	archive_write_free(a);
	free(copy);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void describe(int dir_fd, const char *path, const char *name, struct text *t)
{
	char target[PATH_MAX], value;
	cleanup_fd int fd = -1;
	struct stat st;
	ssize_t n;

	assert_int_equal(fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	text_add(t, "%s%s%s", t->n ? " " : "", path, name);
	if (S_ISCHR(st.st_mode)) {
		text_add(t, "-");
	} else if (S_ISFIFO(st.st_mode)) {
		text_add(t, "|");
	} else if (S_ISLNK(st.st_mode)) {
		n = readlinkat(dir_fd, name, target, sizeof target);
		text_add(t, ">%.*s", (int)n, target);
	} else {
		fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
		n = S_ISREG(st.st_mode) ? read(fd, target, sizeof target) : 0;
		text_add(t, S_ISDIR(st.st_mode) ? "/" : "=");
		text_add_bytes(t, target, (size_t)n);
		if (fgetxattr(fd, "user.overlay.opaque", &value, 1) == 1)
			text_add(t, "!");
	}
}

/* "a/ a/b=content c>target gone- opaque/!", sorted. */
static void list_tree(int dir_fd, const char *path, struct text *t)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fdopendir(fd);
	char *names[64], below[PATH_MAX];
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			names[n++] = xstrdup(entry->d_name);
	}
	closedir(dir);
	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++) {
		cleanup_fd int sub = -1;

		describe(dir_fd, path, names[i], t);
		snprintf(below, sizeof below, "%s%s/", path, names[i]);
		sub = openat(dir_fd, names[i],
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (sub >= 0)
			list_tree(sub, below, t);
		free(names[i]);
	}
}

struct fixture {
	char path[64]; /* below /var/tmp: tmpfs has no user.* attributes before Linux 6.6 */
	int parent, fd;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->parent = open("/var/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(f->path, sizeof f->path, "cale-layer-%d", getpid());
	assert_int_equal(mkdirat(f->parent, f->path, 0700), 0);
	f->fd = openat(f->parent, f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct err e;

	close(f->fd);
	assert_int_equal(path_remove_tree(f->parent, f->path, &e), 0);
	close(f->parent);
	free(f);
	return 0;
}

static int unpack(int out, int lower, const char *entries, struct err *e)
{
	cleanup_fd int tar = make_tar(entries);
	struct layer_result result;
	struct tree t = {
		.out_fd = out, .cached_fd = -1, .opaque_xattr = "user.overlay.opaque", .own_ids = 1
	};
	int r;

	if (lower >= 0)
		t.lower_fds[t.n_lowers++] = lower;
	r = layer_unpack_tar(tar, &t, &result, e);
	tree_close(&t);
	return r;
}

static int fresh(struct fixture *f, const char *name)
{
	struct err e;

	assert_int_equal(path_remove_tree(f->fd, name, &e), 0);
	assert_int_equal(mkdirat(f->fd, name, 0755), 0);
	return openat(f->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void entries_make_trees(void **state)
{
	static const char lower[] =
		"d a;f a/x 1;d a/sub;f a/sub/y 1;l link a;l up ../../a;l loop loop;"
		"f file 1";
	static const struct {
		const char *entries, *tree;
	} rows[] = {
		{ "d ./;d b;f b/c 2", "b/ b/c=2" },
		{ "f /abs 2", "abs=2" },
		{ "f .//n/./m 2", "n/ n/m=2" },
		{ "f b/c 2", "b/ b/c=2" }, /* an implied folder */
		/* whiteouts, in either order */
		{ "f a/.wh.x", "a/ a/x-" },
		{ "f .wh.a", "a-" },
		{ "f .wh.a;d a;f a/z 2", "a/! a/z=2" },
		{ "d a;f a/z 2;f .wh.a", "a/! a/z=2" },
		{ "f .wh.a;f a 2", "a=2" },
		{ "f a 2;f .wh.a", "a=2" },
		{ "f .wh.a;f a/z 2", "a/! a/z=2" },
		{ "f a/.wh..wh..opq;f a/z 2", "a/! a/z=2" },
		{ "f a/z 2;f a/.wh..wh..opq", "a/! a/z=2" },
		{ "f .wh..wh.plnk/x;f .wh..wh.aufs", NULL },
		{ "f .wh..wh.aufs;f b 2", "b=2" },
		/* what stands on a link goes where it leads */
		{ "f link/z 2", "a/ a/z=2" },
		{ "f up/z 2", "a/ a/z=2" },
		{ "l s a;f s/z 2", "a/ a/z=2 s>a" },
		{ "d q;l s /q;f s/z 2", "q/ q/z=2 s>/q" },
		{ "l s ../../../q;f s/z 2", "q/ q/z=2 s>../../../q" },
		{ "f loop/z 2", NULL },
		{ "d link;f link/z 2", "link/ link/z=2" },
		/* later entries replace earlier ones */
		{ "f b 1;f b 22", "b=22" },
		{ "d b;f b/c 1;f b 2", "b=2" },
		{ "f b 1;d b;f b/c 2", "b/ b/c=2" },
		{ "l b /etc;f b 2", "b=2" },
		{ "l b a;d b", "b/" },
		{ "d b;f b/c 1;l b q;f b/d 2", "b>q q/ q/d=2" },
		{ "d b;f b/c 1;d b", "b/ b/c=1" },
		/* below a file of the layer itself nothing can be */
		{ "f b 1;f b/c 2", NULL },
		{ "f file/z 2", "file/ file/z=2" },
		/* hard links */
		{ "f b 1;h c b", "b=1 c=1" },
		{ "f b 1;h c /b", "b=1 c=1" },
		{ "l b nowhere;h c b", "b>nowhere c>nowhere" },
		{ "f b 1;h b b", "b=1" },
		{ "f b 1;f c 2;h c b", "b=1 c=1" },
		{ "d b;f b/c 1;h b b/c", NULL }, /* the link would replace what it links to */
		{ "h c file", NULL },
		{ "h c missing", NULL },
		{ "h c ../x", NULL },
		{ "d b;h c b", NULL },
		{ "f .wh.b;h c b", NULL },
		{ "f .wh.b;h c .wh.b", NULL },
		{ "l s /etc;h c s/passwd", NULL },
		/* refused */
		{ "f ../x 2", NULL },
		{ "f a/../../x 2", NULL },
		{ "l ./ /etc", NULL },
		{ "f . 2", NULL },
		{ "f .wh. 2", NULL },
		{ "f .wh... 2", NULL },
		{ "f .wh.a/x 2", NULL },
		{ "x b trusted.overlay.opaque", NULL },
		{ "x b user.overlay.redirect", NULL },
		{ "x b security.selinux", "b=" },
		{ "x b user.colour", "b=" },
		{ "p b", "b|" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture *f = *state;
		cleanup_fd int below = fresh(f, "lower"), out = fresh(f, "upper");
		cleanup_by(text_free) struct text t = {};
		struct err e = {};
		int r;

		assert_int_equal(unpack(below, -1, lower, &e), 0);
		r = unpack(out, below, rows[i].entries, &e);
		if (!rows[i].tree) {
			if (r == 0)
				fail_msg("taken: %s", rows[i].entries);
			continue;
		}
		if (r < 0)
			fail_msg("%s: %s", rows[i].entries, e.text);
		list_tree(out, "", &t);
		assert_string_equal(t.s ?: "", rows[i].tree);
	}
}

static void implied_folders_look_as_below(void **state)
{
	struct fixture *f = *state;
	cleanup_fd int below = fresh(f, "lower"), out = fresh(f, "upper");
	struct stat st;
	struct err e;

	assert_int_equal(unpack(below, -1, "d a;d a/b;f other/c", &e), 0);
	assert_int_equal(unpack(out, below, "f a/b/c;f new/c", &e), 0);
	assert_int_equal(fstatat(out, "a/b", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(fstatat(out, "new", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
}

static void times_are_kept(void **state)
{
	static const char *const names[] = { "a", "a/x", "a/l", "a/p", "." };
	struct fixture *f = *state;
	cleanup_fd int out = fresh(f, "upper");
	struct stat st;
	struct err e;

	assert_int_equal(unpack(out, -1, "d .;d a;f a/x 1;l a/l x;p a/p", &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(fstatat(out, names[i], &st, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(st.st_mtim.tv_sec, 1000000000);
		assert_int_equal(st.st_mtim.tv_nsec, 5);
	}
}

static void capabilities_are_read_as_bits(void **state)
{
	static const unsigned char two[20] = { 1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0x40 },
				   three[24] = { 0, 0, 0, 3, 1 }, one[12] = { 0, 0, 0, 1, 2 };
	uint64_t bits;
	struct err e;

	(void)state;
	assert_int_equal(entry_xattr_capabilities(two, sizeof two, &bits, &e), 0);
	assert_int_equal(bits, UINT64_C(1) << 13 | UINT64_C(1) << 38);
	assert_int_equal(entry_xattr_capabilities(three, sizeof three, &bits, &e), 0);
	assert_int_equal(bits, 1);
	assert_int_equal(entry_xattr_capabilities(one, sizeof one, &bits, &e), 0);
	assert_int_equal(bits, 2);
	assert_int_equal(entry_xattr_capabilities(two, 19, &bits, &e), -1);
	assert_int_equal(entry_xattr_capabilities(two, 0, &bits, &e), -1);
	assert_int_equal(entry_xattr_capabilities(three, 20, &bits, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(entries_make_trees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(implied_folders_look_as_below, set_up, tear_down),
		cmocka_unit_test_setup_teardown(times_are_kept, set_up, tear_down),
		cmocka_unit_test(capabilities_are_read_as_bits),
	};

	umask(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
