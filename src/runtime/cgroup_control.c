/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in a running container. */
#include "runtime/cgroup_control.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup_group.h"

/* ---- processes ---- */

struct listing {
	struct arena *arena;
	pid_t *pids;
	size_t n;
};

/* A group of threads has no list of processes; the threads' ids will do then. */
static char *read_list(int fd, struct err *e)
{
	char *list = fd_read_file(fd, "cgroup.procs", CGROUP_FILE_BYTES_MAX, e);

	return list || e->sys != EOPNOTSUPP
		       ? list
		       : fd_read_file(fd, "cgroup.threads", CGROUP_FILE_BYTES_MAX, e);
}

static int list_group(struct listing *l, int fd, struct err *e)
{
	cleanup_free char *list = read_list(fd, e);
	char *next = list, *end;

	if (!list)
		return e->sys == ENOENT || e->sys == ENODEV ? 0 : -1;
	for (;; next = end) {
		long pid = strtol(next, &end, 10);

		if (end == next)
			return 0;
		/* 0: not visible from this pid namespace. */
		if (pid > 0)
			ARENA_PUSH(l->arena, l->pids, l->n) = (pid_t)pid;
	}
}

static int list_tree(struct listing *l, int fd, int depth, struct err *e)
{
	struct dirent *entry;
	struct stat st;
	int copy, result;
	DIR *dir;

	if (list_group(l, fd, e) < 0)
		return -1;
	/* Its own two links, and one for each group below. */
	if (fstat(fd, &st) < 0 || st.st_nlink <= 2)
		return 0;
	copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir) {
		cleanup_fdp(&copy);
		return 0;
	}
	result = 0;
	while (result == 0 && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || depth >= CGROUP_DEPTH_MAX)
			continue;
		cleanup_fd int child =
			openat(fd, entry->d_name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child >= 0)
			result = list_tree(l, child, depth + 1, e);
	}
	closedir(dir);
	return result;
}

ssize_t cgroup_pids(const struct cgroup *c, struct arena *a, pid_t **ret, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_main(c);
	struct listing l = { .arena = a };

	*ret = NULL;
	if (g && list_tree(&l, g->fd, 0, e) < 0)
		return -1;
	*ret = l.pids;
	return (ssize_t)l.n;
}

/* ---- what others ask ---- */

int cgroup_oom_kills(const struct cgroup *c, uint64_t *ret, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(c, CGROUP_MEMORY);
	cleanup_free char *text = NULL;

	*ret = 0;
	if (!g)
		return 0;
	text = fd_read_file(g->fd, g->ops->oom_file, CGROUP_FILE_BYTES_MAX, e);
	if (!text)
		return e->sys == ENOENT ? 0 : -1;
	*ret = cgroup_text_value(text, "oom_kill");
	return 0;
}

size_t cgroup_views(const struct cgroup *c, struct cgroup_view *views, size_t room)
{
	size_t n = c->n < room ? c->n : room;

	for (size_t i = 0; i < n; i++) {
		const struct cgroup_group *g = &c->groups[i];
		int beside_v1 = g->ops->version == 2 && c->n > 1;

		views[i] = (struct cgroup_view){
			.name = beside_v1 ? "unified" : g->name,
			.place = g->place,
			.fd = g->fd,
		};
	}
	return n;
}
