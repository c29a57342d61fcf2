/* SPDX-License-Identifier: Apache-2.0 */
/* OCI runtime specification 1.3, config-linux.md "Memory". */
#include <inttypes.h>

#include "runtime/cgroup_settings_parts.h"

#define SWAPPINESS_MAX 100

/* A limit that is 0 when not asked for and negative for none. */
static struct cgroup_setting *limit(const struct cgroup_planning *p, enum resource r,
				    const char *file, int64_t bytes)
{
	if (bytes > 0)
		return cgroup_row_printf(p, r, file, "%" PRId64, bytes);
	if (bytes < 0 && !p->settings->fresh)
		return cgroup_row(p, r, file, p->settings->version == 1 ? "-1" : "max");
	return NULL;
}

static void plan_kernel(const struct cgroup_planning *p)
{
	static const char *const files[] = { "memory.kmem.limit_in_bytes",
					     "memory.kmem.tcp.limit_in_bytes" };
	const struct resources *r = p->settings->resources;
	const int64_t bytes[] = { r->memory_kernel_bytes, r->memory_kernel_tcp_bytes };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct cgroup_setting *s = limit(p, RESOURCE_KERNEL_MEMORY, files[i], bytes[i]);

		/* Linux 6.1 and later take the first of them and don't look at it. */
		if (s && bytes[i] > 0)
			s->echo = CGROUP_ECHO_PAGES;
	}
}

static void plan_v1(const struct cgroup_planning *p)
{
	const struct resources *r = p->settings->resources;
	int64_t swap = r->memory_swap_bytes;
	struct cgroup_setting *s;

	s = limit(p, RESOURCE_MEMORY, "memory.limit_in_bytes", r->memory_bytes);
	if (s)
		s->flags = CGROUP_MAY_WAIT;
	/* Memory without a limit is more than any limit of memory and swap. */
	if (!swap && r->memory_bytes < 0)
		swap = RESOURCE_UNLIMITED;
	s = limit(p, RESOURCE_SWAP, "memory.memsw.limit_in_bytes", swap);
	if (s && swap < 0)
		s->flags = CGROUP_MAY_LACK;
	limit(p, RESOURCE_MEMORY, "memory.soft_limit_in_bytes", r->memory_reservation_bytes);
	plan_kernel(p);
	if (r->memory_no_oom_kill.set && (r->memory_no_oom_kill.value || !p->settings->fresh))
		cgroup_row(p, RESOURCE_OOM_KILLER, "memory.oom_control",
			   r->memory_no_oom_kill.value ? "1" : "0");
	if (!r->memory_swappiness.set || r->memory_swappiness.value == -1)
		return;
	if (r->memory_swappiness.value < 0 || r->memory_swappiness.value > SWAPPINESS_MAX)
		cgroup_row_impossible(p, RESOURCE_SWAPPINESS,
				      "invalid memory swappiness value (valid range is 0-100)");
	else
		cgroup_row_printf(p, RESOURCE_SWAPPINESS, "memory.swappiness", "%" PRId64,
				  r->memory_swappiness.value);
}

/* v2 counts swap by itself, OCI counts memory and swap together. */
static void plan_swap_v2(const struct cgroup_planning *p)
{
	const struct resources *r = p->settings->resources;
	int64_t swap = r->memory_swap_bytes;
	struct cgroup_setting *s;

	if (!swap && r->memory_bytes < 0)
		swap = RESOURCE_UNLIMITED;
	if (swap > 0 && r->memory_bytes == 0) {
		cgroup_row_impossible(p, RESOURCE_SWAP,
				      "unable to set swap limit without memory limit");
	} else if (swap > 0 && swap < r->memory_bytes) {
		cgroup_row_impossible(p, RESOURCE_SWAP,
				      "memory+swap limit should be >= memory limit");
	} else if (swap > 0 && swap == r->memory_bytes) {
		cgroup_row(p, RESOURCE_SWAP, "memory.swap.max", "0")->flags = CGROUP_MAY_LACK_SWAP;
	} else {
		if (swap > 0 && r->memory_bytes > 0)
			swap -= r->memory_bytes;
		s = limit(p, RESOURCE_SWAP, "memory.swap.max", swap);
		if (s && swap < 0)
			s->flags = CGROUP_MAY_LACK;
	}
}

static void plan_v2(const struct cgroup_planning *p)
{
	const struct resources *r = p->settings->resources;

	plan_swap_v2(p);
	limit(p, RESOURCE_MEMORY, "memory.max", r->memory_bytes);
	limit(p, RESOURCE_MEMORY, "memory.low", r->memory_reservation_bytes);
	if (r->memory_kernel_bytes > 0 || r->memory_kernel_tcp_bytes > 0)
		cgroup_row_impossible(p, RESOURCE_KERNEL_MEMORY, NULL);
	if (r->memory_no_oom_kill.value)
		cgroup_row_impossible(p, RESOURCE_OOM_KILLER, NULL);
	if (r->memory_swappiness.set && r->memory_swappiness.value != -1)
		cgroup_row_impossible(p, RESOURCE_SWAPPINESS, NULL);
}

void cgroup_plan_memory(const struct cgroup_planning *p)
{
	if (p->settings->version == 1)
		plan_v1(p);
	else
		plan_v2(p);
}
