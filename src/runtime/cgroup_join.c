/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an additional process goes. Groups inside the container's are the container's work: they
 * are opened below its group's descriptor, so nothing that it renames or removes leads elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_group.h"
#include "runtime/cgroup_place.h"

/* A group's folder again, or one below it: `sub` is "" or cleaned. The errors' words are runc's. */
static int open_sub(const struct cgroup_group *g, const char *sub, struct cgroup_group *ret,
		    struct err *e)
{
	*ret = *g;
	ret->place = NULL;
	ret->made = 0;
	ret->join_fd = -1;
	ret->fd = path_open_nofollow(g->fd, *sub ? sub : ".", O_PATH | O_DIRECTORY, e);
	if (ret->fd < 0) {
		err_wrap(e, "error adding pid to cgroups: sub cgroup");
		if (e->sys == ENOENT)
			e->code = ERR_NOT_FOUND;
		return -1;
	}
	if (g->ops->version == 2)
		return 0;
	ret->join_fd = fd_open(ret->fd, "tasks", O_WRONLY, e);
	if (ret->join_fd >= 0)
		return 0;
	cgroup_group_end(ret);
	return err_wrap(e, "error adding pid to cgroups");
}

/* ---- without a path ---- */

/* An inner node of v2 that hands controllers down has no processes. */
static int is_inner(const struct cgroup_group *g)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(g->fd, "cgroup.subtree_control", 4096, &ignored);

	return text && *text && *text != '\n';
}

static int open_default(const struct cgroup_group *g, pid_t init, struct cgroup_group *ret,
			struct err *e)
{
	cleanup_cgroup struct cgroup *now = NULL;
	const struct cgroup_group *v2 = NULL;
	struct err ignored;

	if (g->ops->version == 2 && init > 0 && is_inner(g))
		now = cgroup_open_process(init, &ignored);
	if (now)
		v2 = cgroup_group_with(now, CGROUP_CORE);
	return open_sub(v2 ?: g, "", ret, e);
}

/* ---- with paths ---- */

/* A v2 group without the controllers that any v2 tree has when it is the only one. */
static int beside_v1(const struct cgroup_group *g)
{
	return g->ops->version == 2 && g->controllers != CGROUP_V2_ALL;
}

/* The part of "CONTROLLER[,…]:PATH" before the colon names a controller of this group. */
static int names_group(const struct cgroup_group *g, const char *spec)
{
	const char *colon = strchr(spec, ':');

	return !colon ||
	       (g->ops->version == 1 &&
		g->controllers & cgroup_controllers_parse(spec, (size_t)(colon - spec), 1));
}

static int check_specs(const struct cgroup *c, const struct cgroup_join *j, struct err *e)
{
	uint32_t have = 0, seen = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->groups[i].ops->version == 1)
			have |= c->groups[i].controllers;
	for (size_t i = 0; i < j->n; i++) {
		const char *word = j->paths[i], *colon = strchr(word, ':');

		if (!colon && j->n != 1)
			return err_set(e, ERR_USAGE,
				       "invalid --cgroup argument: missing <controller>: prefix");
		for (size_t n; colon && word < colon; word += n + 1) {
			uint32_t bits;

			n = strcspn(word, ",:");
			bits = cgroup_controllers_parse(word, n, 1);
			if (!n)
				return err_set(e, ERR_USAGE,
					       "invalid --cgroup argument: empty "
					       "<controller> prefix");
			if (!(bits & have))
				return err_set(e, ERR_USAGE,
					       "unknown controller %.*s in SubCgroupPaths", (int)n,
					       word);
			if (bits & seen)
				return err_set(e, ERR_USAGE,
					       "invalid --cgroup argument(s): controller %.*s "
					       "specified multiple times",
					       (int)n, word);
			seen |= bits;
		}
		if (colon == j->paths[i])
			return err_set(e, ERR_USAGE,
				       "invalid --cgroup argument: empty <controller> prefix");
	}
	return 0;
}

static int open_named(const struct cgroup_group *g, const struct cgroup_join *j,
		      struct cgroup_group *ret, struct err *e)
{
	for (size_t i = 0; i < j->n; i++) {
		const char *spec = j->paths[i], *colon = strchr(spec, ':');
		cleanup_free char *sub = NULL;

		if (!names_group(g, spec))
			continue;
		sub = cgroup_place_sub(colon ? colon + 1 : spec, e);
		if (!sub)
			return -1;
		/* Beside v1 nobody makes groups in the v2 tree. */
		if (open_sub(g, sub, ret, e) == 0)
			return 0;
		return beside_v1(g) && e->sys == ENOENT ? open_sub(g, "", ret, e) : -1;
	}
	return open_sub(g, "", ret, e);
}

/* ---- another process ---- */

int cgroup_join_process(const struct cgroup *c, pid_t pid, struct err *e)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", (int)pid);

	for (size_t i = 0; i < c->n; i++) {
		const struct cgroup_group *g = &c->groups[i];

		if (g->ops->version == 1) {
			if (write(g->join_fd, text, (size_t)n) != n)
				return err_sys(e, "join the container's cgroup %s", g->name);
		} else if (!c->adopted && fd_write_file(g->fd, "cgroup.procs", text, e) < 0) {
			return err_wrap(e, "join the container's cgroup");
		}
	}
	return 0;
}

char *cgroup_path_below(const struct cgroup *c, const struct cgroup *inner, struct err *e)
{
	const struct cgroup_group *from = cgroup_group_with(c, CGROUP_CORE);
	const struct cgroup_group *to = cgroup_group_with(inner, CGROUP_CORE);
	char link[32], path[PATH_MAX];
	size_t base;
	ssize_t n;

	if (!from || !to)
		return err_set(e, ERR_NOT_FOUND, "no group in the v2 tree"), NULL;
	/* v2 lets nobody rename a group, so the kernel's path of it stays true. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", to->fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return err_sys(e, "find the control group"), NULL;
	path[n] = '\0';
	base = strlen(from->place);
	if (strncmp(path, from->place, base) != 0 || (path[base] && path[base] != '/'))
		return err_set(e, ERR_NOT_FOUND, "control group %s isn't below %s", path,
			       from->place),
		       NULL;
	return xstrdup(path + base);
}

/* ---- all of them ---- */

struct cgroup *cgroup_open_join(const struct cgroup *c, const struct cgroup_join *j, struct err *e)
{
	cleanup_cgroup struct cgroup *ret = xcalloc(1, sizeof(*ret));

	if (check_specs(c, j, e) < 0)
		return NULL;
	for (; ret->n < c->n; ret->n++) {
		const struct cgroup_group *g = &c->groups[ret->n];
		struct cgroup_group *out = &ret->groups[ret->n];

		if ((j->n ? open_named(g, j, out, e) : open_default(g, j->init, out, e)) < 0)
			return NULL;
	}
	return take_ptr(ret);
}
