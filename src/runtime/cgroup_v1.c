/* SPDX-License-Identifier: Apache-2.0 */
/* Control groups version 1. Kernel: Documentation/admin-guide/cgroup-v1/. */
#include "runtime/cgroup_group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

/* A new group has no CPUs and no memory nodes, and takes no process before it has some of both. */
static const char *const inherited[] = { "cpuset.mems", "cpuset.cpus" };

/* Copies a file from the folder `parent` to the folder `child`, both below the base. */
static int inherit(int base_fd, const char *parent, const char *child, const char *file,
		   struct err *e)
{
	char from[CGROUP_PATH_MAX + 32], to[CGROUP_PATH_MAX + 32];
	cleanup_free char *value = NULL;

	snprintf(from, sizeof(from), "%s/%s", parent, file);
	snprintf(to, sizeof(to), "%s/%s", child, file);
	value = fd_read_file(base_fd, from, CGROUP_FILE_BYTES_MAX, e);
	if (!value)
		return -1;
	value[strcspn(value, "\n")] = '\0';
	if (!*value)
		return err_set(e, ERR_UNENFORCED, "%s of the parent group is empty", file);
	return fd_write_file(base_fd, to, value, e);
}

/* Level by level, as a group may only have what its parent has. */
static int inherit_all(int base_fd, const char *path, struct err *e)
{
	char parent[CGROUP_PATH_MAX] = ".", child[CGROUP_PATH_MAX];

	for (const char *end = path; *end;) {
		end = strchrnul(*end == '/' ? end + 1 : end, '/');
		snprintf(child, sizeof(child), "%.*s", (int)(end - path), path);
		for (size_t i = 0; i < ARRAY_SIZE(inherited); i++)
			if (inherit(base_fd, parent, child, inherited[i], e) < 0)
				return -1;
		memcpy(parent, child, sizeof(parent));
	}
	return 0;
}

/*
 * A process joins by its "tasks" file, not by cgroup.procs: a single-threaded process that moves
 * itself needs no lock against all forks of the machine then, which costs a grace period of RCU.
 */
static int prepare(struct cgroup_group *g, const char *path, struct err *e)
{
	if (g->controllers & 1U << CGROUP_CPUSET && inherit_all(g->base_fd, path, e) < 0)
		return -1;
	g->join_fd = fd_open(g->fd, "tasks", O_WRONLY, e);
	return g->join_fd < 0 ? -1 : 0;
}

static int set(const struct cgroup_group *g, const char *path, const struct cgroup_setting *s,
	       struct err *e)
{
	(void)path;
	return cgroup_group_write(g, s, e);
}

const struct cgroup_ops cgroup_v1_ops = {
	.version = 1,
	.prepare = prepare,
	.set = set,
	.kill = cgroup_group_kill,
	.oom_file = "memory.oom_control",
};
