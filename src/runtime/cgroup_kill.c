/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Killing all of a group where the kernel has no file for it (v1).
 *
 * The ids in cgroup.procs are only numbers: by the time a signal is sent, the process may be gone
 * and the number somebody else's on the host. So pidfds are taken first, then the list is read
 * again, and only who is in it still is killed. A number that was given away in between and is in
 * the list belongs to the group anyway.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_group.h"

#define BATCH		  128
#define KILL_TIMEOUT_USEC 10000000
/* From this round on the group is frozen first: something in it forks faster than we kill. */
#define FREEZE_FROM	    5
#define FREEZE_TIMEOUT_USEC 100000

struct victim {
	pid_t pid;
	int fd;
};

/* The next id of a list, one a line; 0 (not visible from this pid namespace) is passed over. */
static pid_t next_pid(const char **text)
{
	char *end;
	long pid;

	do {
		pid = strtol(*text, &end, 10);
		if (end == *text)
			return 0;
		*text = *end == '\n' ? end + 1 : end;
	} while (pid <= 0);
	return (pid_t)pid;
}

static int lists_pid(const char *text, pid_t pid)
{
	pid_t other;

	while ((other = next_pid(&text)))
		if (other == pid)
			return 1;
	return 0;
}

/* Kills up to BATCH processes of the list; how many were listed at all, or -1. */
static int kill_batch(int fd, struct err *e)
{
	cleanup_free char *first = fd_read_file(fd, "cgroup.procs", CGROUP_FILE_BYTES_MAX, e);
	cleanup_free char *second = NULL;
	struct victim victims[BATCH];
	const char *rest = first;
	int n = 0, seen = 0;
	pid_t pid;

	if (!first)
		return -1;
	for (; n < BATCH && (pid = next_pid(&rest)); seen++) {
		victims[n].pid = pid;
		victims[n].fd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (victims[n].fd >= 0)
			n++;
	}
	if (n)
		second = fd_read_file(fd, "cgroup.procs", CGROUP_FILE_BYTES_MAX, e);
	for (int i = 0; i < n; i++) {
		if (second && lists_pid(second, victims[i].pid))
			syscall(SYS_pidfd_send_signal, victims[i].fd, SIGKILL, NULL, 0);
		close(victims[i].fd);
	}
	return n && !second ? -1 : seen;
}

/* One pass over the group and those below it; how many processes were seen, or -1. */
static int kill_tree(int fd, int depth, struct err *e)
{
	int seen = kill_batch(fd, e), copy, below;
	struct dirent *entry;
	DIR *dir;

	copy = seen < 0 ? -1 : fd_open(fd, ".", O_RDONLY | O_DIRECTORY, e);
	dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir) {
		if (copy >= 0)
			close(copy);
		return -1;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || depth >= CGROUP_DEPTH_MAX)
			continue;
		cleanup_fd int child =
			openat(fd, entry->d_name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		below = child < 0 ? 0 : kill_tree(child, depth + 1, e);
		if (below > 0)
			seen += below;
	}
	closedir(dir);
	return seen;
}

/* One pass; with everything frozen meanwhile if that can be. */
static int kill_round(const struct cgroup_group *g, const struct cgroup_group *freezer, int round,
		      struct err *e)
{
	int freeze = freezer && round >= FREEZE_FROM, seen;
	struct err ignored;

	if (freeze)
		cgroup_v1_freeze(freezer, FREEZE_TIMEOUT_USEC, &ignored);
	seen = kill_tree(g->fd, 0, e);
	if (freeze)
		cgroup_v1_thaw(freezer, &ignored);
	return seen;
}

int cgroup_group_kill(const struct cgroup_group *g, const struct cgroup_group *freezer,
		      struct err *e)
{
	int64_t now = clock_monotonic_usec(), deadline = now + KILL_TIMEOUT_USEC;
	const struct cgroup one = { .groups = { *g }, .n = 1 };
	struct cgroup_patience patience = { .cgroup = &one, .since_usec = now };
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (int round = 0;; round++) {
		int seen = cgroup_group_is_empty(g->fd) ? 0 : kill_round(g, freezer, round, e);

		/* Gone while we looked: somebody else removed the group, which needs it empty. */
		if (seen == 0 || (seen < 0 && (e->sys == ENOENT || e->sys == ENODEV)))
			return 0;
		if (seen < 0)
			return -1;
		if (cgroup_patience(&patience, e) < 0)
			return -1;
		if (clock_monotonic_usec() > deadline)
			return err_set(e, ERR_SYSTEM, "%d processes outlive SIGKILL", seen);
		nanosleep(&pause, NULL);
	}
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

/* v2: the kernel does it, and nothing that is forked meanwhile escapes. */
static int kill_v2(const struct cgroup *c, const struct cgroup_group *g, struct err *e)
{
	int64_t left, now = clock_monotonic_usec(), deadline = now + KILL_TIMEOUT_USEC;
	struct cgroup_patience patience = { .cgroup = c, .since_usec = now };
	cleanup_fd int events = -1;

	if (cgroup_group_is_empty(g->fd))
		return 0;
	if (fd_write_file(g->fd, "cgroup.kill", "1", e) < 0) {
		if (e->sys == ENODEV)
			return 0; /* the group was removed, so it was empty */
		return e->sys == ENOENT ? cgroup_group_kill(g, NULL, e) : -1;
	}
	events = fd_open(g->fd, "cgroup.events", O_RDONLY, e);
	if (events < 0)
		return -1;
	while (is_populated(events)) {
		struct pollfd p = { .fd = events, .events = POLLPRI };

		if (cgroup_patience(&patience, e) < 0)
			return -1;
		left = deadline - clock_monotonic_usec();
		if (left <= 0)
			return err_set(e, ERR_SYSTEM, "processes outlive SIGKILL");
		if (!patience.asked)
			left = CGROUP_PATIENCE_USEC;
		poll(&p, 1, (int)(left / 1000) + 1);
	}
	return 0;
}

int cgroup_kill(const struct cgroup *c, struct err *e)
{
	const struct cgroup_group *v2 = cgroup_group_with(c, CGROUP_CORE);
	const struct cgroup_group *freezer = cgroup_group_with(c, CGROUP_FREEZER);
	struct err ignored;

	if (freezer && freezer->ops->version == 2)
		freezer = NULL;
	/* What v1 has frozen doesn't even die. */
	if (freezer)
		cgroup_v1_thaw(freezer, &ignored);
	if (v2 && kill_v2(c, v2, e) < 0)
		return err_wrap(e, "kill control group %s", v2->place);
	/* A process that may write to them can have left one hierarchy's group, but not all. */
	for (size_t i = 0; i < c->n; i++) {
		const struct cgroup_group *g = &c->groups[i];

		if (g != v2 && cgroup_group_kill(g, freezer, e) < 0)
			return err_wrap(e, "kill control group %s", g->place);
	}
	return 0;
}
