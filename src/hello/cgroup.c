/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <stdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "hello/kernel_text.h"

/*
 * A limit lies in a file of version 1 or 2, depending on which hierarchy holds its controller. CPU
 * time is a quota and a period: one file with both in version 2, two files in version 1.
 */
static const struct cgroup_limit {
	const char *name, *controller, *v1_file, *v1_period_file, *v2_file, *v1_note;
} limits[] = {
	{ .name = "memory_bytes",
	  .controller = "memory",
	  .v1_file = "memory.limit_in_bytes",
	  .v2_file = "memory.max" },
	{ .name = "swap_bytes",
	  .controller = "memory",
	  .v1_file = "memory.memsw.limit_in_bytes",
	  .v2_file = "memory.swap.max",
	  .v1_note = "memory and swap together" },
	{ .name = "cpus",
	  .controller = "cpu",
	  .v1_file = "cpu.cfs_quota_us",
	  .v1_period_file = "cpu.cfs_period_us",
	  .v2_file = "cpu.max" },
	{ .name = "pids", .controller = "pids", .v1_file = "pids.max", .v2_file = "pids.max" },
};

/* Where the process is in one hierarchy: the directory that shows it, or "" where none is mounted.
 */
struct hierarchy {
	bool v2;
	const char *path; /* as /proc/self/cgroup has it */
	const char *mount_point, *below;
};

struct places {
	struct arena *arena;
	char *memberships, *mounts;
};

static int find_membership(const struct places *p, const char *controller, struct cgroup_line *ret)
{
	char *rest = arena_strdup(p->arena, p->memberships), *line;
	struct cgroup_line v2 = {};

	while ((line = kernel_line(&rest))) {
		if (kernel_cgroup_line(p->arena, line, ret) < 0)
			continue;
		if (kernel_has_option(ret->controllers, controller))
			return 0;
		if (!*ret->controllers)
			v2 = *ret;
	}
	*ret = v2;
	return v2.path ? 0 : -1;
}

static void find_mount(const struct places *p, const char *controller, struct hierarchy *h)
{
	char *rest = arena_strdup(p->arena, p->mounts), *line;
	struct mount_line m;

	while ((line = kernel_line(&rest))) {
		const char *below;

		if (kernel_mount_line(p->arena, line, &m) < 0)
			continue;
		if (h->v2 ? strcmp(m.type, "cgroup2") != 0
			  : strcmp(m.type, "cgroup") != 0 ||
				    !kernel_has_option(m.super_options, controller))
			continue;
		/* A later mount at the same place covers an earlier one: the last one counts. */
		below = kernel_cgroup_below(h->path, m.root);
		if (below) {
			h->mount_point = m.point;
			h->below = below;
		}
	}
}

static int find_hierarchy(const struct places *p, const char *controller, struct hierarchy *ret)
{
	struct cgroup_line line;

	if (find_membership(p, controller, &line) < 0)
		return -1;
	*ret = (struct hierarchy){ .v2 = !*line.controllers, .path = line.path };
	find_mount(p, controller, ret);
	return ret->mount_point ? 0 : -1;
}

/* One group's limit: "none", a number, or NULL where the group has no such file. */
static const char *read_limit(struct arena *a, const struct cgroup_limit *l, bool v2,
			      const char *dir)
{
	const char *file = v2 ? l->v2_file : l->v1_file;
	char *value = kernel_file_text(a, arena_printf(a, "%s/%s", dir, file));
	char *period = value;

	if (!value)
		return NULL;
	if (v2)
		strsep(&period, " ");
	else if (l->v1_period_file)
		period = kernel_file_text(a, arena_printf(a, "%s/%s", dir, l->v1_period_file));
	if (kernel_is_unlimited(value))
		return "none";
	return l->v1_period_file ? kernel_cpus(a, value, period ?: "") : value;
}

/*
 * The nearest limit from the own group up to the top of what is visible: those above bind too. The
 * topmost group of a hierarchy has no limit files.
 */
static const char *nearest_limit(struct arena *a, const struct cgroup_limit *l,
				 const struct hierarchy *h)
{
	char *dir = arena_printf(a, "%s%s", h->mount_point, h->below);
	size_t top = strlen(h->mount_point);
	const char *found = NULL;

	for (;;) {
		const char *limit = read_limit(a, l, h->v2, dir);

		found = limit ?: found;
		if ((limit && strcmp(limit, "none") != 0) || strlen(dir) <= top)
			return found;
		*strrchr(dir, '/') = '\0';
	}
}

static void add_limit(const struct places *p, struct section *s, const struct cgroup_limit *l)
{
	struct hierarchy h = {};
	const char *limit = NULL;
	struct row *row;

	if (find_hierarchy(p, l->controller, &h) == 0)
		limit = nearest_limit(p->arena, l, &h);
	if (!limit)
		row = section_fact(s, l->name, PLAIN, value_text(NULL));
	else if (strcmp(limit, "none") == 0)
		row = section_fact(s, l->name, OPEN, value_text("unlimited"));
	else if (l->v1_period_file)
		row = section_fact(s, l->name, CONFINED, value_text(limit));
	else
		row = section_fact(s, l->name, CONFINED, value_number(strtoll(limit, NULL, 10)));
	if (limit && !h.v2)
		row->note = l->v1_note;
}

/* Which CPUs: by cpuset or affinity, as the scheduler sees it; no cgroup mount is needed. */
static void add_cpuset(const struct places *p, struct section *s)
{
	const char *status = kernel_file_text(p->arena, "/proc/self/status") ?: "";
	const char *allowed = kernel_status_field(p->arena, status, "Cpus_allowed_list");
	const char *online = kernel_file_text(p->arena, "/sys/devices/system/cpu/online");
	bool narrowed = allowed && online && strcmp(allowed, online) != 0;

	section_fact(s, "cpu_list", narrowed ? CONFINED : PLAIN, value_text(allowed));
}

static void read_memberships(struct report *r, const struct places *p)
{
	static const char *const columns[] = { "controllers", "path" };
	struct section *s = report_table(r, "cgroups", columns, ARRAY_SIZE(columns));
	char *rest = arena_strdup(r->arena, p->memberships), *line;

	if (!*p->memberships)
		s->missing = "not visible";
	while ((line = kernel_line(&rest))) {
		struct cgroup_line g;

		if (kernel_cgroup_line(r->arena, line, &g) < 0)
			continue;
		section_row(s, PLAIN,
			    (const struct value[]){
				    value_text(*g.controllers ? g.controllers : "version 2"),
				    value_text(g.path) });
	}
}

void cgroup_read(struct report *r)
{
	struct places p = { .arena = r->arena };
	struct section *s = report_facts(r, "cgroup_limits");

	p.memberships = kernel_file_text(r->arena, "/proc/self/cgroup");
	p.mounts = kernel_file_text(r->arena, "/proc/self/mountinfo");
	p.memberships = p.memberships ?: arena_strdup(r->arena, "");
	p.mounts = p.mounts ?: arena_strdup(r->arena, "");
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		add_limit(&p, s, &limits[i]);
	add_cpuset(&p, s);
	read_memberships(r, &p);
}
