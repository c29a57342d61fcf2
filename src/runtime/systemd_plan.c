/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/systemd_plan.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/cgroup_quota.h"
#include "runtime/cgroup_settings.h"

#define DEFAULT_PERIOD_USEC 100000
#define SECOND_USEC	    1000000
/* CPU and memory node numbers; CONFIG_NR_CPUS ends at 8192. */
#define SET_NUMBERS_MAX 8192

/* -1 is unlimited in a spec, the greatest number at systemd. */
static uint64_t limit_of(int64_t value)
{
	return value < 0 ? UINT64_MAX : (uint64_t)value;
}

void systemd_plan_cpu_max(int64_t quota_usec, uint64_t period_usec, struct systemd_properties *ret)
{
	uint64_t per_second = UINT64_MAX, period = period_usec ? period_usec : DEFAULT_PERIOD_USEC;
	unsigned __int128 exact;

	if (period_usec)
		systemd_add_u64(ret, "CPUQuotaPeriodUSec", period_usec);
	if (quota_usec > 0) {
		exact = (unsigned __int128)quota_usec * SECOND_USEC / period;
		/* Whole percents, which is all that systemd keeps; see cgroup_weight.h. */
		exact = (exact + 9999) / 10000 * 10000;
		per_second = exact > UINT64_MAX ? UINT64_MAX : (uint64_t)exact;
	}
	systemd_add_u64(ret, "CPUQuotaPerSecUSec", per_second);
}

static int parse_number(const char **text, unsigned long *ret)
{
	char *end;

	if (**text < '0' || **text > '9')
		return 0;
	*ret = strtoul(*text, &end, 10);
	*text = end;
	return *ret < SET_NUMBERS_MAX;
}

/* The kernel takes blanks and empty parts between commas; so do we. */
static int parse_set(const char *list, uint8_t *bits, size_t *ret_n)
{
	unsigned long from, to;

	*ret_n = 0;
	while (*(list += strspn(list, " ,\n"))) {
		if (!parse_number(&list, &from))
			return 0;
		to = from;
		if (*list == '-' && (list++, !parse_number(&list, &to)))
			return 0;
		if (from > to || (*list && !strchr(" ,\n", *list)))
			return 0;
		for (; from <= to; from++)
			bits[from / 8] |= (uint8_t)(1U << from % 8);
		if (to / 8 + 1 > *ret_n)
			*ret_n = to / 8 + 1;
	}
	return *ret_n > 0;
}

int systemd_plan_set(const char *property, const char *list, struct systemd_properties *ret,
		     struct err *e)
{
	uint8_t *bits = arena_alloc(ret->arena, SET_NUMBERS_MAX / 8);
	struct systemd_property *p;
	size_t n;

	if (!parse_set(list, bits, &n))
		return err_set(e, ERR_INVALID, "\"%s\" is no list of numbers such as 0-2,5", list);
	p = systemd_add(ret, property, SYSTEMD_BYTES);
	p->bytes = bits;
	p->n = n;
	return 0;
}

/* v2 counts swap by itself, a spec counts memory and swap together. */
static int plan_swap(const struct resources *r, struct systemd_properties *ret, struct err *e)
{
	int64_t memory = r->memory_bytes, both = r->memory_swap_bytes;

	if (both < 0 || (both == 0 && memory < 0)) {
		systemd_add_u64(ret, "MemorySwapMax", UINT64_MAX);
	} else if (both > 0) {
		if (!memory)
			return err_set(e, ERR_INVALID,
				       "a limit of memory and swap needs one of memory");
		if (both < memory)
			return err_set(e, ERR_INVALID,
				       "the limit of memory and swap is below the one of memory");
		systemd_add_u64(ret, "MemorySwapMax",
				(uint64_t)(memory < 0 ? both : both - memory));
	}
	return 0;
}

static int plan_v2(const struct resources *r, struct systemd_properties *ret, struct err *e)
{
	if (r->memory_bytes)
		systemd_add_u64(ret, "MemoryMax", limit_of(r->memory_bytes));
	if (r->memory_reservation_bytes)
		systemd_add_u64(ret, "MemoryLow", limit_of(r->memory_reservation_bytes));
	if (plan_swap(r, ret, e) < 0)
		return -1;
	/* A weight of 0 stands for SCHED_IDLE; there is no weight within it. */
	if (r->cpu_idle.set && r->cpu_idle.value == 1)
		systemd_add_u64(ret, "CPUWeight", 0);
	else if (r->cpu_shares)
		systemd_add_u64(ret, "CPUWeight", cgroup_weight_of_shares(r->cpu_shares));
	return 0;
}

static void plan_v1(const struct resources *r, struct systemd_properties *ret)
{
	if (r->memory_bytes)
		systemd_add_u64(ret, "MemoryLimit", limit_of(r->memory_bytes));
	if (r->cpu_shares)
		systemd_add_u64(ret, "CPUShares", r->cpu_shares);
	if (r->io.weight)
		systemd_add_u64(ret, "BlockIOWeight", r->io.weight);
}

static int plan_both(const struct resources *r, struct systemd_properties *ret, struct err *e)
{
	if (r->cpu_quota_usec || r->cpu_period_usec)
		systemd_plan_cpu_max(r->cpu_quota_usec, r->cpu_period_usec, ret);
	if (r->pids_max)
		systemd_add_u64(ret, "TasksMax", limit_of(r->pids_max));
	if (r->cpuset_cpus && *r->cpuset_cpus &&
	    systemd_plan_set("AllowedCPUs", r->cpuset_cpus, ret, e) < 0)
		return err_wrap(e, "CPUs");
	if (r->cpuset_mems && *r->cpuset_mems &&
	    systemd_plan_set("AllowedMemoryNodes", r->cpuset_mems, ret, e) < 0)
		return err_wrap(e, "memory nodes");
	return 0;
}

int systemd_plan_limits(const struct systemd_request *r, struct systemd_properties *ret,
			struct err *e)
{
	size_t first = ret->n;

	if (!r->resources)
		return 0;
	if (r->cgroup_version == 1)
		plan_v1(r->resources, ret);
	else if (plan_v2(r->resources, ret, e) < 0)
		return -1;
	if (plan_both(r->resources, ret, e) < 0)
		return -1;
	/* After the others: what v2 calls by its file's name has the last word. */
	if (r->cgroup_version == 2 && systemd_plan_unified(r->resources, ret, e) < 0)
		return -1;
	for (size_t i = first; i < ret->n; i++)
		ret->items[i].may_miss = 1;
	if (!r->owner.is_user && r->resources->devices_limited)
		systemd_plan_devices(r->resources, r->cgroup_version, ret);
	return 0;
}

/* Counting is always on: what was used before a group got a controller can't be counted later. */
static void plan_accounting(const struct systemd_request *r, struct systemd_properties *ret)
{
	const char *const names[] = { "CPUAccounting", "MemoryAccounting", "TasksAccounting",
				      r->cgroup_version == 1 ? "BlockIOAccounting"
							     : "IOAccounting" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		systemd_add_bool(ret, names[i], 1);
		ret->items[ret->n - 1].may_miss = 1;
	}
}

static int plan_annotations(const struct systemd_request *r, struct systemd_properties *ret,
			    struct err *e)
{
	for (size_t i = 0; i < r->n_annotations; i++) {
		if (systemd_annotation(&r->annotations[i], ret, e) < 0)
			return -1;
	}
	return 0;
}

/* systemd takes this one only when a unit is made. */
static void plan_oom_policy(const struct resources *r, struct systemd_properties *ret)
{
	for (size_t i = 0; r && i < r->n_unified; i++) {
		if (strcmp(r->unified[i].name, "memory.oom.group") != 0)
			continue;
		systemd_add_string(ret, "OOMPolicy",
				   strchr(r->unified[i].value, '1') ? "kill" : "continue");
		ret->items[ret->n - 1].may_miss = 1;
	}
}

int systemd_plan_unit(const struct systemd_request *r, struct systemd_properties *ret,
		      struct err *e)
{
	if (r->owner.is_user && r->cgroup_version == 1)
		return err_set(e, ERR_UNENFORCED,
			       "a user's systemd has no say on cgroup v1; v2 lets it delegate");
	systemd_add_string(ret, "Description", r->description);
	if (r->name->is_slice) {
		struct systemd_property *wants = systemd_add(ret, "Wants", SYSTEMD_STRINGS);
		const char **slice = arena_alloc(ret->arena, sizeof(*slice));

		*slice = r->name->slice;
		wants->strings = slice;
		wants->n = 1;
	} else {
		systemd_add_string(ret, "Slice", r->name->slice);
		/* Below the scope is ours: systemd keeps out, and lets a user write there. */
		systemd_add_bool(ret, "Delegate", 1);
		systemd_add(ret, "PIDs", SYSTEMD_PIDS)->number = (uint64_t)r->pid;
	}
	plan_accounting(r, ret);
	/* Without: it would be ordered before basic.target and stopped early at shutdown. */
	systemd_add_bool(ret, "DefaultDependencies", 0);
	if (plan_annotations(r, ret, e) < 0)
		return -1;
	if (r->cgroup_version == 2)
		plan_oom_policy(r->resources, ret);
	return systemd_plan_limits(r, ret, e);
}
