/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pause and resume: v1's freezer where the container has a group there, else cgroup.freeze of its
 * v2 group, which a hybrid host has too. Kernel: cgroup-v1/freezer-subsystem.rst, cgroup-v2.rst
 * "cgroup.freeze".
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_group.h"

#define FREEZE_TIMEOUT_USEC 10000000
#define STATE_BYTES_MAX	    4096

static const struct cgroup_group *freezer_of(const struct cgroup *c, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(c, CGROUP_FREEZER);

	g = g ?: cgroup_group_with(c, CGROUP_CORE);
	if (!g)
		err_set(e, ERR_UNENFORCED,
			"cannot toggle freezer: cgroups not configured for container");
	return g;
}

/* cgroup.freeze takes effect on each process when it next leaves the kernel. */
static int await_frozen(int events_fd, struct err *e)
{
	int64_t left, deadline = clock_monotonic_usec() + FREEZE_TIMEOUT_USEC;

	for (;;) {
		struct pollfd p = { .fd = events_fd, .events = POLLPRI };
		char text[256];
		ssize_t n = pread(events_fd, text, sizeof(text) - 1, 0);

		if (n < 0)
			return err_sys(e, "read cgroup.events");
		text[n] = '\0';
		if (strstr(text, "frozen 1"))
			return 0;
		left = deadline - clock_monotonic_usec();
		if (left <= 0)
			return err_set(e, ERR_SYSTEM,
				       "timeout of 10s reached waiting for the cgroup to freeze");
		poll(&p, 1, (int)(left / 1000) + 1);
	}
}

static int freeze_v2(const struct cgroup_group *g, struct err *e)
{
	cleanup_fd int events = fd_open(g->fd, "cgroup.events", O_RDONLY, e);
	struct err ignored;

	if (events < 0 || fd_write_file(g->fd, "cgroup.freeze", "1", e) < 0)
		return -1;
	if (await_frozen(events, e) == 0)
		return 0;
	fd_write_file(g->fd, "cgroup.freeze", "0", &ignored);
	return -1;
}

const char *cgroup_freezer_place(const struct cgroup *c)
{
	struct err ignored;
	const struct cgroup_group *g = freezer_of(c, &ignored);

	return g ? g->place : NULL;
}

int cgroup_freeze(const struct cgroup *c, struct err *e)
{
	const struct cgroup_group *g = freezer_of(c, e);

	if (!g)
		return -1;
	return g->ops->version == 1 ? cgroup_v1_freeze(g, FREEZE_TIMEOUT_USEC, e) : freeze_v2(g, e);
}

int cgroup_thaw(const struct cgroup *c, struct err *e)
{
	const struct cgroup_group *g = freezer_of(c, e);

	if (!g)
		return -1;
	return g->ops->version == 1 ? cgroup_v1_thaw(g, e)
				    : fd_write_file(g->fd, "cgroup.freeze", "0", e);
}

int cgroup_is_frozen(const struct cgroup *c, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(c, CGROUP_FREEZER);
	cleanup_free char *text = NULL;

	g = g ?: cgroup_group_with(c, CGROUP_CORE);
	if (!g)
		return 0;
	text = fd_read_file(g->fd, g->ops->version == 1 ? "freezer.self_freezing" : "cgroup.freeze",
			    STATE_BYTES_MAX, e);
	if (text)
		return *text == '1';
	return e->sys == ENOENT || e->sys == ENODEV ? 0 : -1;
}
