/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's groups as one object. Which hierarchies take part is decided once, when it is
 * created. Each v1 hierarchy costs a container about 0.1 ms, so the engine uses none for tidiness.
 */
#include "runtime/cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "runtime/cgroup_group.h"
#include "runtime/cgroup_probe.h"

#define REMOVE_TIMEOUT_USEC 10000000

void cgroup_close(struct cgroup *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		cgroup_group_end(&c->groups[i]);
	cleanup_freep(&c);
}

void cgroup_closep(struct cgroup **c)
{
	cgroup_close(*c);
	*c = NULL;
}

static const char no_proc[] = "/proc can't be read";

const char *cgroup_why_not(enum resource r, char *hint, size_t hint_size)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_host host;
	struct err e;

	if (cgroup_host_read(a, &host, &e) == 0)
		return cgroup_probe(&host, r, hint, hint_size);
	snprintf(hint, hint_size, "mount -t proc proc /proc");
	return no_proc;
}

void cgroup_lacks(uint32_t wanted, struct cgroup_lack lacks[RESOURCE_COUNT])
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_host host;
	struct err e;
	int known = cgroup_host_read(a, &host, &e) == 0;

	for (int r = 0; r < RESOURCE_COUNT; r++) {
		struct cgroup_lack *l = &lacks[r];

		l->hint[0] = '\0';
		l->why = NULL;
		if (wanted & 1U << r)
			l->why = known ? cgroup_probe(&host, (enum resource)r, l->hint,
						      sizeof(l->hint))
				       : no_proc;
	}
}

int cgroup_clone_fd(const struct cgroup *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->groups[i].ops->version == 2 && c->groups[i].join_fd < 0)
			return c->groups[i].fd;
	return -1;
}

int cgroup_join_self(const struct cgroup *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->groups[i].join_fd >= 0 && write(c->groups[i].join_fd, "0", 1) != 1)
			return -1;
	return 0;
}

int cgroup_remove(const struct cgroup *c, struct err *e)
{
	int64_t deadline = clock_monotonic_usec() + REMOVE_TIMEOUT_USEC;
	int result = 0;

	for (size_t i = 0; i < c->n; i++)
		if (cgroup_group_remove(&c->groups[i], deadline, e) < 0)
			result = -1;
	return result;
}
