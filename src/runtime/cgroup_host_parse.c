/* SPDX-License-Identifier: Apache-2.0 */
/* The pure half of cgroup_host.h: text of the kernel's files to data. */
#include "runtime/cgroup_host.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *v1, *v2;
} names[CGROUP_CONTROLLER_COUNT] = {
	[CGROUP_CPU] = { "cpu", "cpu" },
	[CGROUP_CPUSET] = { "cpuset", "cpuset" },
	[CGROUP_MEMORY] = { "memory", "memory" },
	[CGROUP_PIDS] = { "pids", "pids" },
	[CGROUP_IO] = { "blkio", "io" },
	[CGROUP_HUGETLB] = { "hugetlb", "hugetlb" },
	[CGROUP_RDMA] = { "rdma", "rdma" },
	[CGROUP_MISC] = { "misc", "misc" },
	[CGROUP_PERF_EVENT] = { "perf_event", "perf_event" },
	[CGROUP_CPUACCT] = { "cpuacct", NULL },
	[CGROUP_DEVICES] = { "devices", NULL },
	[CGROUP_FREEZER] = { "freezer", NULL },
	[CGROUP_NET_CLS] = { "net_cls", NULL },
	[CGROUP_NET_PRIO] = { "net_prio", NULL },
	[CGROUP_SYSTEMD] = { "name=systemd", NULL },
	[CGROUP_CORE] = { NULL, NULL },
};

const char *cgroup_controller_name(enum cgroup_controller c, int version)
{
	return version == 1 ? names[c].v1 : names[c].v2;
}

/* A piece of a text, not NUL-terminated. */
struct piece {
	const char *s;
	size_t n;
};

/* Cuts the next field off `rest` at `end`; an exhausted rest gives empty fields. */
static struct piece piece_cut(struct piece *rest, char end)
{
	const char *stop = memchr(rest->s, end, rest->n);
	struct piece field = { rest->s, stop ? (size_t)(stop - rest->s) : rest->n };
	size_t used = stop ? field.n + 1 : field.n;

	rest->s += used;
	rest->n -= used;
	return field;
}

static int piece_is(struct piece p, const char *text)
{
	return p.n == strlen(text) && !memcmp(p.s, text, p.n);
}

uint32_t cgroup_controllers_parse(const char *list, size_t n, int version)
{
	struct piece rest = { list, n };
	uint32_t bits = 0;

	while (rest.n) {
		struct piece word = piece_cut(&rest, ',');

		for (int c = 0; c < CGROUP_CONTROLLER_COUNT; c++) {
			const char *name =
				cgroup_controller_name((enum cgroup_controller)c, version);

			if (name && piece_is(word, name))
				bits |= CGROUP_BIT(c);
		}
	}
	return bits;
}

static uint32_t controllers_of(struct piece list)
{
	return cgroup_controllers_parse(list.s, list.n, 1);
}

static int is_octal(const char *s, size_t n)
{
	return n >= 4 && s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
	       s[3] >= '0' && s[3] <= '7';
}

/* mountinfo writes space, tab, newline and backslash as three octal digits. */
static const char *unescape(struct piece p, struct arena *a)
{
	char *text = arena_alloc(a, p.n + 1), *out = text;

	for (size_t i = 0; i < p.n; i++) {
		if (is_octal(p.s + i, p.n - i)) {
			*out++ = (char)((p.s[i + 1] - '0') << 6 | (p.s[i + 2] - '0') << 3 |
					(p.s[i + 3] - '0'));
			i += 3;
		} else {
			*out++ = p.s[i];
		}
	}
	return text;
}

/* The path of this process's group in one hierarchy: a line "ID:CONTROLLERS:PATH". */
static struct piece own_group(struct piece groups, int version, uint32_t controllers)
{
	while (groups.n) {
		struct piece line = piece_cut(&groups, '\n');
		struct piece id = piece_cut(&line, ':');
		struct piece list = piece_cut(&line, ':');

		if (version == 2 ? piece_is(id, "0") && !list.n
				 : (controllers_of(list) & controllers) != 0)
			return line;
	}
	return (struct piece){};
}

/*
 * The group's path below the part of the hierarchy that is mounted: a container sees its own group
 * as the mount's root while /proc/self/cgroup may show the path from the host's top.
 */
static const char *below_root(struct piece group, const char *root, struct arena *a)
{
	size_t n = strlen(root);

	if (n == 1)
		n = 0;
	if (!group.n || group.n < n || memcmp(group.s, root, n) != 0 ||
	    (group.n > n && group.s[n] != '/'))
		return NULL;
	while (n < group.n && group.s[n] == '/')
		n++;
	return arena_strndup(a, group.s + n, group.n - n);
}

/* Does `new` replace `old`: mounted over it, or showing more of the hierarchy above our group? */
static int shows_more(const struct cgroup_hierarchy *new, const struct cgroup_hierarchy *old)
{
	if (!new->own)
		return !old->own && !strcmp(new->point, old->point);
	return !old->own || !strcmp(new->point, old->point) || strlen(new->own) > strlen(old->own);
}

/* Where a mount is noted, or NULL: a hierarchy that is mounted twice counts once. */
static struct cgroup_hierarchy *slot_of(struct cgroup_host *h, const struct cgroup_hierarchy *new)
{
	for (size_t i = 0; i < h->n; i++) {
		struct cgroup_hierarchy *old = &h->list[i];

		if (old->version == new->version &&
		    (new->version == 2 || (old->controllers & new->controllers)))
			return shows_more(new, old) ? old : NULL;
	}
	return h->n < CGROUP_HIERARCHIES_MAX ? &h->list[h->n++] : NULL;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* One line: id parent major:minor ROOT POINT options [tags...] - TYPE source SUPER-OPTIONS */
static void add_mount(struct cgroup_host *h, struct piece line, struct piece groups,
		      struct arena *a)
{
	struct piece rest = line, field, root, point;
	struct cgroup_hierarchy new = {}, *slot;

	for (int i = 0; i < 3; i++)
		piece_cut(&rest, ' ');
	root = piece_cut(&rest, ' ');
	point = piece_cut(&rest, ' ');
	do
		field = piece_cut(&rest, ' ');
	while (rest.n && !piece_is(field, "-"));
	field = piece_cut(&rest, ' ');
	new.version = piece_is(field, "cgroup2") ? 2 : piece_is(field, "cgroup") ? 1 : 0;
	piece_cut(&rest, ' ');
	if (new.version == 1)
		new.controllers = controllers_of(rest);
	if (!new.version || (new.version == 1 && !new.controllers))
		return;
	new.point = unescape(point, a);
	new.own = below_root(own_group(groups, new.version, new.controllers), unescape(root, a), a);
	if (new.version == 1)
		snprintf(new.name, sizeof(new.name), "%s", last_part(new.point));
	slot = slot_of(h, &new);
	if (slot)
		*slot = new;
}

/* v1 has a controller or v2 has it, never both; callers want v1 first and the rest from v2. */
static void order(struct cgroup_host *h)
{
	uint32_t v1 = 0;

	for (size_t i = 0; i < h->n; i++)
		v1 |= h->list[i].controllers;
	for (size_t i = 0; i < h->n; i++) {
		struct cgroup_hierarchy v2 = h->list[i];

		if (v2.version != 2)
			continue;
		v2.controllers = CGROUP_V2_ALL & ~v1;
		memmove(&h->list[i], &h->list[i + 1], (h->n - i - 1) * sizeof(v2));
		h->list[h->n - 1] = v2;
		return;
	}
}

void cgroup_host_parse(const char *mountinfo, const char *groups, struct arena *a,
		       struct cgroup_host *ret)
{
	struct piece mounts = { mountinfo, strlen(mountinfo) };
	struct piece group_lines = { groups, strlen(groups) };

	*ret = (struct cgroup_host){};
	while (mounts.n) {
		struct piece line = piece_cut(&mounts, '\n');

		/* Most lines of a busy host are other file systems. */
		if (memmem(line.s, line.n, " - cgroup", 9))
			add_mount(ret, line, group_lines, a);
	}
	order(ret);
}

int cgroup_host_is_complete(const struct cgroup_host *h, const char *groups)
{
	struct piece rest = { groups, strlen(groups) };
	uint32_t found = 0;

	for (size_t i = 0; i < h->n; i++)
		found |= h->list[i].version == 2 ? CGROUP_BIT(CGROUP_CORE) : h->list[i].controllers;
	while (rest.n) {
		struct piece line = piece_cut(&rest, '\n');
		struct piece id = piece_cut(&line, ':');
		struct piece list = piece_cut(&line, ':');
		uint32_t wanted =
			piece_is(id, "0") ? CGROUP_BIT(CGROUP_CORE) : controllers_of(list);

		if (wanted & ~found)
			return 0;
	}
	return 1;
}

const struct cgroup_hierarchy *cgroup_host_find(const struct cgroup_host *h,
						enum cgroup_controller c)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->list[i].controllers & 1U << c)
			return &h->list[i];
	return NULL;
}
