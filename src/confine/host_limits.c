/* SPDX-License-Identifier: Apache-2.0 */
/* Control groups: which, and each limit. */
#include "confine/host_parts.h"
#include "runtime/cgroup.h"
#include "runtime/cgroup_settings.h"

static const char *version_of(const struct cgroup_host *h)
{
	int v1 = 0, v2 = 0;

	for (size_t i = 0; i < h->n; i++) {
		v1 |= h->list[i].version == 1;
		v2 |= h->list[i].version == 2;
	}
	return v1 && v2 ? "v1 and v2" : v1 ? "v1" : "v2";
}

void host_ask_cgroups(const struct host_probe *p, struct host_row *row)
{
	struct cgroup_host h;
	struct err e;

	if (cgroup_host_read(p->arena, &h, &e) < 0 || !h.n) {
		host_lacks(row, HOST_MISSING, "none are mounted",
			   "sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup");
		return;
	}
	row->detail = version_of(&h);
}

static void ask(const struct host_probe *p, struct host_row *row, enum resource r)
{
	struct cgroup_host h;
	char hint[320];
	const char *why = cgroup_why_not(r, hint, sizeof(hint));
	struct err ignored;

	if (why) {
		host_lacks(row, HOST_MISSING, why, *hint ? arena_strdup(p->arena, hint) : NULL);
		return;
	}
	if (cgroup_host_read(p->arena, &h, &ignored) < 0)
		return;
	for (size_t i = 0; i < h.n; i++)
		if (h.list[i].controllers & 1U << cgroup_resource_controller(r))
			row->detail = arena_printf(p->arena, "v%d, %s", h.list[i].version,
						   h.list[i].point);
}

void host_ask_memory(const struct host_probe *p, struct host_row *row)
{
	ask(p, row, RESOURCE_MEMORY);
}

void host_ask_swap(const struct host_probe *p, struct host_row *row)
{
	ask(p, row, RESOURCE_SWAP);
}

void host_ask_cpu(const struct host_probe *p, struct host_row *row)
{
	ask(p, row, RESOURCE_CPU);
}

void host_ask_cpuset(const struct host_probe *p, struct host_row *row)
{
	ask(p, row, RESOURCE_CPUSET);
}

void host_ask_pids(const struct host_probe *p, struct host_row *row)
{
	ask(p, row, RESOURCE_PIDS);
}
