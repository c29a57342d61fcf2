/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and huge pages. Kernel: cgroup-v1/memory.rst, hugetlb.rst; cgroup-v2.rst "Memory", "HugeTLB". */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cgroup_stats_parts.h"

#define HUGEPAGES_FOLDER "/sys/kernel/mm/hugepages"

void cgroup_memory_stat_parse(const char *text, struct arena *a, struct cgroup_memory_stats *ret)
{
	char *next = arena_strdup(a, text);

	while (next && *next) {
		char *line = strsep(&next, "\n"), *name = strsep(&line, " ");

		if (line)
			ARENA_PUSH(a, ret->raw, ret->n_raw) =
				(struct cgroup_named_number){ name, cgroup_number_parse(line) };
	}
}

static struct cgroup_memory_use read_use(const struct cgroup_reading *r,
					 const struct cgroup_group *g, const char *prefix)
{
	int v1 = g->ops->version == 1;
	const char *const *names;
	static const char *const v1_names[] = { "usage_in_bytes", "max_usage_in_bytes",
						"limit_in_bytes", "failcnt" };
	static const char *const v2_names[] = { "current", "peak", "max", NULL };
	uint64_t values[ARRAY_SIZE(v1_names)] = {};

	names = v1 ? v1_names : v2_names;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (names[i])
			values[i] = cgroup_stat_number(
				r, g, arena_printf(r->arena, "%s.%s", prefix, names[i]));
	return (struct cgroup_memory_use){ .usage = values[0],
					   .max_usage = values[1],
					   .limit = values[2],
					   .failures = values[3] };
}

static void read_v1(const struct cgroup_reading *r, const struct cgroup_group *g)
{
	struct cgroup_memory_stats *s = &r->stats->memory;

	s->memory = read_use(r, g, "memory");
	s->swap = read_use(r, g, "memory.memsw");
	s->kernel = read_use(r, g, "memory.kmem");
	s->kernel_tcp = read_use(r, g, "memory.kmem.tcp");
	if (s->swap.usage >= s->memory.usage)
		s->swap_only.usage = s->swap.usage - s->memory.usage;
	if (s->swap.failures >= s->memory.failures)
		s->swap_only.failures = s->swap.failures - s->memory.failures;
}

static void read_v2(const struct cgroup_reading *r, const struct cgroup_group *g)
{
	struct cgroup_memory_stats *s = &r->stats->memory;

	s->memory = read_use(r, g, "memory");
	s->swap_only = read_use(r, g, "memory.swap");
	s->swap = s->swap_only;
	s->swap.usage += s->memory.usage;
	if (s->memory.limit == CGROUP_NO_LIMIT || s->swap.limit == CGROUP_NO_LIMIT)
		s->swap.limit = CGROUP_NO_LIMIT;
	else
		s->swap.limit += s->memory.limit;
	/* The peaks of the two needn't have been at the same time. */
	s->swap.max_usage = 0;
}

void cgroup_stats_memory(const struct cgroup_reading *r)
{
	const struct cgroup_group *g = cgroup_group_with(r->cgroup, CGROUP_MEMORY);
	struct cgroup_memory_stats *s = &r->stats->memory;
	const char *text = g ? cgroup_stat_text(r, g, "memory.stat") : NULL;

	if (text) {
		cgroup_memory_stat_parse(text, r->arena, s);
		s->cache = cgroup_text_value(text, g->ops->version == 1 ? "cache" : "file");
		if (g->ops->version == 1)
			read_v1(r, g);
		else
			read_v2(r, g);
	}
	cgroup_pressure_read(r, "memory.pressure", &s->pressure);
}

/* ---- huge pages ---- */

/* "2048" (KiB) as the files are named: "2MB". */
static const char *size_name(uint64_t kib, struct arena *a)
{
	if (kib >= 1 << 20)
		return arena_printf(a, "%juGB", (uintmax_t)(kib >> 20));
	if (kib >= 1 << 10)
		return arena_printf(a, "%juMB", (uintmax_t)(kib >> 10));
	return arena_printf(a, "%juKB", (uintmax_t)kib);
}

/* Reservations, where the kernel counts them. */
static int read_pages(const struct cgroup_reading *r, const struct cgroup_group *g,
		      struct cgroup_hugetlb_stats *s)
{
	const char *usage = g->ops->version == 1 ? "usage_in_bytes" : "current";
	const char *prefix = arena_printf(r->arena, "hugetlb.%s.rsvd", s->page_size), *text;

	text = cgroup_stat_text(r, g, arena_printf(r->arena, "%s.%s", prefix, usage));
	if (!text) {
		prefix = arena_printf(r->arena, "hugetlb.%s", s->page_size);
		text = cgroup_stat_text(r, g, arena_printf(r->arena, "%s.%s", prefix, usage));
	}
	if (!text)
		return 0;
	s->usage = cgroup_number_parse(text);
	if (g->ops->version == 1) {
		s->max_usage = cgroup_stat_number(
			r, g, arena_printf(r->arena, "%s.max_usage_in_bytes", prefix));
		s->failures =
			cgroup_stat_number(r, g, arena_printf(r->arena, "%s.failcnt", prefix));
		return 1;
	}
	text = cgroup_stat_text(r, g, arena_printf(r->arena, "hugetlb.%s.events", s->page_size));
	s->failures = text ? cgroup_text_value(text, "max") : 0;
	return 1;
}

void cgroup_stats_hugetlb(const struct cgroup_reading *r)
{
	const struct cgroup_group *g = cgroup_group_with(r->cgroup, CGROUP_HUGETLB);
	DIR *dir = g ? opendir(HUGEPAGES_FOLDER) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		struct cgroup_hugetlb_stats s = {};

		if (strncmp(entry->d_name, "hugepages-", 10) != 0)
			continue;
		s.page_size = size_name(strtoull(entry->d_name + 10, NULL, 10), r->arena);
		if (read_pages(r, g, &s))
			ARENA_PUSH(r->arena, r->stats->hugetlb, r->stats->n_hugetlb) = s;
	}
	if (dir)
		closedir(dir);
}
