/* SPDX-License-Identifier: Apache-2.0 */
/* Making groups: the engine's few, and an OCI container's in every hierarchy. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup.h"
#include "runtime/cgroup_base.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_group.h"
#include "runtime/cgroup_place.h"

/* v1 hierarchies that no limit and no command needs: all the same if they can't be had. */
#define COURTESY (CGROUP_BIT(CGROUP_SYSTEMD) | CGROUP_BIT(CGROUP_MISC))

struct creation {
	struct cgroup *c;
	struct arena *arena;
	struct cgroup_host host;
	struct cgroup_settings settings[2]; /* v1's, v2's */
	struct err missing;		    /* why the last hierarchy without a group has none */
	/* An OCI container's; NULL: the engine's. */
	const struct cgroup_request *request;
	const char *path; /* below the base, or with a leading slash below the top */
};

/* ---- folders ---- */

static int make_parents(const char *place, size_t base_n)
{
	for (const char *end = place + base_n; (end = strchr(end + 1, '/'));) {
		cleanup_free char *dir = xprintf("%.*s", (int)(end - place), place);

		if (mkdir(dir, 0755) < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

/* mkdir; the parents exist after the first container. 0, or -1 with errno. */
static int make_dir(const struct cgroup_group *g)
{
	if (mkdir(g->place, 0755) == 0)
		return 0;
	return errno == ENOENT && make_parents(g->place, g->base_n) == 0 ? mkdir(g->place, 0755)
									 : -1;
}

/* The engine's ids are never used twice: what is there is a leftover. */
static int make_anew(struct cgroup_group *g, struct err *e)
{
	if (rmdir(g->place) == 0 && mkdir(g->place, 0755) == 0) {
		g->made = 1;
		return 0;
	}
	if (errno == EBUSY)
		return err_set(e, ERR_CONFLICT, "control group %s has processes in it", g->place);
	return err_sys(e, "make control group %s", g->place);
}

/* 1: made, or there already; 0: not allowed here. */
static int make_group(const struct creation *k, struct cgroup_group *g, struct err *e)
{
	if (make_dir(g) == 0)
		return g->made = 1;
	if (errno == EACCES || errno == EPERM || errno == EROFS || errno == ENOENT) {
		err_sys(e, "make control group %s", g->place);
		return 0;
	}
	if (errno != EEXIST)
		return err_sys(e, "make control group %s", g->place);
	return k->request || make_anew(g, e) == 0 ? 1 : -1;
}

static struct cgroup_group new_group(const struct cgroup_hierarchy *h)
{
	struct cgroup_group g = { .ops = h->version == 1 ? &cgroup_v1_ops : &cgroup_v2_ops,
				  .controllers = h->controllers,
				  .fd = -1,
				  .join_fd = -1 };

	memcpy(g.name, h->name, sizeof(g.name));
	return g;
}

static void drop_group(struct cgroup *c)
{
	struct cgroup_group *g = &c->groups[--c->n];

	if (g->made)
		rmdir(g->place);
	cgroup_group_end(g);
}

/* ---- where ---- */

static int place_at(const struct creation *k, struct cgroup_group *g, const char *base,
		    struct err *e)
{
	const char *slash = *k->path == '/' ? "" : "/";
	int made;

	g->base_n = strcmp(base, "/") != 0 ? strlen(base) : 0;
	g->place = xprintf("%.*s%s%s", (int)g->base_n, base, slash, k->path);
	made = make_group(k, g, e);
	if (made <= 0)
		cleanup_freep(&g->place);
	return made;
}

/* In the first place that lets us; an absolute path has only one. */
static int place_group(const struct creation *k, const struct cgroup_hierarchy *h,
		       struct cgroup_group *g, struct err *e)
{
	struct cgroup_walk w = { .hierarchy = h };
	int made = 0;

	err_set(e, ERR_DENIED, "no control group that this user may write to");
	if (*k->path == '/')
		return place_at(k, g, h->point, e);
	while (made == 0 && cgroup_walk_next(&w)) {
		if (!cgroup_walk_usable(&w))
			continue;
		g->base_is_own = cgroup_walk_is_own(&w);
		made = place_at(k, g, w.path, e);
	}
	return made;
}

static int add_group(struct creation *k, const struct cgroup_hierarchy *h, struct err *e)
{
	struct cgroup *c = k->c;
	struct cgroup_group *g = &c->groups[c->n];
	int made;

	*g = new_group(h);
	made = place_group(k, h, g, e);
	if (made <= 0)
		return -1;
	c->n++;
	if (cgroup_group_open(g, e) == 0)
		return 0;
	drop_group(c);
	return -1;
}

/* ---- the engine's ---- */

/* A group that others live in must not be shared. Any other failure only matters if a limit needs it. */
static int try_group(struct creation *k, const struct cgroup_hierarchy *h, struct err *e)
{
	if (add_group(k, h, &k->missing) == 0 || k->missing.code != ERR_CONFLICT)
		return 0;
	*e = k->missing;
	return -1;
}

/* Those of the limits, and the one that counts processes, so that all of a container can be found. */
static int add_needed(struct creation *k, struct err *e)
{
	const struct cgroup_hierarchy *v2 = NULL;
	uint32_t needed = cgroup_settings_controllers(&k->settings[0]) |
			  cgroup_settings_controllers(&k->settings[1]) | CGROUP_BIT(CGROUP_PIDS);

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

/* ---- an OCI container's ---- */

/* The specification lets a runtime refuse what would mix two containers, or never start. */
static int check_used(const struct cgroup *c, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	ssize_t n = 0;
	pid_t *pids;

	for (size_t i = 0; i < c->n && n == 0; i++) {
		const struct cgroup one = { .groups = { c->groups[i] }, .n = 1 };

		if (c->groups[i].made || cgroup_group_is_empty(c->groups[i].fd))
			continue;
		n = cgroup_pids(&one, a, &pids, e);
	}
	if (n < 0)
		return -1;
	if (n > 0)
		return err_set(e, ERR_CONFLICT,
			       "container's cgroup is not empty: %zd process(es) found", n);
	for (size_t i = 0; i < c->n; i++) {
		const struct cgroup one = { .groups = { c->groups[i] }, .n = 1 };

		if (!c->groups[i].made && cgroup_is_frozen(&one, e) == 1)
			return err_set(e, ERR_CONFLICT, "container's cgroup unexpectedly frozen");
	}
	return 0;
}

/* Must the container have a group in it? */
static int is_needed(const struct creation *k, const struct cgroup_hierarchy *h)
{
	if (!k->request->strict || k->missing.sys == EROFS)
		return 0;
	/* Beside v1 the v2 tree has no controllers, or nearly so. */
	return h->version == 2 ? k->host.n == 1 : (h->controllers & ~COURTESY) != 0;
}

static int add_all(struct creation *k, struct err *e)
{
	for (size_t i = 0; i < k->host.n; i++) {
		const struct cgroup_hierarchy *h = &k->host.list[i];
		int denied;

		if (add_group(k, h, &k->missing) == 0) {
			/* The folders above an adopted group are somebody else's to arrange. */
			if (h->version == 2 && k->request->manager != CGROUP_MANAGER_ADOPT)
				cgroup_v2_provide_all(&k->c->groups[k->c->n - 1]);
			continue;
		}
		if (!is_needed(k, h))
			continue;
		*e = k->missing;
		denied = e->sys == EACCES || e->sys == EPERM;
		return err_wrap(e, "unable to apply cgroup configuration%s",
				denied ? " (permission denied)" : "");
	}
	return k->request->manager == CGROUP_MANAGER_ADOPT ? 0 : check_used(k->c, e);
}

/* ---- what will be made ---- */

/* Only what isn't there: a group of others stays theirs. */
static void intend_at(const struct creation *k, struct cgroup *planned, struct cgroup_group *g,
		      const char *base)
{
	g->base_n = strcmp(base, "/") != 0 ? strlen(base) : 0;
	g->place = xprintf("%.*s%s%s", (int)g->base_n, base, *k->path == '/' ? "" : "/", k->path);
	g->made = 1;
	if (planned->n < CGROUP_HIERARCHIES_MAX && access(g->place, F_OK) < 0)
		planned->groups[planned->n++] = *g;
	else
		free(g->place);
}

static void intend_in(const struct creation *k, const struct cgroup_hierarchy *h,
		      struct cgroup *planned)
{
	struct cgroup_walk w = { .hierarchy = h };
	struct cgroup_group g = new_group(h);

	if (*k->path == '/') {
		intend_at(k, planned, &g, h->point);
		return;
	}
	while (cgroup_walk_next(&w)) {
		if (!cgroup_walk_usable(&w))
			continue;
		g.base_is_own = cgroup_walk_is_own(&w);
		intend_at(k, planned, &g, w.path);
	}
}

static int intend(const struct creation *k, struct err *e)
{
	cleanup_cgroup struct cgroup *planned = NULL;
	cleanup_free char *record = NULL;

	if (!k->request || !k->request->intend)
		return 0;
	planned = xcalloc(1, sizeof(*planned));
	for (size_t i = 0; i < k->host.n; i++)
		intend_in(k, &k->host.list[i], planned);
	record = cgroup_record(planned);
	return k->request->intend(k->request->data, record, e);
}

/* ---- both ---- */

static int plan(struct creation *k, const struct resources *r, struct err *e)
{
	for (int i = 0; i < 2; i++) {
		struct cgroup_settings *s = &k->settings[i];

		*s = (struct cgroup_settings){ .resources = r, .version = i + 1, .fresh = 1 };
		if (cgroup_settings_plan(s, k->arena, e) < 0)
			return -1;
	}
	return 0;
}

/* What isn't written since a new group has it anyway, a group that others made may not have. */
static int plan_used(struct creation *k, struct err *e)
{
	int used = 0;

	for (size_t i = 0; i < k->c->n; i++)
		used |= !k->c->groups[i].made;
	for (int i = 0; used && i < 2; i++) {
		k->settings[i].fresh = 0;
		if (cgroup_settings_plan(&k->settings[i], k->arena, e) < 0)
			return -1;
	}
	return 0;
}

static int create(struct creation *k, const struct resources *r, struct err *e)
{
	const struct cgroup_application a = { k->c, k->settings, 2, &k->missing };
	int disabled = k->request && k->request->manager == CGROUP_MANAGER_DISABLED;

	if (plan(k, r, e) < 0)
		return -1;
	if (!disabled) {
		if (cgroup_host_read(k->arena, &k->host, e) < 0)
			return -1;
		if (intend(k, e) < 0 || (k->request ? add_all(k, e) : add_needed(k, e)) < 0)
			return -1;
	}
	return plan_used(k, e) < 0 ? -1 : cgroup_apply(&a, e);
}

static struct cgroup *finish(struct creation *k, const struct resources *r, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();

	k->arena = a;
	k->c = xcalloc(1, sizeof(*k->c));
	k->c->adopted = k->request && k->request->manager == CGROUP_MANAGER_ADOPT;
	if (create(k, r, e) == 0)
		return k->c;
	while (k->c->n)
		drop_group(k->c);
	cgroup_close(k->c);
	return NULL;
}

struct cgroup *cgroup_create(const char *path, const struct resources *r, struct err *e)
{
	struct creation k = { .path = path, .missing = { .text = "no control groups here" } };

	return finish(&k, r, e);
}

struct cgroup *cgroup_create_oci(const struct cgroup_request *q, struct err *e)
{
	cleanup_free char *path = cgroup_place_clean(q->path, q->id, e);
	struct creation k = { .request = q,
			      .path = path,
			      .missing = { .text = "no control groups here" } };

	if (!path)
		return NULL;
	if (q->manager == CGROUP_MANAGER_DISABLED)
		err_set(&k.missing, ERR_UNENFORCED, "control groups are disabled");
	return finish(&k, q->resources, e);
}
