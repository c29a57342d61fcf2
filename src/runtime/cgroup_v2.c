/* SPDX-License-Identifier: Apache-2.0 */
/* Control groups version 2. Kernel: Documentation/admin-guide/cgroup-v2.rst. */
#include "runtime/cgroup_group.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"

/* Where processes of a delegated group go that has to become an inner node. */
#define LEAF		  "cale-self"
#define EVACUATION_ROUNDS 10
#define KILL_TIMEOUT_USEC 10000000

/*
 * A group with processes may not hand controllers down (but the hierarchy's top). Moves what is
 * in the folder `dir` into a leaf below it, as an init system does with its own group; processes
 * fork meanwhile, hence the rounds.
 */
static int evacuate(int base_fd, const char *dir, struct err *e)
{
	cleanup_fd int fd = fd_open(base_fd, dir, O_PATH | O_DIRECTORY, e), leaf = -1;

	if (fd < 0)
		return -1;
	if (mkdirat(fd, LEAF, 0755) < 0 && errno != EEXIST)
		return err_sys(e, "make control group %s", LEAF);
	leaf = fd_open(fd, LEAF "/cgroup.procs", O_WRONLY, e);
	if (leaf < 0)
		return -1;
	for (int i = 0; i < EVACUATION_ROUNDS; i++) {
		cleanup_free char *list =
			fd_read_file(fd, "cgroup.procs", CGROUP_FILE_BYTES_MAX, e);
		char *next = list;

		if (!list)
			return -1;
		if (!*list)
			return 0;
		while (next && *next) {
			char *pid = strsep(&next, "\n");

			if (write(leaf, pid, strlen(pid)) < 0 && errno != ESRCH)
				return err_sys(e, "move process %s to %s", pid, LEAF);
		}
	}
	return 0;
}

static int enable_in(int base_fd, const char *dir, enum cgroup_controller c, struct err *e)
{
	char file[CGROUP_PATH_MAX + 32], value[32];

	snprintf(file, sizeof(file), "%s/cgroup.subtree_control", dir);
	snprintf(value, sizeof(value), "+%s", cgroup_controller_name(c));
	if (fd_write_file(base_fd, file, value, e) == 0)
		return 0;
	if (e->sys != EBUSY || evacuate(base_fd, dir, e) < 0)
		return -1;
	return fd_write_file(base_fd, file, value, e);
}

/* Hands a controller down from the base to the group, through every folder on the way. */
static int enable(int base_fd, const char *path, enum cgroup_controller c, struct err *e)
{
	char dir[CGROUP_PATH_MAX];

	if (enable_in(base_fd, ".", c, e) < 0)
		return -1;
	for (const char *end = strchr(path, '/'); end; end = strchr(end + 1, '/')) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(end - path), path);
		if (enable_in(base_fd, dir, c, e) < 0)
			return -1;
	}
	return 0;
}

/* The first container of a base finds the controller's files missing and enables it for all. */
static int set(const struct cgroup_group *g, const char *path, const struct cgroup_setting *s,
	       struct err *e)
{
	if (cgroup_group_write(g, s, e) == 0)
		return 0;
	if (e->sys != ENOENT || enable(g->base_fd, path, s->controller, e) < 0)
		return -1;
	return cgroup_group_write(g, s, e);
}

static int prepare(struct cgroup_group *g, const char *path, struct err *e)
{
	(void)g, (void)path, (void)e;
	return 0; /* joined by clone3(CLONE_INTO_CGROUP) */
}

/* 1 while there are processes in the group or below it. */
static int is_populated(int events_fd)
{
	char text[256];
	ssize_t n = pread(events_fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return 0;
	text[n] = '\0';
	return strstr(text, "populated 1") != NULL;
}

static int kill_all(const struct cgroup_group *g, struct err *e)
{
	int64_t left, deadline = clock_monotonic_usec() + KILL_TIMEOUT_USEC;
	cleanup_fd int events = -1;

	if (fd_write_file(g->fd, "cgroup.kill", "1", e) < 0) {
		if (e->sys == ENODEV)
			return 0; /* the group was removed, so it was empty */
		return e->sys == ENOENT ? cgroup_group_kill(g, e) : -1;
	}
	events = fd_open(g->fd, "cgroup.events", O_RDONLY, e);
	if (events < 0)
		return -1;
	while (is_populated(events)) {
		struct pollfd p = { .fd = events, .events = POLLPRI };

		left = deadline - clock_monotonic_usec();
		if (left <= 0)
			return err_set(e, ERR_SYSTEM, "processes outlive SIGKILL");
		poll(&p, 1, (int)(left / 1000) + 1);
	}
	return 0;
}

const struct cgroup_ops cgroup_v2_ops = {
	.version = 2,
	.prepare = prepare,
	.set = set,
	.kill = kill_all,
	.oom_file = "memory.events",
};
