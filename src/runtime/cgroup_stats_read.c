/* SPDX-License-Identifier: Apache-2.0 */
/* All statistics, and the small ones: pids, RDMA, pressure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_stats_parts.h"

const char *cgroup_stat_text(const struct cgroup_reading *r, const struct cgroup_group *g,
			     const char *file)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(g->fd, file, CGROUP_FILE_BYTES_MAX, &ignored);

	return arena_strdup(r->arena, text);
}

uint64_t cgroup_number_parse(const char *text)
{
	return strncmp(text, "max", 3) != 0 ? strtoull(text, NULL, 10) : CGROUP_NO_LIMIT;
}

uint64_t cgroup_stat_number(const struct cgroup_reading *r, const struct cgroup_group *g,
			    const char *file)
{
	const char *text = cgroup_stat_text(r, g, file);

	return text ? cgroup_number_parse(text) : 0;
}

/* ---- pressure ---- */

static void parse_stall(const char *line, struct cgroup_stall *ret)
{
	unsigned long long total = 0;

	if (sscanf(line, "%*s avg10=%lf avg60=%lf avg300=%lf total=%llu", &ret->avg10, &ret->avg60,
		   &ret->avg300, &total) == 4)
		ret->total_usec = total;
}

void cgroup_pressure_parse(const char *text, struct cgroup_pressure *ret)
{
	for (const char *line = text; line && *line;) {
		if (!strncmp(line, "some ", 5))
			parse_stall(line, &ret->some);
		else if (!strncmp(line, "full ", 5))
			parse_stall(line, &ret->full);
		ret->there = 1;
		line = strchr(line, '\n');
		if (line)
			line++;
	}
}

void cgroup_pressure_read(const struct cgroup_reading *r, const char *file,
			  struct cgroup_pressure *ret)
{
	const struct cgroup_group *g = cgroup_group_with(r->cgroup, CGROUP_CORE);
	const char *text = g ? cgroup_stat_text(r, g, file) : NULL;

	if (text)
		cgroup_pressure_parse(text, ret);
}

/* ---- pids ---- */

static int read_pids(const struct cgroup_reading *r, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(r->cgroup, CGROUP_PIDS);
	const char *current = g ? cgroup_stat_text(r, g, "pids.current") : NULL;
	uint64_t limit;
	ssize_t n;
	pid_t *pids;

	if (current) {
		r->stats->pids = cgroup_number_parse(current);
		limit = cgroup_stat_number(r, g, "pids.max");
		r->stats->pids_limit = limit == CGROUP_NO_LIMIT ? 0 : limit;
		return 0;
	}
	n = cgroup_pids(r->cgroup, r->arena, &pids, e);
	if (n < 0)
		return -1;
	r->stats->pids = (uint64_t)n;
	return 0;
}

/* ---- RDMA ---- */

static struct cgroup_rdma_stats *rdma_device(const char *name, struct arena *a,
					     struct cgroup_stats *ret)
{
	for (size_t i = 0; i < ret->n_rdma; i++)
		if (!strcmp(ret->rdma[i].device, name))
			return &ret->rdma[i];
	ARENA_PUSH(a, ret->rdma, ret->n_rdma) = (struct cgroup_rdma_stats){ .device = name };
	return &ret->rdma[ret->n_rdma - 1];
}

/* "mlx4_0 hca_handle=2 hca_object=2000" */
void cgroup_rdma_parse(const char *text, int limits, struct arena *a, struct cgroup_stats *ret)
{
	char *next = arena_strdup(a, text);

	while (next && *next) {
		char *line = strsep(&next, "\n"), *name = strsep(&line, " ");
		struct cgroup_rdma_stats *d = line ? rdma_device(name, a, ret) : NULL;

		while (line && *line) {
			const char *word = strsep(&line, " ");

			if (!strncmp(word, "hca_handle=", 11))
				*(limits ? &d->handles_limit : &d->handles) =
					cgroup_number_parse(word + 11);
			else if (!strncmp(word, "hca_object=", 11))
				*(limits ? &d->objects_limit : &d->objects) =
					cgroup_number_parse(word + 11);
		}
	}
}

static void read_rdma(const struct cgroup_reading *r)
{
	const struct cgroup_group *g = cgroup_group_with(r->cgroup, CGROUP_RDMA);
	const char *current = g ? cgroup_stat_text(r, g, "rdma.current") : NULL;
	const char *limits = current ? cgroup_stat_text(r, g, "rdma.max") : NULL;

	if (!limits)
		return;
	cgroup_rdma_parse(current, 0, r->arena, r->stats);
	cgroup_rdma_parse(limits, 1, r->arena, r->stats);
}

int cgroup_stats_read(const struct cgroup *c, struct arena *a, struct cgroup_stats *ret,
		      struct err *e)
{
	const struct cgroup_reading r = { c, a, ret };

	*ret = (struct cgroup_stats){};
	cgroup_stats_cpu(&r);
	cgroup_stats_cpuset(&r);
	cgroup_stats_memory(&r);
	cgroup_stats_io(&r);
	cgroup_stats_hugetlb(&r);
	read_rdma(&r);
	return read_pids(&r, e);
}
