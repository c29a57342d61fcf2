/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_base.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

enum { STAGE_TOP, STAGE_DOWN, STAGE_USER, STAGE_END };

unsigned cgroup_host_uid(void)
{
	cleanup_free char *map = NULL;
	unsigned inside, outside, count, uid = geteuid();
	struct err ignored;

	map = fd_read_file(AT_FDCWD, "/proc/self/uid_map", 1 << 20, &ignored);
	for (const char *line = map; line && *line;) {
		if (sscanf(line, "%u %u %u", &inside, &outside, &count) != 3)
			break;
		if (uid >= inside && uid - inside < count)
			return outside + (uid - inside);
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return uid;
}

/* Appends "/name" of n bytes; 0 when it is too long. */
static int append(struct cgroup_walk *w, const char *name, size_t n)
{
	size_t have = strlen(w->path);

	if (have + n + 2 > sizeof(w->path))
		return 0;
	w->path[have] = '/';
	memcpy(w->path + have + 1, name, n);
	w->path[have + 1 + n] = '\0';
	return 1;
}

static int step_top(struct cgroup_walk *w)
{
	size_t n = strlen(w->hierarchy->point);

	if (n >= sizeof(w->path))
		return 0;
	memcpy(w->path, w->hierarchy->point, n + 1);
	w->rest = w->hierarchy->own;
	return 1;
}

/* One component further towards our own group. */
static int step_down(struct cgroup_walk *w)
{
	const char *slash;
	size_t n;

	if (!w->rest || !*w->rest)
		return 0;
	slash = strchrnul(w->rest, '/');
	n = (size_t)(slash - w->rest);
	/* "..": a group outside of what this cgroup namespace shows. */
	if (n == 0 || n > NAME_MAX || !strncmp(w->rest, "..", n) || !append(w, w->rest, n))
		return 0;
	w->rest = *slash ? slash + 1 : slash;
	return 1;
}

/* The places that are known by convention. */
static int step_user(struct cgroup_walk *w)
{
	unsigned uid = cgroup_host_uid();
	char name[128];

	if (w->hierarchy->version == 1)
		snprintf(name, sizeof(name), "user-%u", uid);
	else
		snprintf(name, sizeof(name), "user.slice/user-%u.slice/user@%u.service", uid, uid);
	return step_top(w) && append(w, name, strlen(name));
}

int cgroup_walk_next(struct cgroup_walk *w)
{
	if (w->stage == STAGE_TOP) {
		w->stage = STAGE_DOWN;
		return step_top(w);
	}
	if (w->stage == STAGE_DOWN) {
		if (step_down(w))
			return 1;
		w->stage = STAGE_USER;
	}
	if (w->stage == STAGE_USER) {
		w->stage = STAGE_END;
		return step_user(w);
	}
	return 0;
}

/*
 * v2 lets a process move only where the mover may write to cgroup.procs of the common ancestor of
 * both groups, which is the base (cgroup-v2.rst, "Delegation Containment").
 */
int cgroup_walk_usable(const struct cgroup_walk *w)
{
	char procs[PATH_MAX + 16];

	if (w->hierarchy->version == 1)
		return 1;
	if (w->stage != STAGE_DOWN)
		return 0;
	if (w->hierarchy->top_is_ours && w->rest == w->hierarchy->own)
		return 1;
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", w->path);
	return faccessat(AT_FDCWD, w->path, W_OK | X_OK, AT_EACCESS) == 0 &&
	       faccessat(AT_FDCWD, procs, W_OK, AT_EACCESS) == 0;
}

int cgroup_walk_is_own(const struct cgroup_walk *w)
{
	return w->stage == STAGE_DOWN && w->rest && !*w->rest;
}

int cgroup_base_open(const struct cgroup_hierarchy *h)
{
	struct cgroup_walk w = { .hierarchy = h };

	while (cgroup_walk_next(&w))
		if (cgroup_walk_usable(&w) &&
		    faccessat(AT_FDCWD, w.path, W_OK | X_OK, AT_EACCESS) == 0)
			return open(w.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return -1;
}
