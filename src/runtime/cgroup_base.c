/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_base.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

#define DIRECTORY_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

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

static int step(struct cgroup_walk *w, int fd)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = fd;
	return fd >= 0;
}

static int open_top(const struct cgroup_hierarchy *h)
{
	return open(h->point, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* One component further towards our own group. */
static int step_down(struct cgroup_walk *w)
{
	char name[NAME_MAX + 1];
	const char *slash;
	size_t n;

	if (!w->rest || !*w->rest)
		return 0;
	slash = strchrnul(w->rest, '/');
	n = (size_t)(slash - w->rest);
	if (n == 0 || n > NAME_MAX || !strncmp(w->rest, "..", n))
		return 0;
	memcpy(name, w->rest, n);
	name[n] = '\0';
	w->rest = *slash ? slash + 1 : slash;
	return step(w, openat(w->fd, name, DIRECTORY_FLAGS));
}

/* The places that are known by convention. */
static int step_user(struct cgroup_walk *w)
{
	cleanup_fd int top = open_top(w->hierarchy);
	unsigned uid = cgroup_host_uid();
	char name[128];

	if (top < 0)
		return 0;
	if (w->hierarchy->version == 1)
		snprintf(name, sizeof(name), "user-%u", uid);
	else
		snprintf(name, sizeof(name), "user.slice/user-%u.slice/user@%u.service", uid, uid);
	return step(w, openat(top, name, DIRECTORY_FLAGS));
}

int cgroup_walk_next(struct cgroup_walk *w)
{
	if (w->stage == STAGE_TOP) {
		w->stage = STAGE_DOWN;
		w->rest = w->hierarchy->own;
		return step(w, open_top(w->hierarchy));
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

void cgroup_walk_end(struct cgroup_walk *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/*
 * v2 lets a process move only where the mover may write to cgroup.procs of the common ancestor of
 * both groups, which is the base (cgroup-v2.rst, "Delegation Containment").
 */
int cgroup_walk_writable(const struct cgroup_walk *w)
{
	if (faccessat(w->fd, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return 0;
	if (w->hierarchy->version == 1)
		return 1;
	return w->stage == STAGE_DOWN && faccessat(w->fd, "cgroup.procs", W_OK, AT_EACCESS) == 0;
}

int cgroup_base_open(const struct cgroup_hierarchy *h)
{
	struct cgroup_walk w = { .hierarchy = h, .fd = -1 };

	while (cgroup_walk_next(&w))
		if (cgroup_walk_writable(&w))
			return w.fd;
	cgroup_walk_end(&w);
	return -1;
}
