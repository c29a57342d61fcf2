/* SPDX-License-Identifier: Apache-2.0 */
/* A group's folder: opening, removing, counting. */
#include "runtime/cgroup_group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"

const struct cgroup_group *cgroup_group_with(const struct cgroup *c, enum cgroup_controller k)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->groups[i].controllers & CGROUP_BIT(k))
			return &c->groups[i];
	return NULL;
}

const struct cgroup_group *cgroup_group_main(const struct cgroup *c)
{
	return cgroup_group_with(c, CGROUP_CORE) ?: c->n ? &c->groups[0] : NULL;
}

void cgroup_group_end(struct cgroup_group *g)
{
	cleanup_fdp(&g->join_fd);
	cleanup_fdp(&g->fd);
	cleanup_freep(&g->place);
	g->join_fd = g->fd = -1;
	g->place = NULL;
}

int cgroup_group_open(struct cgroup_group *g, struct err *e)
{
	g->fd = fd_open(AT_FDCWD, g->place, O_PATH | O_DIRECTORY | O_NOFOLLOW, e);
	if (g->fd >= 0 && g->ops->prepare(g, e) == 0)
		return 0;
	cleanup_fdp(&g->fd);
	cleanup_fdp(&g->join_fd);
	g->fd = g->join_fd = -1;
	return -1;
}

uint64_t cgroup_text_value(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *line = text; line && *line;) {
		if (!strncmp(line, key, n) && line[n] == ' ')
			return strtoull(line + n + 1, NULL, 10);
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return 0;
}

int cgroup_group_is_empty(int fd)
{
	cleanup_fd int procs = openat(fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	struct stat st;
	char c;

	/* A folder's links are its own two and one for each group below. */
	return fstat(fd, &st) == 0 && st.st_nlink <= 2 && procs >= 0 && read(procs, &c, 1) == 0;
}

/* Removes the groups below an open one, innermost first. Best effort: the caller tries its rmdir. */
static void remove_below(int fd, int depth)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		cleanup_fd int child =
			openat(fd, entry->d_name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child >= 0 && depth < CGROUP_DEPTH_MAX)
			remove_below(child, depth + 1);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}

int cgroup_group_remove(const struct cgroup_group *g, int64_t deadline_usec, struct err *e)
{
	long pause_usec = 250;

	if (!g->made) {
		remove_below(g->fd, 0);
		return 0;
	}
	for (;;) {
		struct timespec pause = { .tv_nsec = pause_usec * 1000 };

		if (rmdir(g->place) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY || clock_monotonic_usec() > deadline_usec)
			return err_sys(e, "remove control group %s", g->place);
		remove_below(g->fd, 0);
		/* A process that was killed leaves its group a little after its end was reported. */
		nanosleep(&pause, NULL);
		if (pause_usec < 16000)
			pause_usec *= 2;
	}
}
