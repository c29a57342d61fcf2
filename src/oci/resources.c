/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/resources.h"

#include "oci/devices.h"
#include "oci/resources_io.h"
#include "oci/resources_lists.h"

#define AT(member) offsetof(struct resources, member)
#define UNLIMITED  RESOURCE_UNLIMITED

/* ---- memory ---- */

static const struct oci_field memory_fields[] = {
	{ "limit", OCI_INT64, AT(memory_bytes), UNLIMITED, INT64_MAX },
	{ "swap", OCI_INT64, AT(memory_swap_bytes), UNLIMITED, INT64_MAX },
	{ "reservation", OCI_INT64, AT(memory_reservation_bytes), UNLIMITED, INT64_MAX },
	{ "kernel", OCI_INT64, AT(memory_kernel_bytes), UNLIMITED, INT64_MAX },
	{ "kernelTCP", OCI_INT64, AT(memory_kernel_tcp_bytes), UNLIMITED, INT64_MAX },
	{ "swappiness", OCI_VALUE, AT(memory_swappiness), 0, 100 },
	{ "checkBeforeUpdate", OCI_SWITCH, AT(memory_check_update) },
	{},
};

/* Every kernel that Cale runs on counts a group's memory in those above it. */
static int check_hierarchy(const struct oci_node *n, struct err *e)
{
	static const struct oci_field fields[] = { { "useHierarchy", OCI_SWITCH, 0 }, {} };
	int hierarchy = 1;

	if (oci_read(n, fields, &hierarchy, e) < 0)
		return -1;
	if (hierarchy)
		return 0;
	err_set(e, ERR_UNENFORCED, "memory is always counted in the groups above too");
	return oci_wrap(n, "useHierarchy", e);
}

/* Said to be on is something else than not said, once a container had it off. */
static int read_oom_killer(const struct oci_node *n, struct resources *r, struct err *e)
{
	static const struct oci_field fields[] = { { "disableOOMKiller", OCI_SWITCH, 0 }, {} };
	int off = -1;

	if (oci_read(n, fields, &off, e) < 0)
		return -1;
	if (off >= 0)
		r->memory_no_oom_kill = (struct resource_value){ 1, off };
	return 0;
}

static int read_memory(const struct oci_node *resources, struct resources *r, struct err *e)
{
	struct oci_node n;
	int found = oci_object(resources, "memory", &n, e);

	if (found <= 0)
		return found;
	if (oci_read(&n, memory_fields, r, e) < 0 || check_hierarchy(&n, e) < 0 ||
	    read_oom_killer(&n, r, e) < 0)
		return -1;
	if (r->memory_swap_bytes > 0 && r->memory_bytes < 0)
		return oci_invalid(&n, "swap", e, "is a limit, and the memory has none");
	/* Both together: less than the memory alone can't be. */
	if (r->memory_swap_bytes > 0 && r->memory_bytes > r->memory_swap_bytes)
		return oci_invalid(&n, "swap", e, "is below the memory limit, which it includes");
	return 0;
}

/* ---- cpu ---- */

static const struct oci_field cpu_fields[] = {
	{ "shares", OCI_UINT64, AT(cpu_shares) },
	{ "quota", OCI_INT64, AT(cpu_quota_usec), UNLIMITED, INT64_MAX },
	{ "burst", OCI_VALUE, AT(cpu_burst_usec), 0, INT64_MAX },
	{ "period", OCI_UINT64, AT(cpu_period_usec) },
	{ "realtimeRuntime", OCI_INT64, AT(cpu_realtime_runtime_usec), UNLIMITED, INT64_MAX },
	{ "realtimePeriod", OCI_UINT64, AT(cpu_realtime_period_usec) },
	{ "cpus", OCI_TEXT, AT(cpuset_cpus) },
	{ "mems", OCI_TEXT, AT(cpuset_mems) },
	{ "idle", OCI_VALUE, AT(cpu_idle), 0, 1 },
	{},
};

static int check_list(const struct oci_node *n, const char *key, const char **list, struct err *e)
{
	if (*list && !**list)
		*list = NULL;
	if (*list && !oci_is_number_list(*list))
		return oci_invalid(n, key, e, "\"%s\" is not of the form 0-3,7", *list);
	return 0;
}

static int read_cpu(const struct oci_node *resources, struct resources *r, struct err *e)
{
	struct oci_node n;
	int found = oci_object(resources, "cpu", &n, e);

	if (found <= 0)
		return found;
	if (oci_read(&n, cpu_fields, r, e) < 0 || check_list(&n, "cpus", &r->cpuset_cpus, e) < 0 ||
	    check_list(&n, "mems", &r->cpuset_mems, e) < 0)
		return -1;
	if (r->cpu_quota_usec > 0 && r->cpu_burst_usec.value > r->cpu_quota_usec)
		return oci_invalid(&n, "burst", e, "is above the quota");
	return 0;
}

/* ---- processes ---- */

static int read_pids(const struct oci_node *resources, struct resources *r, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "limit", OCI_VALUE, 0, UNLIMITED, INT64_MAX },
		{},
	};
	struct resource_value limit = {};
	struct oci_node n;
	int found = oci_object(resources, "pids", &n, e);

	if (found <= 0)
		return found;
	if (oci_read(&n, fields, &limit, e) < 0)
		return -1;
	/* 0 lets nobody but the first process in, and so does 1. */
	r->pids_max = limit.set && !limit.value ? 1 : limit.value;
	return 0;
}

/* ---- all of them ---- */

static int has_rates(const struct resource_io *io)
{
	for (int i = 0; i < RESOURCE_THROTTLE_COUNT; i++) {
		if (io->throttles[i].n)
			return 1;
	}
	return 0;
}

static int has_leaf_weights(const struct resource_io *io)
{
	for (size_t i = 0; i < io->n_weights; i++) {
		if (io->weights[i].leaf_weight)
			return 1;
	}
	return io->leaf_weight != 0;
}

/*
 * Everything that is asked for must hold, kernel memory too, which newer kernels take and don't
 * limit. Devices don't count: they matter where nodes can be made, and who makes the groups knows.
 */
void oci_resources_require(struct resources *r)
{
	const struct {
		enum resource what;
		int asked;
	} rows[] = {
		{ RESOURCE_MEMORY, r->memory_bytes || r->memory_reservation_bytes },
		{ RESOURCE_SWAP, r->memory_swap_bytes != 0 },
		{ RESOURCE_KERNEL_MEMORY,
		  r->memory_kernel_bytes > 0 || r->memory_kernel_tcp_bytes > 0 },
		{ RESOURCE_SWAPPINESS,
		  r->memory_swappiness.set && r->memory_swappiness.value >= 0 },
		{ RESOURCE_OOM_KILLER, r->memory_no_oom_kill.value != 0 },
		{ RESOURCE_CPU, r->cpu_shares || r->cpu_quota_usec || r->cpu_period_usec },
		{ RESOURCE_CPU_BURST, r->cpu_burst_usec.value != 0 },
		{ RESOURCE_CPU_IDLE, r->cpu_idle.value != 0 },
		{ RESOURCE_CPU_REALTIME,
		  r->cpu_realtime_runtime_usec || r->cpu_realtime_period_usec },
		{ RESOURCE_CPUSET, r->cpuset_cpus || r->cpuset_mems },
		{ RESOURCE_PIDS, r->pids_max != 0 },
		{ RESOURCE_IO_WEIGHT, r->io.weight || r->io.n_weights },
		{ RESOURCE_IO_LEAF_WEIGHT, has_leaf_weights(&r->io) },
		{ RESOURCE_IO_RATE, has_rates(&r->io) },
		{ RESOURCE_HUGEPAGES, r->n_hugepages != 0 },
		{ RESOURCE_RDMA, r->n_rdma != 0 },
		/* Class 0 is none, which everybody is in where there are no classes. */
		{ RESOURCE_NETWORK_CLASS, r->network_class.value != 0 },
		{ RESOURCE_NETWORK_PRIORITY, r->n_network_priorities != 0 },
		{ RESOURCE_UNIFIED, r->n_unified != 0 },
	};

	r->required = 0;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		r->required |= rows[i].asked ? 1U << rows[i].what : 0;
}

int oci_resources_read(const struct oci_node *resources, struct resources *r, struct err *e)
{
	if (read_memory(resources, r, e) < 0 || read_cpu(resources, r, e) < 0 ||
	    read_pids(resources, r, e) < 0 || oci_resources_io_read(resources, &r->io, e) < 0 ||
	    oci_resources_lists_read(resources, r, e) < 0 ||
	    oci_device_rules_read(resources, r, e) < 0)
		return -1;
	oci_resources_require(r);
	return 0;
}

int oci_resources_parse(const char *text, size_t n, struct arena *a, struct resources *ret,
			struct err *e)
{
	cleanup_json json_t *json = json_parse_wide(text, n, JSON_FOREIGN_BYTES_MAX, e);
	const struct oci_node document = { .json = json, .arena = a };

	*ret = (struct resources){};
	if (!json)
		return -1;
	if (!json_is_object(json))
		return err_set(e, ERR_INVALID, "is not a JSON object");
	return oci_resources_read(&document, ret, e);
}
