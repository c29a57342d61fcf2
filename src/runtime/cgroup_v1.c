/* SPDX-License-Identifier: Apache-2.0 */
/* Control groups version 1. Kernel: Documentation/admin-guide/cgroup-v1/. */
#include "runtime/cgroup_group.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"

/* A new group has no CPUs and no memory nodes, and takes no process before it has some of both. */
static const char *const inherited[] = { "cpuset.mems", "cpuset.cpus" };

/* After how long it is thawed for a moment and tried anew. */
#define FREEZE_TRY_USEC 1000000
#define PAUSE_MAX_USEC	8000

struct inheritance {
	struct arena *arena;
	const char *file;
	size_t base_n;
};

/*
 * What the first `n` bytes of the path name a group of; an empty one first gets its parent's, up to
 * the base. One that was filled already keeps what it has.
 */
static const char *filled(const struct inheritance *in, const char *path, size_t n, struct err *e)
{
	const char *file = arena_printf(in->arena, "%.*s/%s", (int)n, path, in->file);
	cleanup_free char *value = fd_read_file(AT_FDCWD, file, CGROUP_FILE_BYTES_MAX, e);
	const char *parents;

	if (!value)
		return NULL;
	value[strcspn(value, "\n")] = '\0';
	if (*value)
		return arena_strdup(in->arena, value);
	if (n <= in->base_n)
		return err_set(e, ERR_UNENFORCED, "%s is empty", file), NULL;
	parents = filled(in, path, (size_t)((char *)memrchr(path, '/', n) - path), e);
	if (!parents || fd_write_file(AT_FDCWD, file, parents, e) < 0)
		return NULL;
	return parents;
}

static int inherit(const struct cgroup_group *g, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	size_t n = strlen(g->place);

	for (size_t i = 0; i < ARRAY_SIZE(inherited); i++) {
		const struct inheritance in = { a, inherited[i], g->base_n };
		const char *value;

		if (!g->made) {
			if (!filled(&in, g->place, n, e))
				return -1;
			continue;
		}
		/* It is known to be empty. */
		value = filled(&in, g->place,
			       (size_t)((char *)memrchr(g->place, '/', n) - g->place), e);
		if (!value || fd_write_file(g->fd, inherited[i], value, e) < 0)
			return -1;
	}
	return 0;
}

/*
 * A process joins by its "tasks" file, not by cgroup.procs: a single-threaded process that moves
 * itself needs no lock against all forks of the machine then, which costs a grace period of RCU.
 */
static int prepare(struct cgroup_group *g, struct err *e)
{
	if (g->controllers & CGROUP_BIT(CGROUP_CPUSET) && inherit(g, e) < 0)
		return -1;
	g->join_fd = fd_open(g->fd, "tasks", O_WRONLY, e);
	return g->join_fd < 0 ? -1 : 0;
}

static int write_state(int fd, const char *state, struct err *e)
{
	return pwrite(fd, state, strlen(state), 0) < 0 ? err_sys(e, "write freezer.state") : 0;
}

static void pause_usec(long usec)
{
	const struct timespec pause = { .tv_nsec = usec * 1000 };

	nanosleep(&pause, NULL);
}

/*
 * The state is "FREEZING" until every process has noticed: those that run when their next tick
 * comes, those that are forked or moved in meanwhile perhaps never, unless it is written again.
 */
static int try_freeze(int fd, int64_t deadline, struct err *e)
{
	int64_t end = clock_monotonic_usec() + FREEZE_TRY_USEC;
	char state[32] = "";

	if (end > deadline)
		end = deadline;
	for (long usec = 50; clock_monotonic_usec() < end; usec *= usec < PAUSE_MAX_USEC ? 2 : 1) {
		if (write_state(fd, "FROZEN", e) < 0)
			return -1;
		if (pread(fd, state, sizeof(state) - 1, 0) < 0)
			return err_sys(e, "read freezer.state");
		if (!strncmp(state, "FROZEN", 6))
			return 1;
		pause_usec(usec);
	}
	return 0;
}

int cgroup_v1_freeze(const struct cgroup_group *g, int64_t timeout_usec, struct err *e)
{
	int64_t deadline = clock_monotonic_usec() + timeout_usec;
	cleanup_fd int fd = fd_open(g->fd, "freezer.state", O_RDWR, e);
	struct err ignored;
	int frozen;

	if (fd < 0)
		return -1;
	for (;;) {
		frozen = try_freeze(fd, deadline, e);
		if (frozen > 0)
			return 0;
		/* A group that is half frozen is worse than one that runs. */
		write_state(fd, "THAWED", &ignored);
		if (frozen < 0)
			return -1;
		if (clock_monotonic_usec() > deadline)
			return err_set(e, ERR_SYSTEM, "unable to freeze");
		pause_usec(PAUSE_MAX_USEC);
	}
}

int cgroup_v1_thaw(const struct cgroup_group *g, struct err *e)
{
	return fd_write_file(g->fd, "freezer.state", "THAWED", e);
}

const struct cgroup_ops cgroup_v1_ops = {
	.version = 1,
	.prepare = prepare,
	.oom_file = "memory.oom_control",
};
