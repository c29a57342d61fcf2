/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's groups as one object. Which hierarchies take part is decided once, in create():
 * those of the limits that are set, and the one that counts processes, so that all of a container
 * can be found. Each further v1 hierarchy costs a container about 0.1 ms, so none is used for
 * tidiness.
 */
#include "runtime/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup_base.h"
#include "runtime/cgroup_group.h"
#include "runtime/cgroup_probe.h"

struct cgroup {
	char path[CGROUP_PATH_MAX];
	struct cgroup_group groups[CGROUP_HIERARCHIES_MAX];
	size_t n;
};

void cgroup_close(struct cgroup *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		cleanup_fdp(&c->groups[i].base_fd);
		cleanup_fdp(&c->groups[i].fd);
		cleanup_fdp(&c->groups[i].join_fd);
	}
	cleanup_freep(&c);
}

void cgroup_closep(struct cgroup **c)
{
	cgroup_close(*c);
	*c = NULL;
}

static struct cgroup *new_cgroup(const char *path, struct err *e)
{
	struct cgroup *c;

	if (strlen(path) >= CGROUP_PATH_MAX)
		return err_set(e, ERR_LIMIT, "control group path too long"), NULL;
	c = xcalloc(1, sizeof(*c));
	memcpy(c->path, path, strlen(path) + 1);
	return c;
}

static struct cgroup_group new_group(const struct cgroup_hierarchy *h)
{
	struct cgroup_group g = { .ops = h->version == 1 ? &cgroup_v1_ops : &cgroup_v2_ops,
				  .controllers = h->controllers,
				  .base_fd = -1,
				  .fd = -1,
				  .join_fd = -1 };

	memcpy(g.name, h->name, sizeof(g.name));
	return g;
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

void cgroup_lacks(struct cgroup_lack lacks[RESOURCE_COUNT])
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_host host;
	struct err e;
	int known = cgroup_host_read(a, &host, &e) == 0;

	for (int r = 0; r < RESOURCE_COUNT; r++) {
		struct cgroup_lack *l = &lacks[r];

		l->hint[0] = '\0';
		l->why = known ? cgroup_probe(&host, (enum resource)r, l->hint, sizeof(l->hint))
			       : no_proc;
	}
}

/* ---- create ---- */

static int make_parents(int base_fd, const char *path)
{
	char dir[CGROUP_PATH_MAX];

	for (const char *end = strchr(path, '/'); end; end = strchr(end + 1, '/')) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(end - path), path);
		if (mkdirat(base_fd, dir, 0755) < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

/* mkdir; the parents exist after the first container. A leftover that is empty is made anew. */
static int make_dir(int base_fd, const char *path, struct err *e)
{
	if (mkdirat(base_fd, path, 0755) == 0)
		return 0;
	if (errno == ENOENT && make_parents(base_fd, path) == 0 &&
	    mkdirat(base_fd, path, 0755) == 0)
		return 0;
	if (errno == EEXIST && unlinkat(base_fd, path, AT_REMOVEDIR) == 0 &&
	    mkdirat(base_fd, path, 0755) == 0)
		return 0;
	if (errno == EBUSY)
		return err_set(e, ERR_CONFLICT, "control group %s has processes in it", path);
	return err_sys(e, "make control group %s", path);
}

static void drop_group(struct cgroup *c)
{
	struct cgroup_group *g = &c->groups[--c->n];

	cleanup_fdp(&g->join_fd);
	cleanup_fdp(&g->fd);
	if (g->base_fd >= 0)
		unlinkat(g->base_fd, c->path, AT_REMOVEDIR);
	cleanup_fdp(&g->base_fd);
}

static int add_group(struct cgroup *c, const struct cgroup_hierarchy *h, struct err *e)
{
	struct cgroup_group *g = &c->groups[c->n];
	int base = cgroup_base_open(h);

	if (base < 0)
		return err_set(e, ERR_DENIED, "no control group that this user may write to");
	if (make_dir(base, c->path, e) < 0) {
		close(base);
		return -1;
	}
	*g = new_group(h);
	g->base_fd = base;
	c->n++;
	g->fd = fd_open(base, c->path, O_PATH | O_DIRECTORY | O_NOFOLLOW, e);
	if (g->fd >= 0 && g->ops->prepare(g, c->path, e) == 0)
		return 0;
	drop_group(c);
	return -1;
}

static const struct cgroup_group *group_with(const struct cgroup *c, enum cgroup_controller k)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->groups[i].controllers & 1U << k)
			return &c->groups[i];
	return NULL;
}

/* ERR_UNENFORCED with what is known: the probe's reason, or what the write said. */
static int refuse(const struct cgroup_host *host, enum resource r, struct err *e)
{
	char hint[sizeof(e->hint)];
	const char *why = cgroup_probe(host, r, hint, sizeof(hint));

	if (why)
		err_set(e, ERR_UNENFORCED, "%s", why);
	e->code = ERR_UNENFORCED;
	if (why && *hint)
		err_hint(e, "%s", hint);
	return err_wrap(e, "%s limit", cgroup_resource_name(r));
}

struct creation {
	struct cgroup *c;
	const struct resources *r;
	struct cgroup_host host;
	struct err missing; /* why the last hierarchy without a group has none */
};

/* A group that others live in must not be shared. Any other failure only matters if a limit needs it. */
static int try_group(struct creation *k, const struct cgroup_hierarchy *h, struct err *e)
{
	if (add_group(k->c, h, &k->missing) == 0 || k->missing.code != ERR_CONFLICT)
		return 0;
	*e = k->missing;
	return -1;
}

static int add_groups(struct creation *k, struct err *e)
{
	uint32_t needed = cgroup_settings_controllers(k->r);
	const struct cgroup_hierarchy *v2 = NULL;

	for (size_t i = 0; i < k->host.n; i++) {
		const struct cgroup_hierarchy *h = &k->host.list[i];

		if (h->version == 2)
			v2 = h;
		if (h->controllers & needed && try_group(k, h, e) < 0)
			return -1;
	}
	/* v1 without a controller for processes: the v2 tree of a hybrid host can hold them. */
	return !k->c->n && v2 && !(v2->controllers & needed) ? try_group(k, v2, e) : 0;
}

static int apply_row(const struct creation *k, const struct cgroup_setting *s, struct err *e)
{
	const struct cgroup_group *g = group_with(k->c, s->controller);

	if (g && g->ops->set(g, k->c->path, s, e) == 0)
		return 0;
	if (!(k->r->required & 1U << s->resource))
		return 0;
	if (!g)
		*e = k->missing;
	return refuse(&k->host, s->resource, e);
}

/* Both versions' rows; each is for the groups of its version, or for none if there is no group. */
static int apply(const struct creation *k, struct err *e)
{
	struct cgroup_setting rows[CGROUP_SETTINGS_MAX];

	for (int version = 1; version <= 2; version++) {
		size_t n = cgroup_settings(version, k->r, rows);

		for (size_t i = 0; i < n; i++) {
			const struct cgroup_group *g = group_with(k->c, rows[i].controller);

			if ((!g || g->ops->version == version) && apply_row(k, &rows[i], e) < 0)
				return -1;
		}
	}
	return 0;
}

struct cgroup *cgroup_create(const char *path, const struct resources *r, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct creation k = { .r = r, .missing = { .text = "no control groups here" } };

	if (cgroup_host_read(a, &k.host, e) < 0)
		return NULL;
	k.c = new_cgroup(path, e);
	if (!k.c)
		return NULL;
	if (add_groups(&k, e) == 0 && apply(&k, e) == 0)
		return k.c;
	while (k.c->n)
		drop_group(k.c);
	cgroup_close(k.c);
	return NULL;
}

/* ---- open ---- */

/* Finds the group in any place that create() may have put it, from whatever session that was. */
static int find_group(struct cgroup *c, const struct cgroup_hierarchy *h, struct err *e)
{
	struct cgroup_walk w = { .hierarchy = h, .fd = -1 };

	while (cgroup_walk_next(&w)) {
		struct cgroup_group *g = &c->groups[c->n];
		int fd = openat(w.fd, c->path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd < 0)
			continue;
		*g = new_group(h);
		g->fd = fd;
		g->base_fd = w.fd;
		c->n++;
		if (h->version == 1)
			g->join_fd = openat(fd, "tasks", O_WRONLY | O_CLOEXEC);
		if (h->version == 1 && g->join_fd < 0)
			return err_sys(e, "open control group %s", c->path);
		return 0;
	}
	cgroup_walk_end(&w);
	return 0;
}

struct cgroup *cgroup_open(const char *path, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_cgroup struct cgroup *c = NULL;
	struct cgroup_host host;

	if (cgroup_host_read(a, &host, e) < 0)
		return NULL;
	c = new_cgroup(path, e);
	for (size_t i = 0; c && i < host.n; i++)
		if (find_group(c, &host.list[i], e) < 0)
			return NULL;
	if (c && !c->n)
		return err_set(e, ERR_NOT_FOUND, "no control group %s", path), NULL;
	return take_ptr(c);
}

/* ---- use ---- */

int cgroup_clone_fd(const struct cgroup *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->groups[i].ops->version == 2)
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

int cgroup_kill(const struct cgroup *c, struct err *e)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->groups[i].ops->kill(&c->groups[i], e) < 0)
			return err_wrap(e, "kill control group %s", c->path);
	return 0;
}

int cgroup_remove(const struct cgroup *c, struct err *e)
{
	int result = 0;

	for (size_t i = 0; i < c->n; i++)
		if (cgroup_group_remove(&c->groups[i], c->path, e) < 0)
			result = -1;
	return result;
}

int cgroup_oom_kills(const struct cgroup *c, uint64_t *ret, struct err *e)
{
	const struct cgroup_group *g = group_with(c, CGROUP_MEMORY);

	*ret = 0;
	return g ? cgroup_group_counter(g, "oom_kill", ret, e) : 0;
}

size_t cgroup_views(const struct cgroup *c, struct cgroup_view *views, size_t room)
{
	size_t n = c->n < room ? c->n : room;

	for (size_t i = 0; i < n; i++)
		views[i] = (struct cgroup_view){ c->groups[i].name, c->groups[i].fd };
	return n;
}
