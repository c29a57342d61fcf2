/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "worker/tree_walk.h"

#define REWRITES_MAX 256 /* links and ".." on the way to one folder */

void tree_forget(struct tree *t)
{
	if (t->cached_fd >= 0)
		close(take_fd(&t->cached_fd));
}

void tree_close(struct tree *t)
{
	tree_forget(t);
}

static int remember(struct tree *t, const char *path, int fd)
{
	tree_forget(t);
	snprintf(t->cached_path, sizeof t->cached_path, "%s", path);
	t->cached_fd = fd;
	return fd;
}

static int is_cached(const struct tree *t, const char *path)
{
	return t->cached_fd >= 0 && !strcmp(t->cached_path, path);
}

int tree_parent_existing(struct tree *t, const char *path, struct err *e)
{
	int fd;

	if (is_cached(t, path))
		return t->cached_fd;
	fd = path_open_in_root(t->out_fd, *path ? path : ".", O_PATH | O_DIRECTORY, e);
	if (fd < 0) {
		if (e->sys == ENOENT || e->sys == ENOTDIR)
			e->code = ERR_NOT_FOUND;
		return -1;
	}
	return remember(t, path, fd);
}

/* The path with its first `used` bytes, which led to a link, replaced by where the link points. */
static int substitute(char *path, size_t part, size_t used, const char *target)
{
	char result[PATH_MAX];
	int n;

	/* Relative to the folder that the link is in, which is free of links by now. */
	n = snprintf(result, sizeof result, "%.*s%s%s", *target == '/' ? 0 : (int)part, path,
		     target, path + used);
	if (n >= (int)sizeof result)
		return -1;
	memcpy(path, result, (size_t)n + 1);
	return 0;
}

/* "a/b/.." at the start becomes "a": all parts before `part` are folders, not links. */
static void go_up(char *path, size_t part, size_t used)
{
	size_t up = part;

	while (up && path[up - 1] == '/')
		up--;
	while (up && path[up - 1] != '/')
		up--;
	used += strspn(path + used, "/");
	memmove(path + up, path + used, strlen(path + used) + 1);
}

/*
 * Walks from the root until a link or ".." rewrites `path`, in place.
 * 1: the walk stands in the folder; 0: start again with the new path.
 */
static int walk_once(struct tree *t, char *path, struct tree_walk *w, struct err *e)
{
	char name[NAME_MAX + 1], target[PATH_MAX];

	for (size_t part = 0, used; path[part]; part = used) {
		int r;

		part += strspn(path + part, "/");
		used = part + strcspn(path + part, "/");
		if (part == used)
			break;
		if (used - part > NAME_MAX)
			return err_set(e, ERR_LIMIT, "a link to a name that is too long");
		snprintf(name, sizeof name, "%.*s", (int)(used - part), path + part);
		if (!strcmp(name, "."))
			continue;
		if (!strcmp(name, "..")) {
			go_up(path, part, used);
			return 0;
		}
		r = tree_walk_into(t, w, name, target, e);
		if (r < 0)
			return -1;
		if (r == 0) {
			if (substitute(path, part, used, target) < 0)
				return err_set(e, ERR_LIMIT, "links to names that are too long");
			return 0;
		}
	}
	return 1;
}

static int make_parent(struct tree *t, const char *path, struct err *e)
{
	char rest[PATH_MAX];

	snprintf(rest, sizeof rest, "%s", path);
	for (int i = 0; i < REWRITES_MAX; i++) {
		cleanup_by(tree_walk_end) struct tree_walk w = {};
		int r;

		if (tree_walk_begin(t, &w, e) < 0)
			return -1;
		r = walk_once(t, rest, &w, e);
		if (r < 0)
			return -1;
		if (r == 1)
			return take_fd(&w.out_fd);
	}
	return err_set(e, ERR_INVALID, "symbolic links that lead nowhere");
}

int tree_parent(struct tree *t, const char *path, struct err *e)
{
	int fd = tree_parent_existing(t, path, e);

	if (fd >= 0 || e->code != ERR_NOT_FOUND)
		return fd;
	fd = make_parent(t, path, e);
	return fd < 0 ? -1 : remember(t, path, fd);
}
