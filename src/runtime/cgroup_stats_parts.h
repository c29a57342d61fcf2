/* SPDX-License-Identifier: Apache-2.0 */
/* What cgroup_stats*.c share. Parsers are pure; a line that they don't know is passed over. */
#pragma once

#include "runtime/cgroup_group.h"
#include "runtime/cgroup_stats.h"

struct cgroup_reading {
	const struct cgroup *cgroup;
	struct arena *arena;
	struct cgroup_stats *stats;
};

/* A file's text in the arena; NULL when there is no such file, or it has nothing to say now. */
const char *cgroup_stat_text(const struct cgroup_reading *r, const struct cgroup_group *g,
			     const char *file);
/* A file with one number, "max" being CGROUP_NO_LIMIT; 0 without a file. */
uint64_t cgroup_stat_number(const struct cgroup_reading *r, const struct cgroup_group *g,
			    const char *file);
uint64_t cgroup_number_parse(const char *text);

void cgroup_pressure_parse(const char *text, struct cgroup_pressure *ret);
void cgroup_pressure_read(const struct cgroup_reading *r, const char *file,
			  struct cgroup_pressure *ret);

/* "0-2,5" */
void cgroup_list_expand(const char *text, struct arena *a, struct cgroup_numbers *ret);
/* cpuacct.usage_all: a column of numbers for each CPU. */
void cgroup_usage_all_parse(const char *text, struct arena *a, struct cgroup_cpu_stats *ret);
/* v1's "MAJOR:MINOR [Operation] N" lines. */
void cgroup_io_parse_v1(const char *text, struct arena *a, struct cgroup_io_entries *ret);
/* v2's "MAJOR:MINOR rbytes=N wbytes=N …" lines. */
void cgroup_io_parse_v2(const char *text, struct arena *a, struct cgroup_io_stats *ret);
/* memory.stat */
void cgroup_memory_stat_parse(const char *text, struct arena *a, struct cgroup_memory_stats *ret);
/* rdma.current, or with `limits` rdma.max. */
void cgroup_rdma_parse(const char *text, int limits, struct arena *a, struct cgroup_stats *ret);

void cgroup_stats_cpu(const struct cgroup_reading *r);
void cgroup_stats_cpuset(const struct cgroup_reading *r);
void cgroup_stats_memory(const struct cgroup_reading *r);
void cgroup_stats_io(const struct cgroup_reading *r);
void cgroup_stats_hugetlb(const struct cgroup_reading *r);
