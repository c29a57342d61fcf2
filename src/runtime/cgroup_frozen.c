/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was killed and doesn't end: a v1 freezer keeps even SIGKILL waiting, v2's doesn't. It may be a
 * group that the container made in its own and froze, one above it, or one that somebody moved its
 * processes to. Kernel: cgroup-v1/freezer-subsystem.rst.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_group.h"

/* Of a container with very many processes the first ones have to do. */
#define ASKED_MAX 64

/* Frozen by itself, not because of a group above it? */
static int freezes(int dir_fd, const char *file)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(dir_fd, file, CGROUP_FILE_BYTES_MAX, &ignored);

	return text && *text == '1';
}

static void thaw_tree(int fd, int depth)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	struct err ignored;

	if (freezes(fd, "freezer.self_freezing"))
		fd_write_file(fd, "freezer.state", "THAWED", &ignored);
	if (!dir) {
		cleanup_fdp(&copy);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || depth >= CGROUP_DEPTH_MAX)
			continue;
		cleanup_fd int child =
			openat(fd, entry->d_name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child >= 0)
			thaw_tree(child, depth + 1);
	}
	closedir(dir);
}

/* From the group that a process is in up to the top. ERR_CONFLICT: this one is frozen. */
static int look_upward(const struct cgroup_hierarchy *h, struct err *e)
{
	cleanup_free char *place = xprintf("%s/%s", h->point, h->own);

	for (size_t top = strlen(h->point); strlen(place) > top; *strrchr(place, '/') = '\0') {
		cleanup_free char *file = xprintf("%s/freezer.self_freezing", place);

		if (!freezes(AT_FDCWD, file))
			continue;
		err_set(e, ERR_CONFLICT,
			"control group %s is frozen, by somebody else, and keeps processes from "
			"ending",
			place);
		return err_hint(e, "sudo sh -c 'echo THAWED >%s/freezer.state'; they were killed",
				place);
	}
	return 0;
}

static int look_at(pid_t pid, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	const struct cgroup_hierarchy *h;
	struct cgroup_host host;
	struct err ignored;

	if (cgroup_host_read_process(pid, a, &host, &ignored) < 0)
		return 0;
	h = cgroup_host_find(&host, CGROUP_FREEZER);
	return h && h->version == 1 && h->own && *h->own && strncmp(h->own, "..", 2) != 0
		       ? look_upward(h, e)
		       : 0;
}

int cgroup_release(const struct cgroup *c, pid_t init, struct err *e)
{
	const struct cgroup_group *freezer = c ? cgroup_group_with(c, CGROUP_FREEZER) : NULL;
	cleanup_arena struct arena *a = arena_new();
	struct err ignored;
	pid_t *pids;
	ssize_t n;

	/* First: what is its own isn't frozen any more when the processes are looked at. */
	if (freezer && freezer->ops->version == 1)
		thaw_tree(freezer->fd, 0);
	if (init > 0 && look_at(init, e) < 0)
		return -1;
	n = c ? cgroup_pids(c, a, &pids, &ignored) : 0;
	for (ssize_t i = 0; i < n && i < ASKED_MAX; i++) {
		if (look_at(pids[i], e) < 0)
			return -1;
	}
	return 0;
}

int cgroup_patience(struct cgroup_patience *p, struct err *e)
{
	if (p->asked || clock_monotonic_usec() - p->since_usec < CGROUP_PATIENCE_USEC)
		return 0;
	p->asked = 1;
	return cgroup_release(p->cgroup, p->init, e);
}
