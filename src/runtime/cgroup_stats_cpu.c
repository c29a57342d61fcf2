/* SPDX-License-Identifier: Apache-2.0 */
/* Time and CPUs. Kernel: cgroup-v1/cpuacct.rst, cpusets.rst, scheduler/sched-bwc.rst; cgroup-v2.rst "CPU". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cgroup_stats_parts.h"

#define NSEC_PER_SEC  1000000000ULL
#define NSEC_PER_USEC 1000
/* CPU numbers in a list; CONFIG_NR_CPUS ends at 8192. */
#define LIST_MAX 8192

static void parse_numbers(const char *text, struct arena *a, struct cgroup_numbers *ret)
{
	char *end;

	for (const char *at = text;; at = end) {
		unsigned long long n = strtoull(at, &end, 10);

		if (end == at)
			return;
		ARENA_PUSH(a, ret->items, ret->n) = n;
	}
}

/* A heading, then "CPU USER SYSTEM" lines. */
void cgroup_usage_all_parse(const char *text, struct arena *a, struct cgroup_cpu_stats *ret)
{
	unsigned long long user, kernel;

	if (strncmp(text, "cpu user system", 15) != 0)
		return;
	for (const char *line = text; (line = strchr(line, '\n')) && *++line;) {
		if (sscanf(line, "%*u %llu %llu", &user, &kernel) != 2)
			continue;
		ARENA_PUSH(a, ret->percpu_user_nsec.items, ret->percpu_user_nsec.n) = user;
		ARENA_PUSH(a, ret->percpu_kernel_nsec.items, ret->percpu_kernel_nsec.n) = kernel;
	}
}

static void read_cpuacct(const struct cgroup_reading *r, const struct cgroup_group *g)
{
	struct cgroup_cpu_stats *s = &r->stats->cpu;
	const char *times = cgroup_stat_text(r, g, "cpuacct.stat"), *text;
	uint64_t nsec_per_tick = NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);

	s->total_nsec = cgroup_stat_number(r, g, "cpuacct.usage");
	if (times) {
		s->user_nsec = cgroup_text_value(times, "user") * nsec_per_tick;
		s->kernel_nsec = cgroup_text_value(times, "system") * nsec_per_tick;
	}
	text = cgroup_stat_text(r, g, "cpuacct.usage_percpu");
	if (text)
		parse_numbers(text, r->arena, &s->percpu_nsec);
	text = cgroup_stat_text(r, g, "cpuacct.usage_all");
	if (text)
		cgroup_usage_all_parse(text, r->arena, s);
}

static void read_v1(const struct cgroup_reading *r, const struct cgroup_group *g)
{
	struct cgroup_cpu_stats *s = &r->stats->cpu;
	const char *text = cgroup_stat_text(r, g, "cpu.stat");

	if (!text)
		return;
	s->periods = cgroup_text_value(text, "nr_periods");
	s->throttled_periods = cgroup_text_value(text, "nr_throttled");
	s->throttled_nsec = cgroup_text_value(text, "throttled_time");
	s->bursts = cgroup_text_value(text, "nr_bursts");
	s->burst_nsec = cgroup_text_value(text, "burst_time");
}

static void read_v2(const struct cgroup_reading *r, const struct cgroup_group *g, int throttling)
{
	struct cgroup_cpu_stats *s = &r->stats->cpu;
	const char *text = cgroup_stat_text(r, g, "cpu.stat");

	if (!text)
		return;
	if (!throttling) {
		s->total_nsec = cgroup_text_value(text, "usage_usec") * NSEC_PER_USEC;
		s->user_nsec = cgroup_text_value(text, "user_usec") * NSEC_PER_USEC;
		s->kernel_nsec = cgroup_text_value(text, "system_usec") * NSEC_PER_USEC;
		return;
	}
	s->periods = cgroup_text_value(text, "nr_periods");
	s->throttled_periods = cgroup_text_value(text, "nr_throttled");
	s->throttled_nsec = cgroup_text_value(text, "throttled_usec") * NSEC_PER_USEC;
	s->bursts = cgroup_text_value(text, "nr_bursts");
	s->burst_nsec = cgroup_text_value(text, "burst_usec") * NSEC_PER_USEC;
}

void cgroup_stats_cpu(const struct cgroup_reading *r)
{
	const struct cgroup_group *use = cgroup_group_with(r->cgroup, CGROUP_CPUACCT);
	const struct cgroup_group *cpu = cgroup_group_with(r->cgroup, CGROUP_CPU);

	/* Every v2 group counts time. */
	use = use ?: cgroup_group_with(r->cgroup, CGROUP_CORE);
	if (use && use->ops->version == 1)
		read_cpuacct(r, use);
	else if (use)
		read_v2(r, use, 0);
	if (cpu && cpu->ops->version == 1)
		read_v1(r, cpu);
	else if (cpu)
		read_v2(r, cpu, 1);
	cgroup_pressure_read(r, "cpu.pressure", &r->stats->cpu.pressure);
}

/* ---- v1's cpusets ---- */

void cgroup_list_expand(const char *text, struct arena *a, struct cgroup_numbers *ret)
{
	while (*text && *text != '\n') {
		char *end;
		unsigned long from = strtoul(text, &end, 10), to = from;

		if (end == text)
			return;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		for (; from <= to && ret->n < LIST_MAX; from++)
			ARENA_PUSH(a, ret->items, ret->n) = from;
		text = *end == ',' ? end + 1 : end;
		if (*end && *end != ',')
			return;
	}
}

void cgroup_stats_cpuset(const struct cgroup_reading *r)
{
	const struct cgroup_group *g = cgroup_group_with(r->cgroup, CGROUP_CPUSET);
	struct cgroup_cpuset_stats *s = &r->stats->cpuset;
	const struct {
		const char *file;
		uint64_t *to;
	} numbers[] = {
		{ "cpuset.cpu_exclusive", &s->cpu_exclusive },
		{ "cpuset.mem_hardwall", &s->mem_hardwall },
		{ "cpuset.mem_exclusive", &s->mem_exclusive },
		{ "cpuset.memory_migrate", &s->memory_migrate },
		{ "cpuset.memory_spread_page", &s->memory_spread_page },
		{ "cpuset.memory_spread_slab", &s->memory_spread_slab },
		{ "cpuset.memory_pressure", &s->memory_pressure },
		{ "cpuset.sched_load_balance", &s->sched_load_balance },
	};
	const char *text;

	if (!g || g->ops->version != 1)
		return;
	text = cgroup_stat_text(r, g, "cpuset.cpus");
	if (text)
		cgroup_list_expand(text, r->arena, &s->cpus);
	text = cgroup_stat_text(r, g, "cpuset.mems");
	if (text)
		cgroup_list_expand(text, r->arena, &s->mems);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		*numbers[i].to = cgroup_stat_number(r, g, numbers[i].file);
	text = cgroup_stat_text(r, g, "cpuset.sched_relax_domain_level");
	s->sched_relax_domain_level = text ? strtoll(text, NULL, 10) : 0;
}
