/* SPDX-License-Identifier: Apache-2.0 */
/* Control groups and setrlimit(2): what it may use up. */
#include <string.h>

#include "confine/defaults.h"
#include "engine/config_text.h"
#include "engine/plan_parts.h"

#define PERIOD_USEC   100000 /* the kernel's own default */
#define NANOS_PER_CPU 1000000000LL

/* "512MiB" where it is whole, else bytes: what was asked must be recognised. */
static const char *size_text(const struct planning *p, int64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;

	while (unit + 1 < ARRAY_SIZE(units) && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	return arena_printf(p->arena, "%jd %s", (intmax_t)bytes, units[unit]);
}

/* Asked for: 1 when it can be enforced, else an error. */
static int need(struct planning *p, enum resource r, const char *flag, struct err *e)
{
	if (p->host->resources[r].why)
		return plan_refuse(e, flag, p->host->resources[r]);
	p->spec->resources.required |= 1U << r;
	return 1;
}

/* Swap: as Docker, twice the memory in all unless said otherwise. */
static int plan_swap(struct planning *p, struct err *e)
{
	const struct config *c = p->config;
	struct resources *r = &p->spec->resources;

	if (c->memory_swap_bytes) {
		if (need(p, RESOURCE_SWAP, "--memory-swap", e) < 0)
			return -1;
		r->memory_swap_bytes = c->memory_swap_bytes;
		if (c->memory_swap_bytes < 0)
			plan_say(p, LIMIT(MEMORY_SWAP), "swap: unlimited");
		else
			plan_say(p, LIMIT(MEMORY_SWAP), "memory and swap: %s",
				 size_text(p, c->memory_swap_bytes));
	} else if (p->host->resources[RESOURCE_SWAP].why) {
		plan_miss(p, SETTING_MEMORY_SWAP, "limit of swap",
			  p->host->resources[RESOURCE_SWAP]);
	} else if (c->memory_bytes <= INT64_MAX / defaults.memory_swap_factor) {
		plan_imply(p, SETTING_MEMORY_SWAP, SETTING_MEMORY);
		r->memory_swap_bytes = c->memory_bytes * defaults.memory_swap_factor;
		plan_say(p, LIMIT(MEMORY_SWAP), "memory and swap: %s",
			 size_text(p, r->memory_swap_bytes));
	}
	return 0;
}

static int plan_memory(struct planning *p, struct err *e)
{
	const struct config *c = p->config;
	struct resources *r = &p->spec->resources;

	if (c->memory_reservation_bytes) {
		if (need(p, RESOURCE_MEMORY, "--memory-reservation", e) < 0)
			return -1;
		r->memory_reservation_bytes = c->memory_reservation_bytes;
		plan_say(p, LIMIT(MEMORY_RESERVATION), "memory when it is short: %s",
			 size_text(p, c->memory_reservation_bytes));
	}
	if (!c->memory_bytes) {
		plan_say(p, LIMIT(MEMORY), "memory: no limit");
		return 0;
	}
	if (need(p, RESOURCE_MEMORY, "--memory", e) < 0)
		return -1;
	r->memory_bytes = c->memory_bytes;
	plan_say(p, LIMIT(MEMORY), "memory: %s", size_text(p, c->memory_bytes));
	return plan_swap(p, e);
}

static void describe_cpu(struct planning *p)
{
	const struct resources *r = &p->spec->resources;
	uint64_t period = r->cpu_period_usec ?: PERIOD_USEC;

	if (r->cpu_quota_usec)
		plan_say(p, LIMIT(CPUS), "CPU time: %.4g of %u CPUs",
			 (double)r->cpu_quota_usec / (double)period, p->host->cpus);
	else
		plan_say(p, LIMIT(CPUS), "CPU time: no limit");
	if (r->cpu_shares)
		plan_say(p, LIMIT(CPUS), "CPU weight: %ju (1024 is usual)",
			 (uintmax_t)r->cpu_shares);
}

static int plan_cpu(struct planning *p, struct err *e)
{
	const struct config *c = p->config;
	struct resources *r = &p->spec->resources;
	const char *flag = c->nano_cpus ? "--cpus" : c->cpu_shares ? "--cpu-shares" : "--cpu-quota";

	if (c->nano_cpus > (int64_t)p->host->cpus * NANOS_PER_CPU)
		return err_set(e, ERR_USAGE, "--cpus: more than the %u that this host has",
			       p->host->cpus);
	if ((c->nano_cpus || c->cpu_shares || c->cpu_period_usec || c->cpu_quota_usec) &&
	    need(p, RESOURCE_CPU, flag, e) < 0)
		return -1;
	r->cpu_shares = c->cpu_shares;
	r->cpu_period_usec = c->nano_cpus ? PERIOD_USEC : c->cpu_period_usec;
	r->cpu_quota_usec =
		c->nano_cpus ? c->nano_cpus / (NANOS_PER_CPU / PERIOD_USEC) : c->cpu_quota_usec;
	describe_cpu(p);
	return 0;
}

static int plan_cpuset(struct planning *p, struct err *e)
{
	const struct config *c = p->config;

	if (!c->cpuset_cpus && !c->cpuset_mems)
		return 0;
	if (c->cpuset_cpus && config_cpuset_last(c->cpuset_cpus) >= p->host->cpus)
		return err_set(e, ERR_USAGE, "--cpuset-cpus %s: this host has 0-%u", c->cpuset_cpus,
			       p->host->cpus - 1);
	if (need(p, RESOURCE_CPUSET, c->cpuset_cpus ? "--cpuset-cpus" : "--cpuset-mems", e) < 0)
		return -1;
	p->spec->resources.cpuset_cpus = c->cpuset_cpus;
	p->spec->resources.cpuset_mems = c->cpuset_mems;
	if (c->cpuset_cpus)
		plan_say(p, LIMIT(CPUSET), "CPUs: %s", c->cpuset_cpus);
	if (c->cpuset_mems)
		plan_say(p, LIMIT(CPUSET), "memory nodes: %s", c->cpuset_mems);
	return 0;
}

static int plan_pids(struct planning *p, struct err *e)
{
	int64_t asked = p->config->pids_limit, max = asked ?: defaults.pids_max;

	if (asked < 0) {
		plan_say(p, LIMIT(PIDS_LIMIT), "processes and threads: no limit");
		return 0;
	}
	if (asked && need(p, RESOURCE_PIDS, "--pids-limit", e) < 0)
		return -1;
	if (p->host->resources[RESOURCE_PIDS].why) {
		plan_miss(p, SETTING_PIDS_LIMIT, "limit of processes",
			  p->host->resources[RESOURCE_PIDS]);
		return 0;
	}
	p->spec->resources.pids_max = max;
	plan_say(p, LIMIT(PIDS_LIMIT), "processes and threads: %jd", (intmax_t)max);
	return 0;
}

static const char *limit_text(const struct planning *p, uint64_t value)
{
	return value == UINT64_MAX ? "unlimited" : arena_printf(p->arena, "%ju", (uintmax_t)value);
}

static int is_asked(const struct config *c, int kind)
{
	for (size_t i = 0; i < c->n_ulimits; i++) {
		if (config_ulimit_kind(c->ulimits[i].name) == kind)
			return 1;
	}
	return 0;
}

static void plan_ulimits(struct planning *p)
{
	const struct config *c = p->config;
	struct resource_limit *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < defaults.n_limits; i++) {
		if (!is_asked(c, defaults.limits[i].kind))
			ARENA_PUSH(p->arena, list, n) = defaults.limits[i];
	}
	for (size_t i = 0; i < c->n_ulimits; i++) {
		const struct config_ulimit *u = &c->ulimits[i];

		ARENA_PUSH(p->arena, list, n) =
			(struct resource_limit){ config_ulimit_kind(u->name), u->soft, u->hard,
						 u->name };
		plan_say(p, LIMIT(ULIMITS), "%s of a process: %s (it may ask for %s)", u->name,
			 limit_text(p, u->soft), limit_text(p, u->hard));
	}
	p->spec->process.limits = list;
	p->spec->process.n_limits = n;
}

int plan_limits(struct planning *p, struct err *e)
{
	if (plan_memory(p, e) < 0 || plan_cpu(p, e) < 0 || plan_cpuset(p, e) < 0 ||
	    plan_pids(p, e) < 0)
		return -1;
	plan_ulimits(p);
	return 0;
}
