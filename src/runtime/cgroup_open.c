/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a container's groups again: by their usual place, or by what was recorded. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "runtime/cgroup.h"
#include "runtime/cgroup_base.h"
#include "runtime/cgroup_group.h"

/* A record has a short line for each hierarchy. */
#define RECORD_BYTES_MAX (CGROUP_HIERARCHIES_MAX * (PATH_MAX + 256))

static const struct cgroup_ops *ops_of(int version)
{
	return version == 1 ? &cgroup_v1_ops : &cgroup_v2_ops;
}

/* With `place` set: 1 open, 0 there is none, -1. */
static int open_group(struct cgroup_group *g, struct err *e)
{
	g->join_fd = -1;
	g->fd = open(g->place, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (g->fd < 0) {
		int gone = errno == ENOENT;

		err_sys(e, "open control group %s", g->place);
		cgroup_group_end(g);
		return gone ? 0 : -1;
	}
	if (g->ops->version == 2)
		return 1;
	g->join_fd = openat(g->fd, "tasks", O_WRONLY | O_CLOEXEC);
	if (g->join_fd >= 0)
		return 1;
	err_sys(e, "open %s/tasks", g->place);
	cgroup_group_end(g);
	return -1;
}

/* ---- the engine's ---- */

/* In any place that create() may have put it, from whatever session that was. */
static int find_group(struct cgroup *c, const struct cgroup_hierarchy *h, const char *path,
		      struct err *e)
{
	struct cgroup_walk w = { .hierarchy = h };
	struct cgroup_group *g = &c->groups[c->n];
	struct err why;
	int found = 0;

	while (found <= 0 && cgroup_walk_next(&w)) {
		*g = (struct cgroup_group){ .ops = ops_of(h->version),
					    .controllers = h->controllers,
					    .base_n = strlen(w.path),
					    .base_is_own = cgroup_walk_is_own(&w),
					    .made = 1 };
		memcpy(g->name, h->name, sizeof(g->name));
		g->place = xprintf("%s/%s", w.path, path);
		found = open_group(g, &why);
		if (found < 0 && why.sys != EACCES) {
			*e = why;
			return -1;
		}
	}
	if (found > 0)
		c->n++;
	return 0;
}

struct cgroup *cgroup_open(const char *path, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_cgroup struct cgroup *c = NULL;
	struct cgroup_host host;

	if (cgroup_host_read(a, &host, e) < 0)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	for (size_t i = 0; i < host.n; i++)
		if (find_group(c, &host.list[i], path, e) < 0)
			return NULL;
	if (!c->n)
		return err_set(e, ERR_NOT_FOUND, "no control group %s", path), NULL;
	return take_ptr(c);
}

/* ---- a process's ---- */

struct cgroup *cgroup_open_process(pid_t pid, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_cgroup struct cgroup *c = NULL;
	struct cgroup_host host;

	if (cgroup_host_read_process(pid, a, &host, e) < 0)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	for (size_t i = 0; i < host.n; i++) {
		const struct cgroup_hierarchy *h = &host.list[i];
		struct cgroup_group *g = &c->groups[c->n];
		int found;

		if (!h->own || !strncmp(h->own, "..", 2))
			continue;
		*g = (struct cgroup_group){ .ops = ops_of(h->version),
					    .controllers = h->controllers,
					    .base_n = strlen(h->point) };
		memcpy(g->name, h->name, sizeof(g->name));
		g->place = xprintf("%s%s%s", h->point, *h->own ? "/" : "", h->own);
		found = open_group(g, e);
		if (found < 0)
			return NULL;
		c->n += (size_t)found;
	}
	if (!c->n)
		return err_set(e, ERR_NOT_FOUND, "no control group of process %d", (int)pid), NULL;
	return take_ptr(c);
}

/* ---- records: "VERSION CONTROLLERS MADE OWN BASE-LENGTH NAME PLACE" ---- */

static void add_controllers(struct text *t, uint32_t bits)
{
	size_t before = t->n;

	for (int c = 0; c < CGROUP_CONTROLLER_COUNT; c++) {
		const char *name = cgroup_controller_name((enum cgroup_controller)c, 1);

		if (bits & CGROUP_BIT(c) && name)
			text_add(t, "%s%s", t->n > before ? "," : "", name);
	}
	if (t->n == before)
		text_add(t, "-");
}

char *cgroup_record(const struct cgroup *c)
{
	struct text t = {};

	text_add(&t, "%s", "");
	for (size_t i = 0; i < c->n; i++) {
		const struct cgroup_group *g = &c->groups[i];

		text_add(&t, "%d ", g->ops->version);
		add_controllers(&t, g->controllers);
		text_add(&t, " %d %d %zu %s %s\n", g->made, g->base_is_own, g->base_n,
			 *g->name ? g->name : "-", g->place);
	}
	return t.s ? t.s : xstrdup("");
}

static int parse_line(char *line, struct cgroup_group *g)
{
	char controllers[256], name[CGROUP_NAME_MAX];
	int version, at = 0;

	if (sscanf(line, "%d %255s %d %d %zu %63s %n", &version, controllers, &g->made,
		   &g->base_is_own, &g->base_n, name, &at) != 6 ||
	    !at || line[at] != '/' || (version != 1 && version != 2) ||
	    g->base_n > strlen(line + at))
		return -1;
	g->ops = ops_of(version);
	/* Named as v1 does also for v2, which has no names for some. */
	g->controllers = cgroup_controllers_parse(controllers, strlen(controllers), 1);
	if (version == 2)
		g->controllers |= CGROUP_BIT(CGROUP_CORE);
	if (strcmp(name, "-") != 0)
		memcpy(g->name, name, sizeof(name));
	g->place = xstrdup(line + at);
	return 0;
}

struct cgroup *cgroup_open_record(const char *record, struct err *e)
{
	cleanup_cgroup struct cgroup *c = xcalloc(1, sizeof(*c));
	cleanup_free char *copy = xstrdup(record);
	char *next = copy;

	if (strlen(record) > RECORD_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "record of control groups is too long"), NULL;
	while (next && *next) {
		struct cgroup_group *g = &c->groups[c->n];
		int found;

		if (c->n == CGROUP_HIERARCHIES_MAX || parse_line(strsep(&next, "\n"), g) < 0)
			return err_set(e, ERR_INVALID, "record of control groups"), NULL;
		found = open_group(g, e);
		if (found < 0)
			return NULL;
		c->n += (size_t)found;
	}
	if (*record && !c->n)
		return err_set(e, ERR_NOT_FOUND, "the container's control groups are gone"), NULL;
	return take_ptr(c);
}
