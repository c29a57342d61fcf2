/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, and the small controllers: pids, huge pages, RDMA, network, and v2's own files. */
#include <inttypes.h>
#include <string.h>

#include "runtime/cgroup_settings_parts.h"

static const struct {
	const char *name;
	enum cgroup_controller controller;
} resource_rows[RESOURCE_COUNT] = {
	[RESOURCE_MEMORY] = { "memory", CGROUP_MEMORY },
	[RESOURCE_SWAP] = { "swap", CGROUP_MEMORY },
	[RESOURCE_KERNEL_MEMORY] = { "kernel memory", CGROUP_MEMORY },
	[RESOURCE_SWAPPINESS] = { "swappiness", CGROUP_MEMORY },
	[RESOURCE_OOM_KILLER] = { "OOM killer", CGROUP_MEMORY },
	[RESOURCE_CPU] = { "cpu", CGROUP_CPU },
	[RESOURCE_CPU_BURST] = { "cpu burst", CGROUP_CPU },
	[RESOURCE_CPU_IDLE] = { "cpu idle", CGROUP_CPU },
	[RESOURCE_CPU_REALTIME] = { "real-time cpu", CGROUP_CPU },
	[RESOURCE_CPUSET] = { "cpuset", CGROUP_CPUSET },
	[RESOURCE_PIDS] = { "pids", CGROUP_PIDS },
	[RESOURCE_IO_WEIGHT] = { "block I/O weight", CGROUP_IO },
	[RESOURCE_IO_LEAF_WEIGHT] = { "block I/O leaf weight", CGROUP_IO },
	[RESOURCE_IO_RATE] = { "block I/O rate", CGROUP_IO },
	[RESOURCE_HUGEPAGES] = { "huge page", CGROUP_HUGETLB },
	[RESOURCE_RDMA] = { "RDMA", CGROUP_RDMA },
	[RESOURCE_NETWORK_CLASS] = { "network class", CGROUP_NET_CLS },
	[RESOURCE_NETWORK_PRIORITY] = { "network priority", CGROUP_NET_PRIO },
	[RESOURCE_DEVICES] = { "device", CGROUP_DEVICES },
	[RESOURCE_UNIFIED] = { "unified", CGROUP_CORE },
};

const char *cgroup_resource_name(enum resource r)
{
	return resource_rows[r].name;
}

enum cgroup_controller cgroup_resource_controller(enum resource r)
{
	return resource_rows[r].controller;
}

/* ---- rows ---- */

struct cgroup_setting *cgroup_row(const struct cgroup_planning *p, enum resource r,
				  const char *file, const char *value)
{
	struct cgroup_settings *s = p->settings;

	ARENA_PUSH(p->arena, s->rows, s->n) = (struct cgroup_setting){
		.controller = resource_rows[r].controller,
		.resource = r,
		.file = file,
		.value = value,
	};
	return &s->rows[s->n - 1];
}

struct cgroup_setting *cgroup_row_otherwise(const struct cgroup_planning *p,
					    struct cgroup_setting *s, const char *file,
					    const char *value)
{
	struct cgroup_setting *other = arena_new_item(p->arena, struct cgroup_setting);

	*other = *s;
	other->file = file;
	other->value = value;
	s->otherwise = other;
	return other;
}

void cgroup_row_impossible(const struct cgroup_planning *p, enum resource r, const char *why)
{
	cgroup_row(p, r, NULL, why);
}

int cgroup_is_plain_word(const char *name)
{
	if (!*name || strlen(name) > 64 || *name == '.')
		return 0;
	for (; *name; name++)
		if (*name <= ' ' || *name == '/' || *name == 0x7f)
			return 0;
	return 1;
}

/* ---- the small controllers ---- */

/* v2 takes CPUs that the parent doesn't have and only leaves them out of the effective ones. */
static void plan_cpuset(const struct cgroup_planning *p)
{
	static const struct {
		const char *file, *effective;
	} files[] = { { "cpuset.mems", "cpuset.mems.effective" },
		      { "cpuset.cpus", "cpuset.cpus.effective" } };
	const struct resources *r = p->settings->resources;
	const char *const lists[] = { r->cpuset_mems, r->cpuset_cpus };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct cgroup_setting *s;

		if (!lists[i] || !*lists[i])
			continue;
		s = cgroup_row(p, RESOURCE_CPUSET, files[i].file, lists[i]);
		s->echo = CGROUP_ECHO_LIST;
		if (p->settings->version == 2)
			s->effective = files[i].effective;
	}
}

static void plan_pids(const struct cgroup_planning *p)
{
	int64_t max = p->settings->resources->pids_max;

	if (max > 0)
		cgroup_row_printf(p, RESOURCE_PIDS, "pids.max", "%" PRId64, max);
	else if (max < 0 && !p->settings->fresh)
		cgroup_row(p, RESOURCE_PIDS, "pids.max", "max");
}

/* Reservations are limited like use, where the kernel counts them (5.7). */
static int plan_hugepages(const struct cgroup_planning *p, struct err *e)
{
	const struct resources *r = p->settings->resources;
	const char *suffix = p->settings->version == 1 ? "limit_in_bytes" : "max";

	for (size_t i = 0; i < r->n_hugepages; i++) {
		const char *size = r->hugepages[i].page_size, *value;

		if (!size || !cgroup_is_plain_word(size))
			return err_set(e, ERR_INVALID, "huge page size \"%s\"", size ? size : "");
		value = arena_printf(p->arena, "%" PRIu64, r->hugepages[i].limit_bytes);
		cgroup_row(p, RESOURCE_HUGEPAGES,
			   arena_printf(p->arena, "hugetlb.%s.%s", size, suffix), value);
		cgroup_row(p, RESOURCE_HUGEPAGES,
			   arena_printf(p->arena, "hugetlb.%s.rsvd.%s", size, suffix), value)
			->flags = CGROUP_MAY_LACK;
	}
	return 0;
}

static int plan_rdma(const struct cgroup_planning *p, struct err *e)
{
	const struct resources *r = p->settings->resources;

	for (size_t i = 0; i < r->n_rdma; i++) {
		const struct resource_rdma *d = &r->rdma[i];
		const char *handles = "", *objects = "";

		if (!d->device || !cgroup_is_plain_word(d->device))
			return err_set(e, ERR_INVALID, "RDMA device \"%s\"", d->device ?: "");
		if (d->handles >= 0)
			handles = arena_printf(p->arena, " hca_handle=%" PRId64, d->handles);
		if (d->objects >= 0)
			objects = arena_printf(p->arena, " hca_object=%" PRId64, d->objects);
		if (*handles || *objects)
			cgroup_row_printf(p, RESOURCE_RDMA, "rdma.max", "%s%s%s", d->device,
					  handles, objects);
	}
	return 0;
}

static int plan_network(const struct cgroup_planning *p, struct err *e)
{
	const struct resources *r = p->settings->resources;

	if (p->settings->version == 2) {
		if (r->network_class.set)
			cgroup_row_impossible(p, RESOURCE_NETWORK_CLASS, NULL);
		if (r->n_network_priorities)
			cgroup_row_impossible(p, RESOURCE_NETWORK_PRIORITY, NULL);
		return 0;
	}
	if (r->network_class.set)
		cgroup_row_printf(p, RESOURCE_NETWORK_CLASS, "net_cls.classid", "%" PRId64,
				  r->network_class.value);
	for (size_t i = 0; i < r->n_network_priorities; i++) {
		const struct resource_priority *n = &r->network_priorities[i];

		if (!n->interface || !cgroup_is_plain_word(n->interface))
			return err_set(e, ERR_INVALID, "network interface \"%s\"",
				       n->interface ?: "");
		cgroup_row_printf(p, RESOURCE_NETWORK_PRIORITY, "net_prio.ifpriomap", "%s %" PRIu32,
				  n->interface, n->priority);
	}
	return 0;
}

/* ---- v2's files by their names ---- */

static int plan_unified(const struct cgroup_planning *p, struct err *e)
{
	const struct resources *r = p->settings->resources;

	for (size_t i = 0; i < r->n_unified; i++) {
		const char *name = r->unified[i].name, *value = r->unified[i].value;
		const char *dot = name ? strchr(name, '.') : NULL;
		struct cgroup_setting *s;
		uint32_t controller;

		if (!name || strchr(name, '/'))
			return err_set(e, ERR_INVALID,
				       "unified resource \"%s\" must be a file name (no slashes)",
				       name ?: "");
		if (!dot || !cgroup_is_plain_word(name))
			return err_set(e, ERR_INVALID,
				       "unified resource \"%s\" must be in the form "
				       "CONTROLLER.PARAMETER",
				       name);
		if (!value || !*value)
			continue;
		s = cgroup_row(p, RESOURCE_UNIFIED, name, value);
		s->flags = CGROUP_V2_ONLY | CGROUP_BY_LINE;
		controller = cgroup_controllers_parse(name, (size_t)(dot - name), 2);
		if (controller)
			s->controller = (enum cgroup_controller)__builtin_ctz(controller);
		else if (strncmp(name, "cgroup.", 7) != 0)
			s->foreign_controller = arena_strndup(p->arena, name, (size_t)(dot - name));
	}
	return 0;
}

int cgroup_settings_plan(struct cgroup_settings *s, struct arena *a, struct err *e)
{
	const struct cgroup_planning p = { s, a };

	s->n = 0;
	s->rows = NULL;
	cgroup_plan_memory(&p);
	if (cgroup_plan_cpu(&p, e) < 0)
		return -1;
	plan_cpuset(&p);
	plan_pids(&p);
	if (cgroup_plan_io(&p, e) < 0 || plan_hugepages(&p, e) < 0 || plan_rdma(&p, e) < 0 ||
	    plan_network(&p, e) < 0)
		return -1;
	cgroup_plan_devices(&p);
	return s->version == 2 ? plan_unified(&p, e) : 0;
}

uint32_t cgroup_settings_controllers(const struct cgroup_settings *s)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < s->n; i++)
		bits |= CGROUP_BIT(s->rows[i].controller);
	return bits;
}
