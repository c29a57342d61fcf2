/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/stats_document.h"

#include <inttypes.h>

/* Puts a comma in front of a member or an item that isn't the first one. */
static void separate(struct text *t)
{
	char last = t->s[t->n - 1];

	if (last != '{' && last != '[')
		text_add(t, ",");
}

static void add_name(struct text *t, const char *name)
{
	separate(t);
	text_add(t, "\"%s\":", name);
}

static void add_number(struct text *t, const char *name, uint64_t value)
{
	add_name(t, name);
	text_add(t, "%" PRIu64, value);
}

/* A counter of a structure, and what it is called. */
struct counter {
	const char *name;
	size_t offset;
	int always; /* also when it is 0 */
};

static void add_counters(struct text *t, const void *s, const struct counter *rows)
{
	for (; rows->name; rows++) {
		uint64_t value = *(const uint64_t *)((const char *)s + rows->offset);

		if (value || rows->always)
			add_number(t, rows->name, value);
	}
}

static void add_numbers(struct text *t, const char *name, const struct cgroup_numbers *list)
{
	if (!list->n)
		return;
	add_name(t, name);
	text_add(t, "[");
	for (size_t i = 0; i < list->n; i++) {
		separate(t);
		text_add(t, "%" PRIu64, list->items[i]);
	}
	text_add(t, "]");
}

static void add_stall(struct text *t, const char *name, const struct cgroup_stall *s)
{
	add_name(t, name);
	text_add(t, "{\"avg10\":%g,\"avg60\":%g,\"avg300\":%g,\"total\":%" PRIu64 "}", s->avg10,
		 s->avg60, s->avg300, s->total_usec);
}

static void add_pressure(struct text *t, const struct cgroup_pressure *p)
{
	if (!p->there)
		return;
	add_name(t, "psi");
	text_add(t, "{");
	add_stall(t, "some", &p->some);
	add_stall(t, "full", &p->full);
	text_add(t, "}");
}

static void add_cpu(struct text *t, const struct cgroup_cpu_stats *s)
{
	static const struct counter throttling[] = {
		{ "periods", offsetof(struct cgroup_cpu_stats, periods), 0 },
		{ "throttledPeriods", offsetof(struct cgroup_cpu_stats, throttled_periods), 0 },
		{ "throttledTime", offsetof(struct cgroup_cpu_stats, throttled_nsec), 0 },
		{},
	};

	add_name(t, "cpu");
	text_add(t, "{\"usage\":{");
	if (s->total_nsec)
		add_number(t, "total", s->total_nsec);
	add_numbers(t, "percpu", &s->percpu_nsec);
	add_numbers(t, "percpu_kernel", &s->percpu_kernel_nsec);
	add_numbers(t, "percpu_user", &s->percpu_user_nsec);
	add_number(t, "kernel", s->kernel_nsec);
	add_number(t, "user", s->user_nsec);
	text_add(t, "}");
	if (s->periods || s->throttled_periods || s->throttled_nsec) {
		add_name(t, "throttling");
		text_add(t, "{");
		add_counters(t, s, throttling);
		text_add(t, "}");
	}
	add_pressure(t, &s->pressure);
	text_add(t, "}");
}

static void add_cpuset(struct text *t, const struct cgroup_cpuset_stats *s)
{
#define AT(field) offsetof(struct cgroup_cpuset_stats, field), 1
	static const struct counter flags[] = {
		{ "cpu_exclusive", AT(cpu_exclusive) },
		{ "mem_hardwall", AT(mem_hardwall) },
		{ "mem_exclusive", AT(mem_exclusive) },
		{ "memory_migrate", AT(memory_migrate) },
		{ "memory_spread_page", AT(memory_spread_page) },
		{ "memory_spread_slab", AT(memory_spread_slab) },
		{ "memory_pressure", AT(memory_pressure) },
		{ "sched_load_balance", AT(sched_load_balance) },
		{},
	};
#undef AT

	add_name(t, "cpuset");
	text_add(t, "{");
	add_numbers(t, "cpus", &s->cpus);
	add_numbers(t, "mems", &s->mems);
	add_counters(t, s, flags);
	add_name(t, "sched_relax_domain_level");
	text_add(t, "%" PRId64 "}", s->sched_relax_domain_level);
}

static void add_use(struct text *t, const char *name, const struct cgroup_memory_use *u)
{
	static const struct counter rows[] = {
		{ "limit", offsetof(struct cgroup_memory_use, limit), 1 },
		{ "usage", offsetof(struct cgroup_memory_use, usage), 0 },
		{ "max", offsetof(struct cgroup_memory_use, max_usage), 0 },
		{ "failcnt", offsetof(struct cgroup_memory_use, failures), 1 },
		{},
	};

	if (!u->limit && !u->usage && !u->max_usage && !u->failures)
		return;
	add_name(t, name);
	text_add(t, "{");
	add_counters(t, u, rows);
	text_add(t, "}");
}

static void add_memory(struct text *t, const struct cgroup_memory_stats *s)
{
	add_name(t, "memory");
	text_add(t, "{");
	if (s->cache)
		add_number(t, "cache", s->cache);
	add_use(t, "usage", &s->memory);
	add_use(t, "swap", &s->swap);
	add_use(t, "kernel", &s->kernel);
	add_use(t, "kernelTCP", &s->kernel_tcp);
	if (s->n_raw) {
		add_name(t, "raw");
		text_add(t, "{");
		for (size_t i = 0; i < s->n_raw; i++)
			add_number(t, s->raw[i].name, s->raw[i].value);
		text_add(t, "}");
	}
	add_pressure(t, &s->pressure);
	text_add(t, "}");
}

static void add_io_entry(struct text *t, const struct cgroup_io_entry *entry)
{
	separate(t);
	text_add(t, "{");
	if (entry->major)
		add_number(t, "major", entry->major);
	if (entry->minor)
		add_number(t, "minor", entry->minor);
	if (entry->operation && *entry->operation) {
		add_name(t, "op");
		text_add(t, "\"%s\"", entry->operation);
	}
	if (entry->value)
		add_number(t, "value", entry->value);
	text_add(t, "}");
}

static void add_io(struct text *t, const struct cgroup_io_stats *s)
{
	static const char *const names[CGROUP_IO_KINDS] = {
		[CGROUP_IO_SERVICE_BYTES] = "ioServiceBytesRecursive",
		[CGROUP_IO_SERVICED] = "ioServicedRecursive",
		[CGROUP_IO_QUEUED] = "ioQueueRecursive",
		[CGROUP_IO_SERVICE_TIME] = "ioServiceTimeRecursive",
		[CGROUP_IO_WAIT_TIME] = "ioWaitTimeRecursive",
		[CGROUP_IO_MERGED] = "ioMergedRecursive",
		[CGROUP_IO_TIME] = "ioTimeRecursive",
		[CGROUP_IO_SECTORS] = "sectorsRecursive",
	};

	add_name(t, "blkio");
	text_add(t, "{");
	for (int i = 0; i < CGROUP_IO_KINDS; i++) {
		if (!s->kinds[i].n)
			continue;
		add_name(t, names[i]);
		text_add(t, "[");
		for (size_t k = 0; k < s->kinds[i].n; k++)
			add_io_entry(t, &s->kinds[i].items[k]);
		text_add(t, "]");
	}
	add_pressure(t, &s->pressure);
	text_add(t, "}");
}

static void add_hugetlb(struct text *t, const struct cgroup_stats *s)
{
	static const struct counter rows[] = {
		{ "usage", offsetof(struct cgroup_hugetlb_stats, usage), 0 },
		{ "max", offsetof(struct cgroup_hugetlb_stats, max_usage), 0 },
		{ "failcnt", offsetof(struct cgroup_hugetlb_stats, failures), 1 },
		{},
	};

	add_name(t, "hugetlb");
	text_add(t, "{");
	for (size_t i = 0; i < s->n_hugetlb; i++) {
		add_name(t, s->hugetlb[i].page_size);
		text_add(t, "{");
		add_counters(t, &s->hugetlb[i], rows);
		text_add(t, "}");
	}
	text_add(t, "}");
}

void oci_event_add_stats(struct text *t, const char *id, const struct cgroup_stats *s)
{
	text_add(t, "{\"type\":\"stats\",\"id\":\"%s\",\"data\":{", id);
	add_cpu(t, &s->cpu);
	add_cpuset(t, &s->cpuset);
	add_memory(t, &s->memory);
	add_name(t, "pids");
	text_add(t, "{");
	if (s->pids)
		add_number(t, "current", s->pids);
	if (s->pids_limit)
		add_number(t, "limit", s->pids_limit);
	text_add(t, "}");
	add_io(t, &s->io);
	add_hugetlb(t, s);
	text_add(t, ",\"intel_rdt\":{},\"network_interfaces\":null}}\n");
}

void oci_event_add_oom(struct text *t, const char *id)
{
	text_add(t, "{\"type\":\"oom\",\"id\":\"%s\"}\n", id);
}
