/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "worker/tree_inherit.h"
#include "worker/tree_mark.h"

enum found {
	FOUND_NOTHING,
	FOUND_HIDDEN, /* nothing, and what is below must not show */
	FOUND_FOLDER,
	FOUND_LINK,
	FOUND_OTHER,
};

int tree_walk_begin(const struct tree *t, struct tree_walk *w, struct err *e)
{
	w->n_lowers = 0;
	w->out_fd = openat(t->out_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->out_fd < 0)
		return err_sys(e, "open the layer's root");
	for (size_t i = 0; i < t->n_lowers; i++) {
		int fd = openat(t->lower_fds[i], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			return err_sys(e, "open the root of a layer below");
		w->lower_fds[w->n_lowers++] = fd;
	}
	return 0;
}

void tree_walk_end(struct tree_walk *w)
{
	while (w->n_lowers)
		close(w->lower_fds[--w->n_lowers]);
	if (w->out_fd >= 0)
		close(take_fd(&w->out_fd));
}

/* What is looked for, and where a link that was found leads. */
struct look {
	const char *name;
	char *target;
};

/* What one layer has under the name; a folder is opened as *ret_fd. */
static int look(int dir_fd, const struct look *l, int *ret_fd, struct err *e)
{
	const char *name = l->name;
	struct stat st;
	ssize_t n;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? FOUND_NOTHING : err_sys(e, "%s", name);
	if (S_ISDIR(st.st_mode)) {
		*ret_fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		return *ret_fd < 0 ? err_sys(e, "open folder %s", name) : FOUND_FOLDER;
	}
	if (tree_is_whiteout(&st))
		return FOUND_HIDDEN;
	if (!S_ISLNK(st.st_mode))
		return FOUND_OTHER;
	n = readlinkat(dir_fd, name, l->target, PATH_MAX - 1);
	if (n < 0)
		return err_sys(e, "read link %s", name);
	l->target[n] = '\0';
	return FOUND_LINK;
}

/* Looks in the layers below, topmost first, until one hides the rest. */
static int look_below(const struct tree *t, const struct tree_walk *w, const struct look *l,
		      struct tree_walk *next, struct err *e)
{
	int found = FOUND_NOTHING;

	for (size_t i = 0; i < w->n_lowers; i++) {
		int fd = -1, here = look(w->lower_fds[i], l, &fd, e);

		if (here < 0)
			return -1;
		if (here == FOUND_NOTHING)
			continue;
		if (here == FOUND_FOLDER) {
			next->lower_fds[next->n_lowers++] = fd;
			found = FOUND_FOLDER;
			if (tree_is_opaque(t, fd))
				break;
			continue;
		}
		return found == FOUND_FOLDER ? found : here;
	}
	return found;
}

static int make_folder(const struct tree *t, const struct tree_walk *w, const char *name,
		       struct tree_walk *next, struct err *e)
{
	if (mkdirat(w->out_fd, name, 0700) < 0)
		return err_sys(e, "make folder %s", name);
	next->out_fd = openat(w->out_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (next->out_fd < 0)
		return err_sys(e, "open folder %s", name);
	return tree_inherit(t, next->out_fd, next->n_lowers ? next->lower_fds[0] : -1, e);
}

/* The layer said that the name is removed, and then puts something into it: a new folder. */
static int replace_whiteout(const struct tree *t, const struct tree_walk *w, const char *name,
			    struct tree_walk *next, struct err *e)
{
	if (unlinkat(w->out_fd, name, 0) < 0)
		return err_sys(e, "remove whiteout %s", name);
	if (make_folder(t, w, name, next, e) < 0)
		return -1;
	return tree_mark_opaque(t, next->out_fd, e);
}

static int step(const struct tree *t, const struct tree_walk *w, const struct look *l,
		struct tree_walk *next, struct err *e)
{
	const char *name = l->name;
	int here = look(w->out_fd, l, &next->out_fd, e);

	if (here < 0)
		return -1;
	if (here == FOUND_OTHER)
		return err_set(e, ERR_INVALID, "%s is not a folder", name);
	if (here == FOUND_LINK)
		return 0;
	if (here == FOUND_HIDDEN)
		return replace_whiteout(t, w, name, next, e) < 0 ? -1 : 1;
	if (here == FOUND_FOLDER && tree_is_opaque(t, next->out_fd))
		return 1;
	switch (look_below(t, w, l, next, e)) {
	case -1:
		return -1;
	case FOUND_LINK:
		/* Below a folder of ours only folders are merged. */
		if (here != FOUND_FOLDER)
			return 0;
		break;
	default:
		break;
	}
	if (here == FOUND_FOLDER)
		return 1;
	return make_folder(t, w, name, next, e) < 0 ? -1 : 1;
}

int tree_walk_into(const struct tree *t, struct tree_walk *w, const char *name, char *target,
		   struct err *e)
{
	struct tree_walk next = { .out_fd = -1 };
	const struct look l = { name, target };
	int r = step(t, w, &l, &next, e);

	if (r == 1) {
		tree_walk_end(w);
		*w = next;
	} else {
		tree_walk_end(&next);
	}
	return r;
}
