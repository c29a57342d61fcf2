/* SPDX-License-Identifier: Apache-2.0 */
/* OCI runtime specification 1.3, config-linux.md "CPU". */
#include <inttypes.h>
#include <math.h>

#include "runtime/cgroup_settings_parts.h"

#define DEFAULT_PERIOD_USEC 100000 /* of a new group */
/* The kernel's ranges of the two weights, which the conversion maps onto each other. */
#define SHARES_MIN 2
#define SHARES_MAX 262144
#define WEIGHT_MAX 10000

/*
 * The curve through (2, 1), (1024, 100) and (262144, 10000) that runc 1.4, crun 1.24 and systemd's
 * users agree on: a straight line would make the default share a third of the default weight.
 */
uint64_t cgroup_weight_of_shares(uint64_t shares)
{
	double l;

	if (shares <= SHARES_MIN)
		return 1;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	l = log2((double)shares);
	return (uint64_t)ceil(pow(10, (l * l + 125 * l) / 612.0 - 7.0 / 34.0));
}

static int is_idle(const struct resources *r)
{
	return r->cpu_idle.set && r->cpu_idle.value != 0;
}

/* The kernel refuses shares while a group is idle, so that is ended first. */
static void plan_share(const struct cgroup_planning *p)
{
	const struct resources *r = p->settings->resources;

	if (r->cpu_idle.set && (r->cpu_idle.value || !p->settings->fresh))
		cgroup_row_printf(p, RESOURCE_CPU_IDLE, "cpu.idle", "%" PRId64, r->cpu_idle.value);
	if (!r->cpu_shares || is_idle(r))
		return;
	if (p->settings->version == 1)
		cgroup_row_printf(p, RESOURCE_CPU, "cpu.shares", "%" PRIu64, r->cpu_shares);
	else
		cgroup_row_printf(p, RESOURCE_CPU, "cpu.weight", "%" PRIu64,
				  cgroup_weight_of_shares(r->cpu_shares));
}

static void plan_burst(const struct cgroup_planning *p, const char *file)
{
	const struct resource_value *burst = &p->settings->resources->cpu_burst_usec;

	if (burst->set && (burst->value || !p->settings->fresh))
		cgroup_row_printf(p, RESOURCE_CPU_BURST, file, "%" PRId64, burst->value)->flags =
			CGROUP_MAY_WAIT;
}

static void plan_v1(const struct cgroup_planning *p)
{
	const struct resources *r = p->settings->resources;

	if (r->cpu_period_usec &&
	    (r->cpu_period_usec != DEFAULT_PERIOD_USEC || !p->settings->fresh))
		cgroup_row_printf(p, RESOURCE_CPU, "cpu.cfs_period_us", "%" PRIu64,
				  r->cpu_period_usec)
			->flags = CGROUP_MAY_WAIT;
	plan_burst(p, "cpu.cfs_burst_us");
	if (r->cpu_quota_usec > 0)
		cgroup_row_printf(p, RESOURCE_CPU, "cpu.cfs_quota_us", "%" PRId64,
				  r->cpu_quota_usec);
	else if (r->cpu_quota_usec < 0 && !p->settings->fresh)
		cgroup_row(p, RESOURCE_CPU, "cpu.cfs_quota_us", "-1");
	if (r->cpu_realtime_period_usec)
		cgroup_row_printf(p, RESOURCE_CPU_REALTIME, "cpu.rt_period_us", "%" PRIu64,
				  r->cpu_realtime_period_usec)
			->flags = CGROUP_MAY_WAIT;
	if (r->cpu_realtime_runtime_usec)
		cgroup_row_printf(p, RESOURCE_CPU_REALTIME, "cpu.rt_runtime_us", "%" PRId64,
				  r->cpu_realtime_runtime_usec);
}

/* One file for both: "QUOTA PERIOD", where "max" stands for no quota. */
static void plan_max(const struct cgroup_planning *p)
{
	const struct resources *r = p->settings->resources;
	int fresh = p->settings->fresh;
	uint64_t period = r->cpu_period_usec;
	const char *quota = r->cpu_quota_usec > 0
				    ? arena_printf(p->arena, "%" PRId64, r->cpu_quota_usec)
				    : "max";

	if (!period && (!r->cpu_quota_usec || (r->cpu_quota_usec < 0 && fresh)))
		return;
	if (!period && fresh)
		period = DEFAULT_PERIOD_USEC;
	if (!period) /* the kernel leaves the period as it is */
		cgroup_row(p, RESOURCE_CPU, "cpu.max", quota);
	else if (r->cpu_quota_usec || fresh)
		cgroup_row_printf(p, RESOURCE_CPU, "cpu.max", "%s %" PRIu64, quota, period);
	else
		cgroup_row_printf(p, RESOURCE_CPU, "cpu.max", "%" PRIu64, period)->flags =
			CGROUP_KEEP_FIRST;
}

int cgroup_plan_cpu(const struct cgroup_planning *p, struct err *e)
{
	const struct resources *r = p->settings->resources;

	if (r->cpu_burst_usec.set && r->cpu_burst_usec.value < 0)
		return err_set(e, ERR_INVALID, "cpu burst %" PRId64 " is negative",
			       r->cpu_burst_usec.value);
	plan_share(p);
	if (p->settings->version == 1) {
		plan_v1(p);
		return 0;
	}
	plan_burst(p, "cpu.max.burst");
	plan_max(p);
	if (r->cpu_realtime_period_usec || r->cpu_realtime_runtime_usec)
		cgroup_row_impossible(p, RESOURCE_CPU_REALTIME, NULL);
	return 0;
}
